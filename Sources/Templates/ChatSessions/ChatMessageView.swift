/// What was said in a chat, for the person whose it is.
@View
public struct ChatMessageView {
    public let id: String
    /// `visitor`, `bot` or `person`.
    public let role: String
    public let text: String
    /// `pending`, `answered`, `abandoned` or `failed`.
    public let state: String
    public let basis: AnswerReply.Basis?
    public let citations: [AnswerReply.Citation]
    /// Of a question.
    public let attachments: [AttachmentView]
    /// Whether the question was written anew: what it was before, and what followed that, can be read.
    public let hasEarlier: Bool
    public let createdAt: Moment
    /// The question that it answers.
    public let replyTo: String?
    /// The order within a conversation.
    @Hidden public let position: Int64

    public var html: HTML { #html("<p>\(text)</p>") }
}

/// A chat with its messages: what the API answers, and what the page shows.
@View
public struct ChatSessionView {
    public let id: String
    public let title: String
    public let isRenamed: Bool
    public let startedAt: Moment
    public let lastMessageAt: Moment
    /// Oldest first, of the end of the chat.
    public let messages: [ChatMessageView]
    /// Where the messages before these end, as `?before=`; nil at the start.
    public let previous: String?
    public let usage: MessageUsage
    @Hidden public let address: String

    public var html: HTML { #html("\(messages)") }
}

/// A branch of a chat that was left when a question was written anew.
@View
public struct ChatBranch {
    public let messages: [ChatMessageView]
    @Hidden public let address: String

    public var html: HTML { #html("\(messages)") }
}
