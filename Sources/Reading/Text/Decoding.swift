import Glibc

private let utf8Mark: [UInt8] = [0xEF, 0xBB, 0xBF]

/// Bytes of some encoding as valid UTF-8; what does not belong becomes U+FFFD.
func decode(_ bytes: [UInt8], _ charset: String?) -> [UInt8] {
    if bytes.starts(with: utf8Mark) { return repaired(bytes.dropFirst(3)) }
    if bytes.starts(with: [0xFF, 0xFE]) { return fromUTF16(bytes.dropFirst(2), isBigEndian: false) }
    if bytes.starts(with: [0xFE, 0xFF]) { return fromUTF16(bytes.dropFirst(2), isBigEndian: true) }
    let charset = charset.map { $0.lowercased() }
    // Most text that is valid UTF-8 is UTF-8, whatever it says of itself.
    if (try? UTF8Span(validating: bytes.span)) != nil, charset?.hasPrefix("iso-2022") != true { return bytes }
    if charset == "utf-8" || charset == "utf8" { return repaired(bytes[...]) }
    if let charset, let text = converted(bytes, from: charset) { return text }
    return fromWindows1252(bytes)
}

private func repaired(_ bytes: ArraySlice<UInt8>) -> [UInt8] { Array(String(decoding: bytes, as: UTF8.self).utf8) }

private func fromUTF16(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> [UInt8] {
    let bytes = Array(bytes)
    let units = stride(from: 0, to: bytes.count - bytes.count % 2, by: 2).map { index in
        let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
        return isBigEndian ? first << 8 | second : second << 8 | first
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
}

private func fromWindows1252(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 8)
    for byte in bytes {
        switch byte {
        case 0..<0x80: result.append(byte)
        case 0x80..<0xA0: result += String(UnicodeScalar(windows1252[Int(byte) - 0x80]) ?? "\u{FFFD}").utf8
        default: result += [0xC0 | byte >> 6, 0x80 | byte & 0x3F]
        }
    }
    return result
}

/// What stands at 0x80…0x9F, where ISO 8859-1 has control characters.
private let windows1252: [UInt16] = [
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
    0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
]

/// The encodings that sites still use. A list, as the name comes from outside and the converter's rarer ones have had
/// faults; those that Windows-1252 covers are not in it.
private let convertible: Set<String> = [
    "windows-1250", "windows-1251", "windows-1253", "windows-1254", "windows-1255", "windows-1256", "windows-1257", "windows-1258",
    "iso-8859-2", "iso-8859-5", "iso-8859-7", "iso-8859-9", "iso-8859-13", "iso-8859-15", "koi8-r", "koi8-u",
    "shift_jis", "euc-jp", "euc-kr", "gb2312", "gbk", "gb18030", "big5",
]

private func converted(_ bytes: [UInt8], from charset: String) -> [UInt8]? {
    guard convertible.contains(charset) else { return nil }
    let converter = iconv_open("UTF-8", charset == "gb2312" ? "gbk" : charset)
    guard let converter, Int(bitPattern: converter) != -1 else { return nil }
    defer { iconv_close(converter) }
    var input = bytes.map { CChar(bitPattern: $0) }
    var output = [CChar](repeating: 0, count: bytes.count * 4)
    let written = input.withUnsafeMutableBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
            var (from, fromLeft) = (input.baseAddress, input.count)
            var (to, toLeft) = (output.baseAddress, output.count)
            while iconv(converter, &from, &fromLeft, &to, &toLeft) == -1, fromLeft > 0, toLeft > 0 {
                to?.pointee = CChar(UInt8(ascii: "?"))
                to = to?.advanced(by: 1)
                toLeft -= 1
                from = from?.advanced(by: 1)
                fromLeft -= 1
            }
            return output.count - toLeft
        }
    }
    return repaired(output.prefix(written).map { UInt8(bitPattern: $0) }[...])
}
