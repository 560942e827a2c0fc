import StreamSafe

/// A JSON value as it was received: numbers keep their text, so that nothing is rounded unseen.
enum JSON: Sendable, Equatable {
    case object([String: JSON])
    case array([JSON])
    case string(String)
    case number(String)
    case bool(Bool)
    case null

    /// Parses RFC 8259 JSON. Stricter where being lenient has hurt others: a key given twice, a lone
    /// surrogate, invalid UTF-8 and nesting below `depth` are errors.
    init(parsing bytes: some Collection<UInt8>, depth: Int = 32) throws(JSONError) {
        let whole = bytes.withContiguousStorageIfAvailable { Self.parse($0, depth: depth) }
        self = try (whole ?? Array(bytes).withUnsafeBufferPointer { Self.parse($0, depth: depth) }).get()
    }

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>, depth: Int) -> Result<JSON, JSONError> {
        Result { () throws(JSONError) in
            var parser = JSONParser(bytes: bytes)
            return try parser.document(depth: depth)
        }
    }

    subscript(key: String) -> JSON? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    subscript(index: Int) -> JSON? {
        if case .array(let items) = self, items.indices.contains(index) { items[index] } else { nil }
    }

    var items: [JSON]? { if case .array(let items) = self { items } else { nil } }

    var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The value as a whole number, only if it was written as one and fits.
    var integer: Int? { if case .number(let text) = self { Int(text) } else { nil } }
}

enum JSONError: Error, Equatable {
    case malformed(offset: Int)
    case tooDeep
    case duplicateKey(String)
}

private struct JSONParser {
    /// Of an object, so that the table for most of them is made once.
    private static let usualMembers = 6

    let bytes: UnsafeBufferPointer<UInt8>
    var at = 0

    mutating func document(depth: Int) throws(JSONError) -> JSON {
        let value = try value(depth: depth)
        skipBlanks()
        guard at == bytes.count else { throw malformed }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        skipBlanks()
        guard at < bytes.count else { throw malformed }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON {
        guard depth > 0 else { throw .tooDeep }
        at += 1
        if take("}") { return .object([:]) }
        var members = [String: JSON](minimumCapacity: Self.usualMembers)
        repeat {
            skipBlanks()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw malformed }
            let key = try string()
            guard take(":") else { throw malformed }
            guard members.updateValue(try value(depth: depth - 1), forKey: key) == nil else { throw .duplicateKey(key) }
        } while take(",")
        guard take("}") else { throw malformed }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSON {
        guard depth > 0 else { throw .tooDeep }
        at += 1
        var items: [JSON] = []
        if take("]") { return .array(items) }
        repeat { items.append(try value(depth: depth - 1)) } while take(",")
        guard take("]") else { throw malformed }
        return .array(items)
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = at
        if peek == UInt8(ascii: "-") { at += 1 }
        if peek == UInt8(ascii: "0") { at += 1 } else { try digits() }
        if peek == UInt8(ascii: ".") {
            at += 1
            try digits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            at += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { at += 1 }
            try digits()
        }
        return .number(String(decoding: bytes[start..<at], as: UTF8.self))
    }

    private mutating func digits() throws(JSONError) {
        let start = at
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { at += 1 }
        guard at > start else { throw malformed }
    }

    private mutating func word(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        for offset in 0..<text.utf8CodeUnitCount {
            guard peek == text.utf8Start[offset] else { throw malformed }
            at += 1
        }
        return value
    }

    private mutating func string() throws(JSONError) -> String {
        at += 1
        let start = at
        var bits: UInt8 = 0
        while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
            bits |= byte
            at += 1
        }
        if peek == UInt8(ascii: "\"") {
            defer { at += 1 }
            // ASCII needs no validation, which costs more than all else here.
            return bits < 0x80 ? String(decoding: bytes[start..<at], as: UTF8.self) : try text(bytes[start..<at])
        }
        var unescaped = Array(bytes[start..<at])
        while let byte = peek {
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(unescaped[...])
            case UInt8(ascii: "\\"): try escape(into: &unescaped)
            case 0..<0x20: throw malformed
            default: unescaped.append(byte)
            }
        }
        throw malformed
    }

    private func text(_ utf8: some Sequence<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else { throw malformed }
        return text.streamSafe
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        guard let byte = peek else { throw malformed }
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: Array(String(try scalar()).utf8))
        default: throw malformed
        }
    }

    /// The scalar of `\uXXXX`, joined with the low surrogate that follows it if it is a high one.
    private mutating func scalar() throws(JSONError) -> Character {
        let unit = try hexadecimal()
        guard (0xD800...0xDBFF).contains(unit) else {
            guard let scalar = Unicode.Scalar(unit) else { throw malformed }
            return Character(scalar)
        }
        guard bytes[at...].starts(with: "\\u".utf8) else { throw malformed }
        at += 2
        let low = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        else { throw malformed }
        return Character(scalar)
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard bytes.count - at >= 4 else { throw malformed }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[at])).hexDigitValue, bytes[at] < 0x80 else { throw malformed }
            value = value << 4 | UInt32(digit)
            at += 1
        }
        return value
    }

    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private var malformed: JSONError { .malformed(offset: at) }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
    }

    /// Skips blanks and then `character`, if it is next.
    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard peek == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }
}
