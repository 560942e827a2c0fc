/// A value that can be sent as a parameter.
public protocol PostgresEncodable {
    /// In PostgreSQL's text format; nil is NULL.
    var postgresText: String? { get }
}

/// A value that can be read from a column.
public protocol PostgresDecodable {
    /// nil where the text isn't such a value.
    init?(postgresText: Substring)
    /// What NULL is read as; nil where the column must not be NULL.
    static var fromNull: Self? { get }
}

extension PostgresDecodable {
    public static var fromNull: Self? { nil }
}

extension String: PostgresEncodable, PostgresDecodable {
    public var postgresText: String? { self }
    public init?(postgresText text: Substring) { self = String(text) }
}

extension PostgresEncodable where Self: BinaryInteger {
    public var postgresText: String? { String(self) }
}

extension PostgresDecodable where Self: FixedWidthInteger {
    public init?(postgresText text: Substring) { self.init(text) }
}

extension Int: PostgresEncodable, PostgresDecodable {}
extension Int64: PostgresEncodable, PostgresDecodable {}
extension Int32: PostgresEncodable, PostgresDecodable {}
extension Int16: PostgresEncodable, PostgresDecodable {}

extension Double: PostgresEncodable, PostgresDecodable {
    public var postgresText: String? { isNaN ? "NaN" : isInfinite ? (self < 0 ? "-Infinity" : "Infinity") : description }
    public init?(postgresText text: Substring) { self.init(text) }
}

extension Bool: PostgresEncodable, PostgresDecodable {
    public var postgresText: String? { self ? "t" : "f" }
    public init?(postgresText text: Substring) {
        guard text == "t" || text == "f" else { return nil }
        self = text == "t"
    }
}

/// `bytea`.
extension [UInt8]: PostgresDecodable {
    public init?(postgresText text: Substring) {
        guard text.hasPrefix("\\x") else { return nil }
        var bytes: [UInt8] = []
        var digits = text.utf8.dropFirst(2).makeIterator()
        while let high = digits.next() {
            guard let low = digits.next(), let high = Self.hexadecimal(high), let low = Self.hexadecimal(low) else { return nil }
            bytes.append(high << 4 | low)
        }
        self = bytes
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    public var postgresText: String? { self?.postgresText }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    public init?(postgresText text: Substring) {
        guard let value = Wrapped(postgresText: text) else { return nil }
        self = value
    }
    public static var fromNull: Self? { .some(nil) }
}

/// Arrays as parameters, for `= any(…)` and `unnest(…)`; `[UInt8]` is `bytea`.
extension Array: PostgresEncodable where Element: PostgresEncodable {
    public var postgresText: String? {
        "{" + map { $0.postgresText.map(Self.quoted) ?? "NULL" }.joined(separator: ",") + "}"
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}

/// Bytes as a parameter of type `bytea`.
public struct Bytea: PostgresEncodable {
    public let bytes: [UInt8]
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public var postgresText: String? {
        let digits = Array("0123456789abcdef".utf8)
        return "\\x" + String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }, as: UTF8.self)
    }
}
