/// A conversation in a list.
@View
public struct ConversationSummary {
    /// Characters that are shown of a question.
    public static let questionLength = 200

    public let id: String
    @Hidden public let botID: String
    public let channel: String
    /// What a program says of its visitor.
    public let visitor: String
    /// Who the business has signed that it is; nil: nobody did.
    public let signedVisitor: String?
    /// The first one's beginning.
    public let question: String
    public let messageCount: Int
    /// Questions that the bot's information had no answer to.
    public let unansweredCount: Int
    public let startedAt: Moment
    public let lastMessageAt: Moment

    public var html: HTML {
        #html("""
            <li class="asked" id="conversation-\(id)">
              <a class="asked-question" href="/bots/\(botID)/conversations/\(id)">\(question)</a>
              <div class="row small">
                \(unansweredCount > 0 ? #html("<span class=\"basis basis-not-in-my-information\">\(unansweredCount) not in your text</span>") : nil)
                <span>\(Channels.name(channel))</span>
                \(visitor.isEmpty ? nil : #html("<bdi>\(visitor)</bdi>"))\(signedVisitor.map { _ in #html("<span class=\"basis basis-based-on\">Verified</span>") })
                <span>\(messageCount) \(messageCount == 1 ? "message" : "messages")</span>
                \(lastMessageAt)
              </div>
            </li>
            """)
    }
}

/// One page of conversations, newest first, with the way to the next.
@View
public struct ConversationList {
    public let conversations: [ConversationSummary]
    /// Where the next page goes on, as `?after=`.
    public let next: String?
    /// The address of the next page.
    @Hidden public let older: String?

    public var html: HTML {
        #html("""
            <ol class="list">\(conversations)</ol>
            \(older.map { address in
                #html("""
                    <p><a class="button button-quiet" href="\(address)" hx-get="\(address)" hx-target="closest p" hx-swap="outerHTML">Older</a></p>
                    """)
            })
            """)
    }
}

/// Where conversations take place, in the words of an owner.
enum Channels {
    static let choices = [
        Choice("", "All"), Choice("page", "Our page"), Choice("widget", "Your website"), Choice("chat", "Its own page"), Choice("api", "API"),
        Choice("whatsapp", "WhatsApp"), Choice("try", "Your trials"),
    ]

    static func name(_ channel: String) -> String { choices.first { $0.value == channel }?.label ?? channel }
}
