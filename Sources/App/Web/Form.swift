import StreamSafe

/// The fields of a form or of a URL's query: `application/x-www-form-urlencoded`, each name once.
struct Form: Sendable {
    static let maximumFields = 1_000
    static let maximumKeyDepth = 8

    private var fields: [String: String] = [:]
    /// As they stand in the form.
    private(set) var names: [String] = []
    var values: [String: String] { fields }

    /// Parses what a browser sends. A name given twice is refused rather than left to the reader to choose.
    init(parsing text: some StringProtocol) throws(Failure) {
        let pairs = text.utf8.split(separator: UInt8(ascii: "&"), maxSplits: Self.maximumFields)
        guard pairs.count <= Self.maximumFields else { throw .badRequest("There are too many fields in this form.") }
        for pair in pairs {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0], plusIsSpace: true),
                let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : parts[0][parts[0].endIndex...], plusIsSpace: true),
                name.utf8.count(where: { $0 == UInt8(ascii: "[") }) <= Self.maximumKeyDepth
            else { throw .badRequest("This form can't be read.") }
            guard fields.updateValue(value, forKey: name) == nil else { throw .badRequest("A field was sent twice.") }
            names.append(name)
        }
    }

    subscript(name: String) -> String? { fields[name] }
}

enum PercentEncoding {
    /// As a part of an address: all but letters, digits and `-._~` is escaped.
    /// - Parameter keeping: what has a meaning elsewhere, but none where it will stand.
    static func encode(_ text: String, keeping: UInt8? = nil) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: encoded.unicodeScalars.append(Unicode.Scalar(byte))
            case keeping: encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default: encoded += "%" + byte.hexadecimal
            }
        }
        return encoded
    }

    /// The decoded text, or nil if an escape is broken or the bytes aren't UTF-8.
    static func decode(_ encoded: some Collection<UInt8>, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.count)
        var rest = encoded.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(hexadecimal), let low = rest.next().flatMap(hexadecimal) else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)?.streamSafe
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
