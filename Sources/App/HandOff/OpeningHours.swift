import FoundationEssentials
import Postgres
import Templates

/// When a bot's visitors can reach a person: the hours of a week, in a time zone. None: always.
struct OpeningHours: Sendable, Equatable {
    static let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    /// In one day.
    static let maximumSpans = 6
    static let maximumZone = 64

    /// From one minute of the day to another; one that ends no later than it begins ends on the next day.
    struct Span: Sendable, Equatable {
        static let minutesADay = 1_440

        let opens: Int
        let closes: Int
    }

    var zone = "UTC"
    /// Seven, from Monday.
    var spans = [[Span]](repeating: [], count: 7)

    var isAlways: Bool { spans.allSatisfy(\.isEmpty) }
}

extension OpeningHours {
    /// From fields `monday` to `sunday`, each as `9:00-12:30, 14-18`, and `time_zone`; what isn't given stays.
    /// - Throws: `Failure.invalid` with a sentence for each field.
    mutating func read(_ input: Input) throws(Failure) {
        var problems: [String: String] = [:]
        for (place, day) in Self.days.enumerated() {
            // What the form showed isn't read anew.
            guard let text = try input.text(day), text != Self.text(spans[place]) else { continue }
            if let spans = Self.spans(text) { self.spans[place] = spans } else { problems[day] = Self.unreadable }
        }
        if let text = try input.text("time_zone")?.trimmingBlanks {
            if Self.mayBeZone(text) { zone = text } else { problems["time_zone"] = Self.unknownZone }
        }
        guard problems.isEmpty else { throw .invalid(problems) }
    }

    static func text(_ spans: [Span]) -> String { spans.map(\.text).joined(separator: ", ") }

    private static let unreadable = "Please write hours like 9:00-18:00 or 9am-6pm, with a comma between two."
    static let unknownZone = "This isn’t a time zone that we know. Please choose one such as Europe/Berlin."

    /// Postgres would take an offset or an abbreviation as well, which know nothing of summer.
    private static func mayBeZone(_ text: String) -> Bool {
        guard text != "UTC" else { return true }
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "/"): true
            default: false
            }
        }
        return isPlain && text.utf8.count <= maximumZone && text.contains("/") && !text.hasPrefix("posix/") && !text.hasPrefix("right/")
    }

    /// nil for what can't be read, and for spans that overlap.
    static func spans(_ text: String) -> [Span]? {
        let parts = text.split { $0 == "," || $0 == ";" }.map(\.trimmingBlanks).filter { !$0.isEmpty }
        guard parts.count <= maximumSpans else { return nil }
        var spans: [Span] = []
        for part in parts {
            guard let span = WrittenHours.span(part, after: spans.last) else { return nil }
            spans.append(span)
        }
        spans.sort { $0.opens < $1.opens }
        for (one, next) in zip(spans, spans.dropFirst()) where one.closes <= one.opens || next.opens < one.closes { return nil }
        return spans
    }
}

extension OpeningHours.Span {
    /// `09:00-12:30`
    var text: String { "\(Self.clock(opens))-\(Self.clock(closes))" }

    static func clock(_ minute: Int) -> String {
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(padded(minute / 60)):\(padded(minute % 60))"
    }
}

extension AccountDatabase {
    /// - Throws: `Failure.notFound` where the account has no such bot.
    func openingHours(of bot: UUID) async throws -> OpeningHours {
        let rows = try await pipeline([
            "select time_zone from bots where id = \(bot) and account_id = \(account)",
            """
            select weekday, extract(epoch from opens)::int / 60 as opens, extract(epoch from closes)::int / 60 as closes from opening_hours
            where bot_id = \(bot) and account_id = \(account) order by weekday, opens
            """,
        ])
        guard let row = rows[0].first else { throw Failure.notFound }
        var hours = OpeningHours(zone: try row.get("time_zone", as: String.self))
        for row in rows[1] {
            let place = try row.get("weekday", as: Int.self) - 1
            guard hours.spans.indices.contains(place) else { continue }
            hours.spans[place].append(.init(opens: try row.get("opens", as: Int.self), closes: try row.get("closes", as: Int.self)))
        }
        return hours
    }
}

extension Transaction {
    /// - Throws: `Failure.invalid` where Postgres knows no such time zone.
    func keep(_ hours: OpeningHours, of bot: UUID, in account: UUID) async throws {
        do {
            try await query("select now() at time zone \(hours.zone)")
        } catch PostgresError.server("22023", _, _) {
            throw Failure.invalid(["time_zone": OpeningHours.unknownZone])
        }
        let all = hours.spans.enumerated().flatMap { place, spans in spans.map { (weekday: place + 1, span: $0) } }
        try await pipeline([
            "update bots set time_zone = \(hours.zone) where id = \(bot) and account_id = \(account)",
            "delete from opening_hours where bot_id = \(bot) and account_id = \(account)",
            """
            insert into opening_hours (account_id, bot_id, weekday, opens, closes)
            select \(account), \(bot), weekday, opens, closes
            from unnest(\(all.map(\.weekday))::smallint[], \(all.map { OpeningHours.Span.clock($0.span.opens) })::time[],
              \(all.map { OpeningHours.Span.clock($0.span.closes) })::time[]) as given (weekday, opens, closes)
            """,
        ])
    }
}
