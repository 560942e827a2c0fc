import StreamSafe

/// A value that can be sent as a parameter.
public protocol PostgresEncodable {
    /// In PostgreSQL's text format; nil is NULL.
    var postgresText: String? { get }
    /// An array of such values as one parameter.
    static func postgresText(of array: [Self]) -> String
}

/// A value that can be read from a column.
public protocol PostgresDecodable {
    /// The text's UTF-8, valid during the call. nil where it isn't such a value.
    init?(postgresBytes: UnsafeRawBufferPointer)
    /// What NULL is read as; nil where the column must not be NULL.
    static var fromNull: Self? { get }
}

extension PostgresDecodable {
    @inlinable
    public static var fromNull: Self? { nil }
}

/// JSON too: `\(text)::jsonb`.
extension String: PostgresEncodable, PostgresDecodable {
    public var postgresText: String? { self }
    @inlinable
    public init?(postgresBytes bytes: UnsafeRawBufferPointer) { self.init(streamSafe: bytes) }
}

extension PostgresEncodable where Self: BinaryInteger {
    public var postgresText: String? { String(self) }
}

extension PostgresDecodable where Self: FixedWidthInteger {
    @inlinable
    public init?(postgresBytes bytes: UnsafeRawBufferPointer) {
        let isNegative = bytes.first == UInt8(ascii: "-")
        let digits = isNegative ? bytes.dropFirst() : bytes[...]
        guard !digits.isEmpty else { return nil }
        var value: Self = 0
        for byte in digits {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
            let digit = Self(truncatingIfNeeded: byte &- UInt8(ascii: "0"))
            let (tens, first) = value.multipliedReportingOverflow(by: 10)
            let (next, second) = isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
            guard !first, !second else { return nil }
            value = next
        }
        self = value
    }
}

extension Int: PostgresEncodable, PostgresDecodable {}
extension Int64: PostgresEncodable, PostgresDecodable {}
extension Int32: PostgresEncodable, PostgresDecodable {}
extension Int16: PostgresEncodable, PostgresDecodable {}

extension Double: PostgresEncodable, PostgresDecodable {
    public var postgresText: String? { isNaN ? "NaN" : isInfinite ? (self < 0 ? "-Infinity" : "Infinity") : description }
    public init?(postgresBytes bytes: UnsafeRawBufferPointer) { self.init(String(decoding: bytes, as: UTF8.self)) }
}

extension Bool: PostgresEncodable, PostgresDecodable {
    public var postgresText: String? { self ? "t" : "f" }
    @inlinable
    public init?(postgresBytes bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 1, bytes[0] == UInt8(ascii: "t") || bytes[0] == UInt8(ascii: "f") else { return nil }
        self = bytes[0] == UInt8(ascii: "t")
    }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    public var postgresText: String? { self?.postgresText }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    @inlinable
    public init?(postgresBytes bytes: UnsafeRawBufferPointer) {
        guard let value = Wrapped(postgresBytes: bytes) else { return nil }
        self = .some(value)
    }
    @inlinable
    public static var fromNull: Self? { .some(nil) }
}
