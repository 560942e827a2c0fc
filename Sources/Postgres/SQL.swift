/// A statement with its values apart from its text: `\(value)` becomes a parameter, never a part of the text.
///
///     try await postgres.query("select name from bots where id = \(id)")
public struct SQL: ExpressibleByStringInterpolation, Sendable {
    /// With `$1`, `$2` … where the values were.
    public private(set) var text: String
    /// In PostgreSQL's text format; nil is NULL.
    public private(set) var values: [String?]

    public init(stringLiteral text: String) {
        self.text = text
        values = []
    }

    public init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        values = stringInterpolation.values
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""
        fileprivate var values: [String?] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 3)
            values.reserveCapacity(interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) { text += literal }

        public mutating func appendInterpolation(_ value: some PostgresEncodable) {
            values.append(value.postgresText)
            text += "$\(values.count)"
        }

        /// The loud door: text that becomes part of the statement as it is. Never for anything a user had a hand in.
        public mutating func appendInterpolation(unsafeRaw text: String) { self.text += text }
    }
}
