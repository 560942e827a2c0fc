/// A conversation with its messages: what the API answers, and what its page shows.
@View("Conversation")
public struct ConversationView {
    public let id: String
    @Hidden public let botID: String
    public let channel: String
    /// What a program says of its visitor.
    public let visitor: String
    /// Who the business has signed that it is; nil: nobody did.
    public let signedVisitor: String?
    @Described(.anyObject) public let metadata: StoredJSON
    public let startedAt: Moment
    public let lastMessageAt: Moment
    /// Who answers: `bot`, `waiting` (the bot, while the visitor waits for a person) or `person`.
    @Described(.one(of: "bot", "waiting", "person")) public let handling: String
    /// The name of the person who answers.
    public let takenBy: String?
    @Hidden public let takenByID: String?
    public let wantsPersonAt: Moment?
    /// Oldest first.
    public let messages: [MessageView]
    /// Where the messages go on, as `?after=`; nil at their end.
    public let next: String?

    public var html: HTML {
        #html(
            """
            <div class="talk" id="talk" role="log" aria-label="What was said" sse-swap="\(next == nil ? "message" : nil)" \
            hx-swap="beforeend settle:0s">\(messages.map { $0.html(withTestsAt: "/bots/\(botID)/tests") })</div>
            \(next.map { place in #html("<p><a class=\"button button-quiet\" href=\"/bots/\(botID)/conversations/\(id)?after=\(place)\">Go on reading</a></p>") })
            """)
    }

    /// Where the stream of what comes next begins: behind the last message that is whole.
    var place: Int64 {
        let whole = messages.prefix { $0.state != "pending" }
        return whole.last?.position ?? 0
    }
}

/// What was said, by a visitor, the bot or a person, and what it took.
@View("Message")
public struct MessageView {
    public let id: String
    @Described(.one(of: "visitor", "bot", "person")) public let role: String
    /// The person's name.
    public let author: String?
    public let text: String
    /// `pending`, `answered`, `abandoned` or `failed`.
    public let state: String
    /// nil for what a visitor says, and for small talk.
    public let basis: AnswerReply.Basis?
    public let citations: [AnswerReply.Citation]
    public let provider: String?
    public let model: String?
    public let usage: AnswerReply.Usage
    /// Millionths of a dollar, where the model's price is known.
    public let costMicros: Int?
    /// From the question, in milliseconds.
    public let firstWordMS: Int?
    public let totalMS: Int?
    /// The visitor's opinion of the bot's answer, 1 or -1, and why.
    public let thumb: Int?
    public let thumbReason: String
    @Hidden public let position: Int64
    @Described(.anyObject) public let metadata: StoredJSON
    public let createdAt: Moment
    /// Of a question.
    public var attachments: [AttachmentView] = []

    public var html: HTML { html(withTestsAt: nil) }

    /// - Parameter tests: where a test is made of the answer.
    func html(withTestsAt tests: String?) -> HTML {
        let test = state == "answered" && role == "bot" ? tests : nil
        return #html(
            """
            <article class="said said-\(role)" id="message-\(id)" aria-label="\(speaker)" data-once>
              \(content)
              \(AttachmentList(attachments: attachments))
              \(opinion)
              <p class="small">\(createdAt) \(role == "bot" ? took.map { "· \($0)" }.joined(separator: " ") : "") \
            \(test.map { #html("· <a href=\"\($0 + "?from=" + id)\">Keep as a test</a>") })</p>
            </article>
            """)
    }

    private var speaker: String {
        switch role {
        case "visitor": "Visitor"
        case "person": author ?? "Somebody who left"
        default: "Bot"
        }
    }

    private var content: HTML {
        switch role {
        case "visitor": asked
        case "person": #html("<p class=\"basis\"><bdi>\(speaker)</bdi></p><div class=\"reply-text\">\(markdown(text))</div>")
        default: answered
        }
    }

    private var opinion: HTML? {
        guard let thumb else { return nil }
        return #html(
            """
            <p class="basis\(thumb < 0 ? " thumbs-down" : nil)">The visitor found this \(thumb < 0 ? "not " : "")helpful\
            \(thumbReason.isEmpty ? nil : #html(": <bdi>\(thumbReason)</bdi>"))</p>
            """)
    }

    private var asked: HTML { #html("<h3 class=\"question\">\(text)</h3>") }

    private var answered: HTML {
        switch state {
        case "pending": #html("<p class=\"notice notice-good\">This is being answered just now.</p>")
        case "failed": #html("<p class=\"notice\">No answer came.</p>")
        case "abandoned": #html("\(reply)<p class=\"notice\">The visitor left before the answer was whole.</p>")
        default: reply.html
        }
    }

    private var reply: AnswerReply {
        AnswerReply(
            answer: text, citations: citations, basis: basis ?? .notInMyInformation, conversationID: "", messageID: id, usage: usage,
            isSmallTalk: basis == nil || state != "answered")
    }

    /// `gpt-4.1-mini at openai · 1,200 + 80 tokens · $0.0006 · 2.1 s`
    var took: [String] {
        var parts: [String] = []
        if let model { parts.append(provider.map { "\(model) at \($0)" } ?? model) }
        if usage.inputTokens + usage.outputTokens > 0 { parts.append("\(usage.inputTokens) + \(usage.outputTokens) tokens") }
        if let costMicros { parts.append("$\(Self.decimal(costMicros, places: 6))") }
        if let totalMS { parts.append("\(Self.decimal(totalMS, places: 3)) s") }
        return parts
    }

    /// A count of the smallest part as a decimal number: 2100 with three places is 2.1.
    private static func decimal(_ count: Int, places: Int) -> String {
        let digits = String(count)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        var fraction = padded.suffix(places)
        while fraction.last == "0" { fraction.removeLast() }
        return fraction.isEmpty ? String(padded.dropLast(places)) : "\(padded.dropLast(places)).\(fraction)"
    }
}
