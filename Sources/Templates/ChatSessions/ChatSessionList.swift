/// A chat of somebody who is signed in, in their list.
@View("ChatSummary")
public struct ChatSessionSummary {
    /// Of a first question that nobody has named otherwise.
    public static let wordsOfTitle = 12

    public let id: String
    /// Its first question, until it is named.
    public let title: String
    public let isRenamed: Bool
    public let startedAt: Moment
    public let lastMessageAt: Moment
    @Hidden public let address: String
    /// Whether it is the one that is open.
    @Hidden public var isCurrent: Bool = false

    public var html: HTML { html(unnamed: "") }

    /// - Parameter unnamed: what one is called in which nothing was asked.
    func html(unnamed: String) -> HTML {
        #html(
            """
            <li><a class="chats-item" href="\(address)" aria-current="\(isCurrent ? "page" : nil)" dir="auto">\(title.isEmpty ? unnamed : title)</a></li>
            """)
    }
}

/// Some of them, newest first, with the way to the next.
@View("ChatSessions")
public struct ChatSessionList {
    public var sessions: [ChatSessionSummary]
    @Described("For ?after=, where there are more; ?q= searches titles and messages") public let next: String?
    public let usage: MessageUsage
    public let activity: ChatActivity
    /// The address of the next part.
    @Hidden public let older: String?
    /// What was searched for.
    @Hidden public let search: String
    @Hidden public let words: PersonalChatWords

    public var html: HTML {
        #html(
            """
            <ol class="chats-list">\(sessions.map { $0.html(unnamed: words.unnamed) })</ol>
            \(sessions.isEmpty ? #html("<p class=\"small\">\(search.isEmpty ? words.none : words.nothingFits)</p>") : nil)
            \(older.map(more))
            """)
    }

    /// Comes by itself where it is scrolled to; without a script, it is a link.
    private func more(_ address: String) -> HTML {
        #html(
            """
            <p class="chats-more"><a class="button button-quiet" href="\(address)" hx-get="\(address)" hx-trigger="intersect once, click" \
            hx-target="closest p" hx-swap="outerHTML">\(words.older)</a></p>
            """)
    }
}

/// What somebody asked a bot in the last days.
public struct ChatActivity: Sendable, Describable {
    public private(set) var messages = 0
    public private(set) var sessions = 0
    /// Oldest first, today last.
    public private(set) var messagesByDay: [Int]

    public init(days: Int) { messagesByDay = Array(repeating: 0, count: days) }

    public mutating func add(daysAgo: Int, messages: Int, sessions: Int) {
        let place = messagesByDay.count - 1 - daysAgo
        guard messagesByDay.indices.contains(place) else { return }
        messagesByDay[place] += messages
        self.messages += messages
        self.sessions += sessions
    }

    public static var schema: Schema {
        .object(required: ["days": .integer, "messages": .integer, "sessions": .integer, "messages_by_day": [Int].schema])
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("days", messagesByDay.count)
            $0.member("messages", messages)
            $0.member("sessions", sessions)
            $0.member("messages_by_day", messagesByDay)
        }
    }

    func html(_ words: PersonalChatWords) -> HTML {
        let label = words.activity(messages, sessions, messagesByDay.count)
        return #html(
            """
            <div class="chats-activity">\(DailyBars(label: label, days: messagesByDay.map { .init(all: $0, good: $0) }).html)<p class="small">\(label)</p></div>
            """)
    }
}

/// How many messages somebody has sent in the time frame that runs.
@View("ChatUsage")
public struct MessageUsage {
    public let used: Int
    /// nil: as many as they like.
    public let limit: Int?
    @Described("Until there are more") public let secondsLeft: Int?
    @Hidden public let words: PersonalChatWords

    public var html: HTML { html(update: false) }

    /// The same, to take the place of the one that is shown.
    public var update: HTML { html(update: true) }

    private func html(update: Bool) -> HTML {
        #html("<p class=\"small\(isUsedUp ? " notice" : "")\" id=\"usage\" hx-swap-oob=\"\(update ? "true" : nil)\">\(line)</p>")
    }

    /// A plan with more is named here once there is one to buy.
    private var line: String? { limit.map { words.usage(used, of: $0, secondsLeft: secondsLeft) } }

    private var isUsedUp: Bool { limit.map { used >= $0 } ?? false }
}
