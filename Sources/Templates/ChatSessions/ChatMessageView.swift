/// What was said in a chat, for the person whose it is.
@View
public struct ChatMessageView {
    public let id: String
    @Described(.one(of: "visitor", "bot", "person")) public let role: String
    /// Of role `person`, where a name is known.
    public let author: String?
    public let text: String
    @Described(.one(of: "pending", "answered", "abandoned", "failed")) public let state: String
    public let basis: AnswerReply.Basis?
    public let citations: [AnswerReply.Citation]
    /// Of a question.
    public let attachments: [AttachmentView]
    /// Whether the question was written anew: what it was before, and what followed that, can be read.
    public let hasEarlier: Bool
    public let createdAt: Moment
    /// The question that it answers.
    @Described(.uuid) public let replyTo: String?
    @Hidden public let thumb: Thumb?
    /// The order within a conversation.
    @Hidden public let position: Int64

    public var html: HTML { #html("<p dir=\"auto\">\(text)</p>") }
}

/// Messages as the log shows them: each question with its answer.
@View("ChatBranch")
public struct ChatThread {
    /// Oldest first.
    public let messages: [ChatMessageView]
    @Hidden public let conversation: String
    @Hidden public let surface: AnswerSurface
    /// Whether questions can be written anew.
    @Hidden public var isEditable: Bool = true
    /// What happens now with a question that nobody has answered, in words.
    @Hidden public var note: String? = nil
    @Hidden public let words: ChatWords

    public var html: HTML { #html("\(entries)") }

    private var entries: [ChatEntry] {
        let questions = Set(messages.filter { $0.role == "visitor" }.map(\.id))
        let answers = Dictionary(messages.compactMap { message in message.replyTo.map { ($0, message) } }) { _, newest in newest }
        return messages.compactMap { message in
            switch message.role {
            case "visitor":
                let tools = ChatTools(question: message, address: surface.path, isEditable: isEditable, words: words.personal).html
                guard let answer = answers[message.id] else {
                    return .visitor(VisitorMessage(id: message.id, text: message.text, note: note, words: words, tools: tools))
                }
                return .exchange(article(answer, to: message.text, tools))
            case "person": return .person(PersonMessage(id: message.id, author: message.author, text: message.text, words: words))
            // Its question stands on the page before.
            default: return message.replyTo.map(questions.contains) == true ? nil : .exchange(article(message, to: "…", nil))
            }
        }
    }

    private func article(_ answer: ChatMessageView, to question: String, _ tools: HTML?) -> AnswerArticle {
        let isReadable = answer.state == "answered" || answer.state == "abandoned" && !answer.text.isEmpty
        let reply = AnswerReply(
            answer: answer.text, citations: answer.citations, basis: answer.basis ?? .notInMyInformation, conversationID: conversation,
            messageID: answer.id, usage: .init(), isSmallTalk: answer.basis == nil,
            unfinishedQuestion: answer.state == "abandoned" ? question : nil,
            surface: surface, thumb: answer.thumb)
        return AnswerArticle(
            messageID: answer.id, conversationID: conversation, question: question, reply: isReadable ? reply : nil,
            problem: isReadable || answer.state == "pending" ? nil : words.answer.apology, surface: surface, tools: tools)
    }
}

/// What belongs to a question of one's own: files, the way to an earlier branch, the form to write it anew.
private struct ChatTools {
    let question: ChatMessageView
    /// Of the chat's messages.
    let address: String
    let isEditable: Bool
    let words: PersonalChatWords

    var html: HTML {
        #html(
            """
            \(AttachmentList(attachments: question.attachments))
            <div class="chats-tools">
              \(question.hasEarlier ? #html("<a href=\"\(address)/\(question.id)/earlier\">\(words.earlierVersion)</a>") : nil)
              \(isEditable ? form : nil)
            </div>
            """)
    }

    private var form: HTML {
        #html(
            """
            <details>
              <summary>\(words.edit)</summary>
              <form class="stack" method="post" action="\(address)">
                <input type="hidden" name="replaces" value="\(question.id)">
                <label class="unseen" for="edit-\(question.id)">\(words.writtenAnew)</label>
                <textarea id="edit-\(question.id)" name="message" rows="2" maxlength="4000" required dir="auto">
            \(question.text)</textarea>
                <p class="small">\(words.whatFollows)</p>
                <button class="button">\(words.askAgain)</button>
              </form>
            </details>
            """)
    }
}
