import FoundationEssentials

/// Which days are wanted: the last so many, or from one to another.
struct NumberRange: Sendable {
    static let usualDays = 30
    static let maximumDays = 400

    let from: CalendarDay
    let to: CalendarDay
    /// nil: two days were given.
    let days: Int?

    /// - Parameter today: as `2026-11-21`, of UTC.
    /// - Throws: `Failure.invalid` with a sentence for each field that can't be read.
    init(_ query: Form, today: CalendarDay) throws(Failure) {
        let given = (from: try Self.day(query, "from"), to: try Self.day(query, "to"))
        guard given.from != nil || given.to != nil else {
            guard let days = query["days"].map({ Int($0) }) ?? Self.usualDays, (1...Self.maximumDays).contains(days) else {
                throw .invalid(["days": "This is a number from 1 to \(Self.maximumDays)."])
            }
            (from, to, self.days) = (today.adding(1 - days), today, days)
            return
        }
        let to = given.to ?? today
        let from = given.from ?? to.adding(1 - Self.usualDays)
        guard from.number <= to.number else { throw .invalid(["from": "This day comes after the other one."]) }
        guard to.number - from.number < Self.maximumDays else { throw .invalid(["from": "Please choose up to \(Self.maximumDays) days."]) }
        (self.from, self.to, days) = (from, to, nil)
    }

    /// Every day, in order.
    var all: [CalendarDay] { (0...(to.number - from.number)).map { from.adding($0) } }

    /// As a query of an address.
    var query: String { days.map { "days=\($0)" } ?? "from=\(from.text)&to=\(to.text)" }

    private static func day(_ query: Form, _ name: String) throws(Failure) -> CalendarDay? {
        guard let text = query[name]?.trimmingBlanks, !text.isEmpty else { return nil }
        guard let day = CalendarDay(text) else { throw .invalid([name: "A day is written as 2026-11-21."]) }
        return day
    }
}

extension CalendarDay {
    /// Days since 1970 began, in the Gregorian calendar.
    var number: Int {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        let (year, month, day) = (parts.first ?? 1970, parts.dropFirst().first ?? 1, parts.last ?? 1)
        // Years that start in March, so that leap days come last.
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = (shifted / 400, shifted % 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The last or first day that can be written, beyond.
    func adding(_ days: Int) -> CalendarDay {
        let shifted = number + days + 719_468
        let (era, dayOfEra) = (shifted / 146_097, shifted % 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let text = [(year, 4), (month, 2), (dayOfYear - (153 * fromMarch + 2) / 5 + 1, 2)].map { number, width in
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }.joined(separator: "-")
        return CalendarDay(text) ?? self
    }

    /// 0 is Monday.
    var weekday: Int { ((number + 3) % 7 + 7) % 7 }
}
