/// A header's text as RFC 2047 words where it is not short plain ASCII, one word a line.
func encodedWords(_ text: String) -> String {
    let isPlain = text.utf8.count <= 60 && text.utf8.allSatisfy { $0 < 128 } && !text.contains("=?")
    guard !isPlain else { return text }
    let maximumBytes = 36  // 48 in base64, 60 with its frame: of RFC 2047's 76 a line, the field's name has 16
    var words: [[UInt8]] = [[]]
    for scalar in text.unicodeScalars {
        let bytes = Array(String(scalar).utf8)
        if words[words.count - 1].count + bytes.count > maximumBytes { words.append([]) }
        words[words.count - 1] += bytes
    }
    return words.map { "=?utf-8?B?\(base64($0))?=" }.joined(separator: "\r\n ")
}

/// RFC 2045, 6.7: lines of at most 76 characters; every kind of line break becomes CRLF.
func quotedPrintable(_ text: String) -> String {
    text.replacingLineBreaks().map(quotedPrintableLine).joined(separator: "\r\n")
}

private func quotedPrintableLine(_ line: ArraySlice<UInt8>) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var output: [UInt8] = []
    var width = 0
    for (index, byte) in zip(line.indices, line) {
        let isLast = index == line.endIndex - 1
        let isPlain = (byte > 32 && byte < 127 && byte != UInt8(ascii: "=")) || ((byte == 32 || byte == 9) && !isLast)
        let piece = isPlain ? [byte] : [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        if width + piece.count > 75 {
            output += "=\r\n".utf8
            width = 0
        }
        output += piece
        width += piece.count
    }
    return String(decoding: output, as: UTF8.self)
}

private func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var output: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
        for place in 0..<4 {
            output.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
        }
    }
    return String(decoding: output, as: UTF8.self)
}

extension String {
    /// Its lines, ended by CRLF, LF or CR alike.
    fileprivate func replacingLineBreaks() -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        let bytes = Array(utf8)
        var start = 0
        var index = 0
        while index < bytes.count {
            let isPair = bytes[index] == 13 && index + 1 < bytes.count && bytes[index + 1] == 10
            if bytes[index] == 10 || bytes[index] == 13 {
                lines.append(bytes[start..<index])
                start = index + (isPair ? 2 : 1)
            }
            index += isPair ? 2 : 1
        }
        return lines + [bytes[start...]]
    }
}
