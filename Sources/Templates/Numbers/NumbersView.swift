/// What a bot did on a day of UTC.
public struct DayNumbers: Sendable, Equatable {
    /// As `2026-11-21`.
    public let day: String
    public var conversations = 0
    public var messages = 0
    public var answered = 0
    public var unanswered = 0
    /// Visitors who asked for a person.
    public var handoffs = 0
    public var thumbsUp = 0
    public var thumbsDown = 0
    /// Of models, in millionths of a dollar.
    public var costMicros = 0

    public init(day: String) { self.day = day }

    public var questions: Int { answered + unanswered }

    /// As tables have them.
    public var counts: [Int] { [conversations, messages, questions, answered, unanswered, handoffs, thumbsUp, thumbsDown, costMicros] }

    static func + (left: DayNumbers, right: DayNumbers) -> DayNumbers {
        var sum = left
        sum.conversations += right.conversations
        sum.messages += right.messages
        sum.answered += right.answered
        sum.unanswered += right.unanswered
        sum.handoffs += right.handoffs
        sum.thumbsUp += right.thumbsUp
        sum.thumbsDown += right.thumbsDown
        sum.costMicros += right.costMicros
        return sum
    }
}

extension DayNumbers: Describable {
    public static var schema: Schema {
        .object(
            required: [
                "conversations": .integer, "messages": .integer, "questions": .integer, "answered": .integer, "unanswered": .integer,
                "answered_share": Double?.schema, "handoffs": .integer, "thumbs_up": .integer, "thumbs_down": .integer,
                "cost_micros": .integer,
            ], optional: ["day": .day])
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            if !day.isEmpty { $0.member("day", day) }
            $0.member("conversations", conversations)
            $0.member("messages", messages)
            $0.member("questions", questions)
            $0.member("answered", answered)
            $0.member("unanswered", unanswered)
            $0.member("answered_share", questions == 0 ? nil : Double(answered) / Double(questions))
            $0.member("handoffs", handoffs)
            $0.member("thumbs_up", thumbsUp)
            $0.member("thumbs_down", thumbsDown)
            $0.member("cost_micros", costMicros)
        }
    }
}

@View
public struct NamedCount {
    public let name: String
    public let count: Int

    public var html: HTML { #html("<tr><th scope=\"row\"><bdi>\(name)</bdi></th><td>\(count)</td></tr>") }
}

/// How long visitors waited for answers, in milliseconds, to within a tenth.
@Memberwise
public struct ResponseTimesView: Sendable {
    @Memberwise
    public struct Band: Sendable {
        /// nil: longer than the one before.
        public let belowMS: Int?
        public let count: Int
    }

    let answers: Int
    let firstWordMedianMS: Int?
    let firstWord95MS: Int?
    let wholeMedianMS: Int?
    let whole95MS: Int?
    public let bands: [Band]
}

extension ResponseTimesView: Describable {
    public static var schema: Schema {
        .object(required: [
            "answers": .integer, "first_word_median_ms": Int?.schema, "first_word_95_percent_ms": Int?.schema,
            "whole_median_ms": Int?.schema, "whole_95_percent_ms": Int?.schema,
        ]).saying("Milliseconds, to within a tenth")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("answers", answers)
            $0.member("first_word_median_ms", firstWordMedianMS)
            $0.member("first_word_95_percent_ms", firstWord95MS)
            $0.member("whole_median_ms", wholeMedianMS)
            $0.member("whole_95_percent_ms", whole95MS)
        }
    }
}

/// What a bot, or all of an account's, did in some days of UTC. Trials and what was replaced don't count.
@Memberwise
public struct NumbersView: Sendable {
    let from: String
    let to: String
    /// Each, oldest first.
    public let days: [DayNumbers]
    /// Questions by weekday, Monday first, and hour.
    public let hours: [[Int]]
    public let responseTimes: ResponseTimesView
    public let channels: [NamedCount]
    public let hosts: [NamedCount]
    public let questions: [NamedCount]

    var totals: DayNumbers { days.reduce(DayNumbers(day: ""), +) }
}

extension NumbersView: View {
    public static var schema: Schema {
        .component(
            "Numbers",
            .object(required: [
                "from": .day, "to": .day.saying("Days of UTC, both included"), "totals": DayNumbers.schema, "days": [DayNumbers].schema,
                "hours": [[Int]].schema.saying("Questions by weekday, Monday first, and hour of UTC"),
                "response_times": ResponseTimesView.schema, "channels": [NamedCount].schema, "hosts": [NamedCount].schema,
                "questions": [NamedCount].schema,
            ]))
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("from", from)
            $0.member("to", to)
            $0.member("totals", totals)
            $0.member("days", days)
            $0.member("hours", hours)
            $0.member("response_times", responseTimes)
            $0.member("channels", channels)
            $0.member("hosts", hosts)
            $0.member("questions", questions)
        }
    }

    /// The charts; a page adds links to their files.
    public var html: HTML { NumbersCharts(numbers: self, csv: nil).html }
}
