/// A statement with its values apart from its text: `\(value)` becomes a parameter, never a part of the text.
///
///     try await postgres.query("select name from bots where id = \(id)")
public struct SQL: ExpressibleByStringInterpolation, Sendable, CustomStringConvertible {
    /// What the protocol can number.
    static let maximumValues = 65_535

    /// With `$1`, `$2` … where the values were.
    public private(set) var text: String
    var values = SQLValues()
    /// Where each value's `$` stands in the text, in bytes of UTF-8.
    private var places: [Int] = []

    public init(stringLiteral text: String) { self.text = text }

    /// With nothing but NULLs.
    init(_ text: String, nulls: Int) {
        self.text = text
        for _ in 0..<nulls { values.append(nil) }
    }

    var bytes: Int { text.utf8.count + values.byteCount }

    public init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        values = stringInterpolation.values
        places = stringInterpolation.places
    }

    /// Without the values, so that it may be logged.
    public var description: String { text }

    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""
        fileprivate var values = SQLValues()
        fileprivate var places: [Int] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 3)
        }

        public mutating func appendLiteral(_ literal: String) { text += literal }

        /// nil is NULL.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            values.append(value?.postgresText)
            appendPlace(of: values.count)
        }

        /// A statement, or a part of one, in its place in another: its values get the numbers that are next.
        public mutating func appendInterpolation(_ part: SQL) {
            let bytes = part.text.utf8
            var rest = bytes.startIndex
            for (index, place) in part.places.enumerated() {
                let number = bytes.index(bytes.startIndex, offsetBy: place)
                text += part.text[rest..<number]
                appendPlace(of: values.count + index + 1)
                rest = bytes.index(number, offsetBy: "$\(index + 1)".utf8.count)
            }
            text += part.text[rest...]
            values.append(part.values)
        }

        /// The loud door: text that becomes part of the statement as it is. Never for anything a user had a hand in.
        public mutating func appendInterpolation(unsafeRaw text: String) {
            self.text += text
            var text = text
            values.hasNUL = values.hasNUL || text.withUTF8 { $0.contains(0) }
        }

        private mutating func appendPlace(of number: Int) {
            places.append(text.utf8.count)
            text += "$"
            text += String(number)
        }
    }
}

/// Values in PostgreSQL's text format, as libpq wants them: each with a NUL at its end.
struct SQLValues: Sendable {
    private static let null = -1

    private var bytes: [UInt8] = []
    /// Where each value starts in `bytes`.
    private var starts: [Int] = []
    /// Whether there is a NUL character, at which libpq would cut a text off.
    fileprivate(set) var hasNUL = false

    var count: Int { starts.count }
    var byteCount: Int { bytes.count }

    mutating func append(_ value: String?) {
        guard var value else { return starts.append(Self.null) }
        starts.append(bytes.count)
        value.withUTF8 { utf8 in
            hasNUL = hasNUL || utf8.contains(0)
            bytes.append(contentsOf: utf8)
        }
        bytes.append(0)
    }

    mutating func append(_ others: SQLValues) {
        starts += others.starts.map { $0 == Self.null ? $0 : $0 + bytes.count }
        bytes += others.bytes
        hasNUL = hasNUL || others.hasNUL
    }

    /// As an array of C strings that is valid during the call.
    func withCStrings<R>(_ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?) -> R) -> R {
        if starts.isEmpty { return body(0, nil) }
        return bytes.withUnsafeBytes { bytes in
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: starts.count) { pointers in
                for (index, start) in starts.enumerated() {
                    let pointer = start == Self.null ? nil : bytes.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self)
                    pointers.initializeElement(at: index, to: pointer)
                }
                return body(Int32(truncatingIfNeeded: starts.count), UnsafePointer(pointers.baseAddress))
            }
        }
    }
}
