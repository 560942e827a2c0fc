/// Arrays as parameters, for `= any(…)` and `unnest(…)`; an array of bytes is a `bytea`.
extension Array: PostgresEncodable where Element: PostgresEncodable {
    public var postgresText: String? { Element.postgresText(of: self) }
}

extension PostgresEncodable {
    /// `{"a","b",NULL}`
    public static func postgresText(of array: [Self]) -> String {
        var text = "{"
        for (index, element) in array.enumerated() {
            if index > 0 { text += "," }
            appendQuoted(element.postgresText, to: &text)
        }
        return text + "}"
    }
}

private func appendQuoted(_ element: String?, to text: inout String) {
    guard let element else { return text += "NULL" }
    text += "\""
    for scalar in element.unicodeScalars {
        if scalar == "\"" || scalar == "\\" { text += "\\" }
        text.unicodeScalars.append(scalar)
    }
    text += "\""
}

extension UInt8: PostgresEncodable {
    /// `\x0aff`
    public static func postgresText(of array: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: 2 + array.count * 2) { text in
            text[0] = UInt8(ascii: "\\")
            text[1] = UInt8(ascii: "x")
            for (index, byte) in array.enumerated() {
                text[2 + index * 2] = digit(byte >> 4)
                text[3 + index * 2] = digit(byte & 0xF)
            }
            return 2 + array.count * 2
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10 }
}

/// `bytea`.
extension [UInt8]: PostgresDecodable {
    public init?(postgresBytes bytes: UnsafeRawBufferPointer) {
        guard bytes.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "x")]) else { return nil }
        self = []
        reserveCapacity(bytes.count / 2)
        var digits = bytes.dropFirst(2).makeIterator()
        while let first = digits.next() {
            guard let second = digits.next(), let high = Self.value(of: first), let low = Self.value(of: second) else { return nil }
            append(high << 4 | low)
        }
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
