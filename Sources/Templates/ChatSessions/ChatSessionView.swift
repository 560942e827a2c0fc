/// A chat with its messages: what the API answers, and what the page shows.
@View("ChatSession")
public struct ChatSessionView {
    public let id: String
    public let title: String
    public let isRenamed: Bool
    /// Who answers.
    public let handling: ChatView.Handling
    public let personName: String?
    public let startedAt: Moment
    public let lastMessageAt: Moment
    /// Oldest first, of the end of the chat.
    public let messages: [ChatMessageView]
    @Described("For ?before=, where there are earlier messages") public let previous: String?
    public let usage: MessageUsage
    @Hidden public let address: String
    @Hidden public let surface: AnswerSurface
    @Hidden public let words: ChatWords

    public var html: HTML {
        #html(
            """
            \(previous.map { #html("<p class=\"chats-more\"><a class=\"button button-quiet\" href=\"\(address)?before=\($0)\">\(words.personal.earlierMessages)</a></p>") })
            \(ChatThread(messages: messages, conversation: id, surface: surface, isEditable: handling != .person, words: words))
            """)
    }

    /// The chat as the parts of the chat page take it that tell who answers.
    /// - Parameter path: of all chats.
    public func chat(at path: String) -> ChatView {
        ChatView(address: path, session: id, place: messages.last?.position ?? 0, isNew: false, handling: handling, personName: personName)
    }
}
