/// A conversation in a list.
@View("ConversationSummary")
public struct ConversationSummary {
    /// Characters that are shown of a question.
    public static let questionLength = 200

    public let id: String
    public let botID: String
    /// Where several bots' conversations stand together.
    public let botName: String?
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
    /// Answers that the visitor didn't like.
    public let thumbsDownCount: Int
    /// `bot`, `waiting` (the bot answers, and the visitor waits for a person) or `person`.
    @Described(.one(of: "bot", "waiting", "person")) public let handling: String
    /// The name of the person who answers.
    public let takenBy: String?
    /// Whether something was said since a member looked at it.
    public let isUnread: Bool
    /// The last message's time in microseconds: a list's order.
    @Hidden public let order: Int64
    public let startedAt: Moment
    public let lastMessageAt: Moment

    public var html: HTML {
        #html(
            """
            <li class="asked\(isUnread ? " unread" : "")" id="conversation-\(id)" data-once data-at="\(String(order))">
              <a class="asked-question" id="open-\(id)" href="/bots/\(botID)/conversations/\(id)">\
            \(isUnread ? #html("<span class=\"unseen\">New: </span>") : nil)\(question.isEmpty ? "Without words" : question)</a>
              <div class="row small">
                \(answering)
                \(thumbsDownCount > 0 ? #html("<span class=\"basis thumbs-down\">\(thumbsDownCount) not helpful</span>") : nil)
                \(unansweredCount > 0 ? #html("<span class=\"basis basis-not-in-my-information\">\(unansweredCount) not in your text</span>") : nil)
                \(botName.map { #html("<bdi>\($0)</bdi>") })
                <span>\(Channels.name(channel))</span>
                \(visitor.isEmpty ? nil : #html("<bdi>\(visitor)</bdi>"))\(signedVisitor.map { _ in #html("<span class=\"basis basis-based-on\">Verified</span>") })
                <span>\(messageCount) \(messageCount == 1 ? "message" : "messages")</span>
                \(lastMessageAt)
              </div>
            </li>
            """)
    }

    private var answering: HTML? {
        switch handling {
        case "waiting": #html("<span class=\"basis wants-person\">Wants a person</span>")
        case "person": #html("<span class=\"basis\"><bdi>\(takenBy ?? "Somebody")</bdi> answers</span>")
        default: nil
        }
    }
}

/// One page of conversations, newest first, with the way to the next.
@View("Conversations")
public struct ConversationList {
    public let conversations: [ConversationSummary]
    @Described("For ?after=, where there are more") public let next: String?
    @Described("Visitors of all bots who wait for a person") public let waiting: Int
    /// The address of the next page.
    @Hidden public let older: String?
    /// Whether what happens from now on comes to its top.
    @Hidden public var isLive: Bool = false

    public var html: HTML {
        #html(
            """
            <ol class="list" sse-swap="\(isLive ? "changed" : nil)" hx-swap="\(isLive ? "afterbegin settle:0s" : nil)">\(conversations)</ol>
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
        Choice("", "All"), Choice("page", "Our page"), Choice("widget", "Your website"), Choice("chat", "Its own page"),
        Choice("api", "API"),
        Choice("whatsapp", "WhatsApp"), Choice("try", "Your trials"),
    ]

    static func name(_ channel: String) -> String { choices.first { $0.value == channel }?.label ?? channel }
}

extension ConversationSummary {
    /// - Parameter bot: whether it stands in the list of one bot, which need not name it.
    public func `in`(bot: Bool) -> ConversationSummary {
        ConversationSummary(
            id: id, botID: botID, botName: bot ? nil : botName, channel: channel, visitor: visitor,
            signedVisitor: signedVisitor, question: question, messageCount: messageCount,
            unansweredCount: unansweredCount, thumbsDownCount: thumbsDownCount, handling: handling, takenBy: takenBy, isUnread: isUnread,
            order: order, startedAt: startedAt, lastMessageAt: lastMessageAt)
    }
}
