/// A picture that browsers show, known by its content: its kind, and its size as its head says.
struct Picture: Sendable, Equatable {
    enum Kind: String, Sendable {
        case png = "image/png", jpeg = "image/jpeg", gif = "image/gif", webp = "image/webp"
    }

    /// Of a side; what is larger is made to fill a browser's memory.
    static let maximumPixels = 16_384
    /// Of both sides multiplied.
    static let maximumArea = 50_000_000

    let kind: Kind
    let width: Int
    let height: Int

    /// nil for what isn't one of these pictures, is damaged in its head, or too large.
    init?(_ bytes: [UInt8]) {
        guard let kind = Self.kind(of: bytes), let size = Self.size(bytes, kind), size.width > 0, size.height > 0,
            size.width <= Self.maximumPixels, size.height <= Self.maximumPixels, size.width * size.height <= Self.maximumArea
        else { return nil }
        (self.kind, width, height) = (kind, size.width, size.height)
    }

    /// By its first bytes alone.
    static func kind(of bytes: [UInt8]) -> Kind? {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if bytes.starts(with: "GIF87a".utf8) || bytes.starts(with: "GIF89a".utf8) { return .gif }
        if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) { return .webp }
        return nil
    }

    private static func size(_ bytes: [UInt8], _ kind: Kind) -> (width: Int, height: Int)? {
        switch kind {
        case .png: png(bytes)
        case .gif: bytes.count >= 13 ? (little(bytes, 6, 2), little(bytes, 8, 2)) : nil
        case .webp: webp(bytes)
        case .jpeg: jpeg(bytes)
        }
    }

    /// Its first chunk: W3C's PNG specification, section 11.2.1.
    private static func png(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
        guard bytes.count >= 33, bytes[12..<16].elementsEqual("IHDR".utf8) else { return nil }
        return (big(bytes, 16, 4), big(bytes, 20, 4))
    }

    /// Segment by segment to the frame's head: ITU-T T.81, annex B.
    private static func jpeg(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
        var place = 2
        while place + 9 < bytes.count, bytes[place] == 0xFF {
            let marker = bytes[place + 1]
            if marker == 0xFF {
                place += 1
            } else if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker) {
                return (big(bytes, place + 7, 2), big(bytes, place + 5, 2))
            } else {
                guard marker != 0xD9, marker != 0xDA else { return nil }
                place += 2 + max(big(bytes, place + 2, 2), 2)
            }
        }
        return nil
    }

    /// One of three kinds of first chunk: RFC 9649, section 2.
    private static func webp(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
        guard bytes.count >= 30 else { return nil }
        switch String(decoding: bytes[12..<16], as: UTF8.self) {
        case "VP8 " where bytes[23..<26].elementsEqual([0x9D, 0x01, 0x2A]):
            return (little(bytes, 26, 2) & 0x3FFF, little(bytes, 28, 2) & 0x3FFF)
        case "VP8L" where bytes[20] == 0x2F:
            let bits = little(bytes, 21, 4)
            return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case "VP8X": return (little(bytes, 24, 3) + 1, little(bytes, 27, 3) + 1)
        default: return nil
        }
    }

    private static func big(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
        bytes[place..<(place + count)].reduce(0) { $0 << 8 | Int($1) }
    }
    private static func little(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
        bytes[place..<(place + count)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
