/// A `timestamptz`, read as microseconds since 1970 began in UTC.
public struct PostgresTimestamp: Hashable, Sendable, PostgresDecodable {
    public var microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// `2026-11-21 07:14:19.5+00`, as servers write with `DateStyle` ISO, their default. nil for infinity, before year 1, and for
    /// the last years of Postgres's calendar, which microseconds since 1970 don't reach.
    public init?(postgresBytes bytes: UnsafeRawBufferPointer) {
        var fields = FieldReader(rest: bytes[...])
        guard let year = fields.number(), fields.skip("-"), let month = fields.number(), fields.skip("-"), let day = fields.number(),
            fields.skip(" "), let hour = fields.number(), fields.skip(":"), let minute = fields.number(), fields.skip(":"),
            let second = fields.number(), let fraction = fields.fraction(), let offset = fields.offset(), fields.isAtEnd
        else { return nil }
        let seconds = days(to: year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset
        let (whole, isBeyond) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, isJustBeyond) = whole.addingReportingOverflow(fraction)
        guard !isBeyond, !isJustBeyond else { return nil }
        microseconds = sum
    }
}

/// Days from 1970-01-01 in the Gregorian calendar, with years that start in March, so that leap days come last.
private func days(to year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let year = month > 2 ? year : year - 1
    let monthFromMarch = (month + 9) % 12
    let leapDays = year / 4 - year / 100 + year / 400
    return year * 365 + leapDays + (monthFromMarch * 153 + 2) / 5 + day - 1 - 719_468
}

private struct FieldReader {
    /// Digits of a number at most, so that nothing can overflow.
    private static let maximumDigits = 6

    var rest: Slice<UnsafeRawBufferPointer>

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number() -> Int64? {
        let digits = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        guard (1...Self.maximumDigits).contains(digits.count) else { return nil }
        rest.removeFirst(digits.count)
        return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    /// In microseconds; 0 if there is none.
    mutating func fraction() -> Int64? {
        guard skip(".") else { return 0 }
        let before = rest.count
        guard let digits = number() else { return nil }
        return (before - rest.count..<Self.maximumDigits).reduce(digits) { value, _ in value * 10 }
    }

    /// `+00`, `-03:30` or `+00:19:32`, in seconds.
    mutating func offset() -> Int64? {
        let isWest = skip("-")
        guard isWest || skip("+"), let hours = number() else { return nil }
        var seconds = hours * 3_600
        for unit: Int64 in [60, 1] where skip(":") {
            guard let value = number() else { return nil }
            seconds += value * unit
        }
        return isWest ? -seconds : seconds
    }
}
