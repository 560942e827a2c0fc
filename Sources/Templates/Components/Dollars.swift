/// An amount of dollars, exact to the millionth: what a token costs.
public struct Dollars: Sendable, Equatable {
    public static let maximumDecimals = 4
    /// Of what is typed, a million dollars.
    public static let maximumMicros: Int64 = 1_000_000 * perDollar
    static let perDollar: Int64 = 1_000_000
    /// From here on, cents are enough.
    private static let tenCents: Int64 = perDollar / 10

    public let micros: Int64

    public init(micros: Int64) { self.micros = micros }

    /// What was typed, as "5", "2.50" or "0.0125"; nil for anything else. Digit by digit, so that nothing is rounded.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, !whole.isEmpty, whole.count <= 7 else { return nil }
        let decimals = parts.count == 2 ? parts[1] : ""[...].utf8
        guard parts.count == 1 || (1...Self.maximumDecimals).contains(decimals.count) else { return nil }
        let digits = Array(whole) + Array(decimals) + Array(repeating: UInt8(ascii: "0"), count: 6 - decimals.count)
        var micros: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            micros = micros * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        guard micros <= Self.maximumMicros else { return nil }
        self.micros = micros
    }

    /// At least two decimals, and as many more as it takes.
    public var text: String {
        let decimals = String(Self.perDollar + micros % Self.perDollar).dropFirst()
        let zeros = decimals.reversed().prefix { $0 == "0" }.count
        return "\(micros / Self.perDollar).\(decimals.prefix(max(2, decimals.count - zeros)))"
    }

    /// As people want to read it: in cents, and less than ten of them to the hundredth of a cent.
    public var rounded: Dollars {
        let step = micros >= Self.tenCents ? Self.perDollar / 100 : Self.perDollar / 10_000
        return Dollars(micros: (micros + step / 2) / step * step)
    }
}

/// As text, so that no program makes a fraction of two of it.
extension Dollars: Describable {
    public static var schema: Schema { .string }

    public func write(to json: inout JSONWriter) { json.string(text) }
}
