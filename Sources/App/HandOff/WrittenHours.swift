/// Hours as people write them: `9-6` is from nine to six in the evening, `18-2` a bar's.
///
/// An hour from 1 to 12 can be before or after noon, unless it is written as clocks show it (`09`, `06:00`) or with am or pm.
/// Where both are possible, what is usual counts; where nothing is, there is no reading, and whoever wrote it is asked.
struct WrittenHours {
    private static let halfDay = 720
    /// Nobody opens earlier without saying so.
    private static let usualOpening = 5 * 60
    /// A span that begins by then, after one in the morning, is in the afternoon: `9-12, 2-6`.
    private static let latestAfternoon = 7 * 60 + 59
    /// A span by itself that ends by then, and begins before anybody opens, is in the afternoon too: `2-6`.
    private static let latestEvening = 8 * 60
    /// Shorter, the time after midnight is meant: `22-11`.
    private static let leastMinutes = 120

    /// nil for what can't be read.
    static func span(_ text: String, after previous: OpeningHours.Span?) -> OpeningHours.Span? {
        let ends = text.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "–" || $0 == "—" }.map(\.trimmingBlanks)
        guard ends.count == 2, let from = Time(ends[0]), let to = Time(ends[1]) else { return nil }
        var (opens, closes) = (from.minute, to.minute)
        if !from.isExact, isAfternoon(from, to, after: previous) { opens += halfDay }
        if !to.isExact, closes <= opens {
            if opens < usualOpening { return nil }
            // `18:00-9:00` can be nine in the evening as well as the next morning.
            if from.isOf24, to.hasMinutes, closes + halfDay >= opens + leastMinutes { return nil }
            if closes + halfDay >= opens + leastMinutes || opens <= halfDay { closes += halfDay }
        }
        guard opens < OpeningHours.Span.minutesADay, closes <= OpeningHours.Span.minutesADay else { return nil }
        return OpeningHours.Span(opens: opens, closes: closes)
    }

    private static func isAfternoon(_ from: Time, _ to: Time, after previous: OpeningHours.Span?) -> Bool {
        // `2-6pm`
        if to.isAfternoon { return from.minute + halfDay < to.minute }
        if let previous { return from.minute <= latestAfternoon && previous.closes > from.minute && previous.opens < halfDay }
        return from.minute < usualOpening && !to.isExact && from.minute < to.minute && to.minute <= latestEvening
    }

    /// `9`, `9:30`, `09.30`, `9pm` or `24:00`.
    struct Time {
        let minute: Int
        /// Whether it can't be twelve hours later as well.
        let isExact: Bool
        let isAfternoon: Bool
        /// Whether no clock of twelve hours shows it.
        let isOf24: Bool
        let hasMinutes: Bool

        init?(_ text: String) {
            var digits = text.lowercased().replacing(".m.", with: "m")[...]
            let half = ["am", "pm"].first { digits.hasSuffix($0) }
            if half != nil { digits = digits.dropLast(2) }
            let parts = digits.trimmingBlanks.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "." }
            guard (1...2).contains(parts.count), parts.allSatisfy(Self.isNumber), let hour = Int(parts[0]),
                let past = parts.count == 2 ? Int(parts[1]) : 0, hour <= 24, past < 60, half == nil || (1...12).contains(hour)
            else { return nil }
            let written = hour * 60 + past
            guard written <= OpeningHours.Span.minutesADay else { return nil }
            isAfternoon = half == "pm"
            minute = half == nil ? written : (hour % 12) * 60 + past + (isAfternoon ? halfDay : 0)
            isOf24 = hour > 12
            hasMinutes = parts.count == 2
            isExact = half != nil || parts[0].hasPrefix("0") || isOf24
        }

        private static func isNumber(_ text: Substring) -> Bool {
            (1...2).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
    }
}

extension OpeningHours {
    /// The week as it was understood: `Monday to Friday 09:00–18:00, Saturday 10:00–14:00`.
    var inWords: String {
        guard !isAlways else { return "Somebody is always there." }
        var groups: [(first: Int, last: Int)] = []
        for place in spans.indices where !spans[place].isEmpty {
            if let group = groups.last, group.last == place - 1, spans[group.first] == spans[place] {
                groups[groups.count - 1].last = place
            } else {
                groups.append((place, place))
            }
        }
        let words = groups.map { group in
            let days = group.first == group.last ? Self.name(group.first) : "\(Self.name(group.first)) to \(Self.name(group.last))"
            return "\(days) \(spans[group.first].map(\.inWords).joined(separator: " and "))"
        }
        return words.joined(separator: ", ") + "."
    }

    private static func name(_ day: Int) -> String { days[day].prefix(1).uppercased() + days[day].dropFirst() }
}

extension OpeningHours.Span {
    fileprivate var inWords: String { "\(Self.clock(opens))–\(Self.clock(closes))\(closes <= opens ? " (the next day)" : "")" }
}
