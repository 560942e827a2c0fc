import FoundationEssentials
import Postgres
import Templates

/// Which of a bot's conversations are wanted. Without a channel: all but the owner's own trials.
struct ConversationFilter: Hashable, Sendable {
    /// Unicode scalars of what is searched for.
    static let maximumSearch = 200

    /// Stands somewhere in what was said, in capitals or not.
    var text: String?
    var channel: Conversation.Channel?
    /// Of one of the answers.
    var basis: AnswerReply.Basis?
    /// Who answers.
    var handling: Conversation.Handling?
    /// A visitor's opinion of one of the answers.
    var thumb: Conversation.Thumb?
    /// Days of UTC, of the last message.
    var from: CalendarDay?
    var to: CalendarDay?

    init() {}

    /// - Throws: `Failure.invalid` with a sentence for each field that can't be read.
    init(_ query: Form) throws(Failure) {
        var problems: [String: String] = [:]
        func read<Value>(_ name: String, _ problem: String, _ parse: (String) -> Value?) -> Value? {
            guard let given = query[name]?.withoutControls.trimmingBlanks, !given.isEmpty else { return nil }
            let value = parse(given)
            if value == nil { problems[name] = problem }
            return value
        }
        text = read("q", "This can have up to \(Self.maximumSearch) characters.") {
            $0.unicodeScalars.count <= Self.maximumSearch ? $0 : nil
        }
        channel = read("channel", "There is no such channel.") { Conversation.Channel(rawValue: $0) }
        basis = read("basis", "This can be quoted, based_on or not_in_my_information.") { AnswerReply.Basis(rawValue: $0) }
        handling = read("handling", "This can be bot, waiting or person.") { Conversation.Handling(rawValue: $0) }
        thumb = read("thumb", "This can be up or down.") { Conversation.Thumb(rawValue: $0) }
        from = read("from", "A day is written as 2026-11-21.") { CalendarDay($0) }
        to = read("to", "A day is written as 2026-11-21.") { CalendarDay($0) }
        if let from, let to, from.text > to.text { problems["from"] = "This day comes after the other one." }
        guard problems.isEmpty else { throw .invalid(problems) }
    }

    /// Whether the index of what was said knows such a text: it has three letters or digits in a row. Others are looked for in
    /// one conversation after the other, some at a time.
    static func isIndexed(_ text: String) -> Bool {
        var run = 0
        for character in text {
            run = character.isLetter || character.isNumber ? run + 1 : 0
            if run == 3 { return true }
        }
        return false
    }

    /// As its form shows it: only what was given.
    var values: [String: String] {
        let all = [
            "q": text, "channel": channel?.rawValue, "basis": basis?.rawValue, "handling": handling?.rawValue, "thumb": thumb?.rawValue,
            "from": from?.text, "to": to?.text,
        ]
        return all.compactMapValues(\.self)
    }

    /// As a query of an address.
    var query: String {
        values.sorted { $0.key < $1.key }.map { "\($0.key)=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
    }
}

/// A day that exists, as `2026-11-21`.
struct CalendarDay: Hashable, Sendable {
    private static let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

    let text: String

    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            year > 0, Self.lengths.indices.contains(month - 1), (1...Self.lengths[month - 1]).contains(day)
        else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        guard isLeap || month != 2 || day != 29 else { return nil }
        self.text = text
    }
}

/// A place in a bot's conversations: behind the last one that was shown.
struct ConversationCursor: Sendable, Equatable {
    /// Until the year 9999.
    private static let microseconds: ClosedRange<Int64> = 0...253_402_300_799_999_999

    let microseconds: Int64
    let id: UUID

    var text: String { "\(microseconds)-\(id.lowercased)" }

    init(microseconds: Int64, id: UUID) {
        self.microseconds = microseconds
        self.id = id
    }

    /// Behind a row that is ordered by this column; nil where that lies before 1970, and nothing behind it.
    init?(_ row: Row, by column: String) throws {
        let microseconds = try row.microseconds(column)
        guard microseconds >= Self.microseconds.lowerBound else { return nil }
        self.init(microseconds: min(microseconds, Self.microseconds.upperBound), id: try row.get("id", as: UUID.self))
    }

    /// - Throws: `Failure.badRequest` for what we never gave out.
    init(_ text: String) throws(Failure) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let microseconds = Int64(parts[0]), Self.microseconds.contains(microseconds), let id = UUID(text: parts[1])
        else {
            throw .badRequest("“after” must be what “next” said.")
        }
        self.init(microseconds: microseconds, id: id)
    }
}
