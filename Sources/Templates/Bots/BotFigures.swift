/// What a bot did in the last 30 days, by days of UTC. Trials of its owner don't count.
public struct BotFigures: Sendable {
    public static let days = 30
    public static let daysOfWeek = 7

    /// Of one day.
    @Memberwise
    public struct Day: Sendable, Equatable {
        /// That began on it.
        public var conversations: Int = 0
        public var messages: Int = 0
        public var answered: Int = 0
        /// Questions that the bot's information had no answer to.
        public var unanswered: Int = 0

        /// Questions: a greeting is none.
        var questions: Int { answered + unanswered }

        /// In hundredths; nil where nothing was asked.
        var answeredPercent: Int? { questions == 0 ? nil : answered * 100 / questions }

        static func + (left: Day, right: Day) -> Day {
            Day(
                conversations: left.conversations + right.conversations, messages: left.messages + right.messages,
                answered: left.answered + right.answered, unanswered: left.unanswered + right.unanswered)
        }
    }

    /// Oldest first; the last is today.
    private var recent = [Day](repeating: Day(), count: days)

    public init() {}

    /// - Parameter daysAgo: 0 is today; what is older than the figures is left out.
    public mutating func add(_ day: Day, daysAgo: Int) {
        guard (0..<Self.days).contains(daysAgo) else { return }
        recent[Self.days - 1 - daysAgo] = recent[Self.days - 1 - daysAgo] + day
    }

    public func last(_ days: Int) -> Day { recent.suffix(days).reduce(Day(), +) }
}

extension BotFigures: View {
    public var html: HTML {
        #html(
            """
            \(DailyBars(label: label, days: recent.map { .init(all: $0.questions, good: $0.answered) }).html)
            <table class="figures">
              <thead><tr><td></td><th scope="col">7 days</th><th scope="col">30 days</th></tr></thead>
              <tbody>
                \(row("Conversations") { $0.conversations.description })
                \(row("Messages") { $0.messages.description })
                \(row("Answered") { $0.answeredPercent.map { "\($0) %" } ?? "–" })
              </tbody>
            </table>
            """)
    }

    private func row(_ name: String, _ value: (Day) -> String) -> HTML {
        #html("<tr><th scope=\"row\">\(name)</th><td>\(value(last(Self.daysOfWeek)))</td><td>\(value(last(Self.days)))</td></tr>")
    }

    private var label: String {
        let all = last(Self.days)
        let most = recent.map(\.questions).max() ?? 0
        return
            "Questions a day over 30 days: \(all.questions) in all, \(all.answered) answered, at most \(most) on one day, \(last(1).questions) today."
    }

    public static var schema: Schema {
        .object(required: [
            "last_7_days": Day.schema, "last_30_days": Day.schema, "questions_by_day": [Int].schema, "answered_by_day": [Int].schema,
        ])
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("last_7_days", last(Self.daysOfWeek))
            $0.member("last_30_days", last(Self.days))
            $0.member("questions_by_day", recent.map(\.questions))
            $0.member("answered_by_day", recent.map(\.answered))
        }
    }
}

extension BotFigures.Day: Describable {
    public static var schema: Schema {
        .object(required: [
            "conversations": .integer, "messages": .integer, "questions": .integer, "answered": .integer, "unanswered": .integer,
            "answered_share": Double?.schema,
        ])
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("conversations", conversations)
            $0.member("messages", messages)
            $0.member("questions", questions)
            $0.member("answered", answered)
            $0.member("unanswered", unanswered)
            $0.member("answered_share", questions == 0 ? nil : Double(answered) / Double(questions))
        }
    }
}
