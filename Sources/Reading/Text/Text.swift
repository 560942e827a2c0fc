import StreamSafe

/// Readable text as valid UTF-8, its lines ended by "\n", without what nobody sees: control characters, soft hyphens,
/// zero-width spaces, marks that turn the writing direction.
struct Text: Sendable {
    let bytes: [UInt8]

    var string: String { String(decoding: bytes, as: UTF8.self) }

    /// One control character in so many bytes is still text.
    private static let controlsPerByte = 1.0 / 50
    private static let toleratedControls = 4

    /// Decodes UTF-8, UTF-16 with its mark, what `charset` names, and else Windows-1252. nil where it isn't text.
    init?(_ bytes: [UInt8], charset: String? = nil) {
        let decoded = decode(bytes, charset)
        guard Self.isText(decoded) else { return nil }
        self.bytes = Array(String(streamSafe: cleaned(decoded)).utf8)
    }

    /// Of bytes known to be UTF-8 text.
    init(cleaning bytes: [UInt8]) { self.bytes = Array(String(streamSafe: cleaned(bytes)).utf8) }

    private static func isText(_ bytes: [UInt8]) -> Bool {
        var controls = 0
        for byte in bytes where byte < 0x20 || byte == 0x7F {
            if byte == 0 { return false }
            if !(0x09...0x0D).contains(byte), byte != 0x1B { controls += 1 }
        }
        return controls <= max(toleratedControls, Int(Double(bytes.count) * controlsPerByte))
    }
}

func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

/// A letter or a digit, as far as a byte shows it.
func isWordByte(_ byte: UInt8) -> Bool {
    byte >= 0x80 || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
}

private func cleaned(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
        let byte = bytes[index]
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        let third = index + 2 < bytes.count ? bytes[index + 2] : 0
        var length = 1
        switch (byte, next, third) {
        case (0x0D, 0x0A, _): break
        case (0x0D, _, _), (0x0C, _, _), (0x0B, _, _): result.append(0x0A)
        case (0x09, _, _), (0x0A, _, _), (0x20..<0x7F, _, _): result.append(byte)
        case (0..<0x20, _, _), (0x7F, _, _): break
        case (0xC2, 0x80...0x9F, _), (0xC2, 0xAD, _): length = 2  // C1 controls, soft hyphen
        case (0xC2, 0xA0, _):
            result.append(0x20)
            length = 2
        case (0xE2, 0x80, 0xA8...0xA9):  // line and paragraph separator
            result.append(0x0A)
            length = 3
        case (0xE2, 0x80, 0x8B), (0xE2, 0x80, 0x8E...0x8F), (0xE2, 0x80, 0xAA...0xAE), (0xE2, 0x81, 0xA6...0xA9),
            (0xEF, 0xBB, 0xBF):
            length = 3
        default: result.append(byte)
        }
        index += length
    }
    return result
}
