/// A moment in UTC, in JSON as RFC 3339; on a page for people, whom app.js then tells their own time.
public struct Moment: Sendable, Hashable {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let secondsADay: Int64 = 86_400
    /// From year 1 to 9999.
    private static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    private let seconds: Int64

    /// Since 1970 began; what lies outside the years 1 to 9999 becomes the nearest of them.
    public init(microseconds: Int64) {
        let whole = microseconds / 1_000_000 - (microseconds % 1_000_000 < 0 ? 1 : 0)
        seconds = min(max(whole, Self.range.lowerBound), Self.range.upperBound)
    }

    /// `2026-11-21T07:14:19Z`
    public var rfc3339: String {
        let (year, month, day) = date
        return String(unsafeUninitializedCapacity: 20) { text in
            var digits = Digits(text: text)
            digits.write(year, 4, "-")
            digits.write(month, 2, "-")
            digits.write(day, 2, "T")
            digits.write(timeOfDay / 3_600, 2, ":")
            digits.write(timeOfDay / 60 % 60, 2, ":")
            digits.write(timeOfDay % 60, 2, "Z")
            return digits.count
        }
    }

    /// With `21 Nov 2026, 07:14 UTC` for people.
    public var html: HTML {
        let (year, month, day) = date
        let whole = rfc3339
        return #html(
            "<time datetime=\"\(whole)\">\(day) \(Self.months[Int(month) - 1]) \(year), \(whole.dropFirst(11).prefix(5)) UTC</time>")
    }

    private var days: Int64 { (seconds - timeOfDay) / Self.secondsADay }
    private var timeOfDay: Int64 { (seconds % Self.secondsADay + Self.secondsADay) % Self.secondsADay }

    /// The Gregorian calendar in years that start in March, so that leap days come last.
    private var date: (year: Int64, month: Int64, day: Int64) {
        let day = days + 719_468
        let era = (day >= 0 ? day : day - 146_096) / 146_097
        let dayOfEra = day - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * fromMarch + 2) / 5 + 1)
    }
}

/// Writes numbers with a width of their own, each with a mark behind it. By hand: pages show a moment in every row.
private struct Digits {
    let text: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(text: UnsafeMutableBufferPointer<UInt8>) { self.text = text }

    mutating func write(_ number: Int64, _ width: Int, _ mark: Unicode.Scalar) {
        var rest = number
        for place in (count..<count + width).reversed() {
            text[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        text[count + width] = UInt8(ascii: mark)
        count += width + 1
    }
}

extension Moment: Describable {
    public static var schema: Schema { .moment }

    public func write(to json: inout JSONWriter) { json.string(rfc3339) }
}

extension Moment: TextValue {
    public func write(text rendering: inout Rendering) { html.write(text: &rendering) }
}
