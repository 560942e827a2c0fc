/// A value that can be sent as a parameter.
public protocol PostgresEncodable {
    /// In PostgreSQL's text format; nil is NULL.
    var postgresText: String? { get }
    /// An array of such values as one parameter.
    static func postgresText(of array: [Self]) -> String
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

/// JSON too: `\(text)::jsonb`.
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

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    public var postgresText: String? { self?.postgresText }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    public init?(postgresText text: Substring) {
        guard let value = Wrapped(postgresText: text) else { return nil }
        self = .some(value)
    }
    public static var fromNull: Self? { .some(nil) }
}
