extension Picture {
    /// The same picture without what says where, when, by whom and with what it was made: places, devices, comments, previews.
    /// What is drawn isn't looked at. Of the rest, what is known to be needed is kept, and nothing else; nor is what stands behind
    /// a picture's end. How a picture must be turned is kept.
    /// - Returns: nil where its parts don't fit together.
    static func withoutMetadata(_ bytes: [UInt8]) -> [UInt8]? {
        guard let kind = kind(of: bytes) else { return nil }
        var parts = PictureParts(bytes[...])
        do throws(PictureParts.Broken) {
            return switch kind {
            case .jpeg: try jpeg(&parts)
            case .png: try png(&parts)
            case .gif: try gif(&parts)
            case .webp: try webp(&parts)
            }
        } catch { return nil }
    }

    /// Chunks: W3C's PNG specification, sections 5.3 and 11.
    private static func png(_ parts: inout PictureParts) throws(PictureParts.Broken) -> [UInt8] {
        let needed: Set = ["IHDR", "PLTE", "IDAT", "IEND"]
        let useful: Set = [
            "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI", "bKGD", "hIST", "pHYs", "sPLT", "acTL", "fcTL", "fdAT",
        ]
        var kept = Array(try parts.take(8))
        var hasContent = false
        while true {
            let start = parts
            let length = try parts.big(4)
            let name = String(decoding: try parts.take(4), as: UTF8.self)
            _ = try parts.take(length)
            _ = try parts.take(4)
            guard needed.contains(name) || name.first?.isLowercase == true else { throw .init() }
            hasContent = hasContent || name == "IDAT"
            if needed.contains(name) || useful.contains(name) { kept += start.upTo(parts) }
            guard name != "IEND" else { break }
        }
        guard hasContent else { throw .init() }
        return kept
    }

    /// Blocks: the GIF89a specification.
    private static func gif(_ parts: inout PictureParts) throws(PictureParts.Broken) -> [UInt8] {
        let applications: Set = ["NETSCAPE2.0", "ANIMEXTS1.0", "ICCRGBG1012"]
        let start = parts
        _ = try parts.take(10)
        let flags = try parts.byte()
        _ = try parts.take(2)
        try parts.skipColors(flags)
        var kept = Array(start.upTo(parts))
        while true {
            let start = parts
            switch try parts.byte() {
            case 0x3B: return kept + [0x3B]
            case 0x2C:
                _ = try parts.take(8)
                try parts.skipColors(try parts.byte())
                _ = try parts.byte()
                _ = try parts.skipSubBlocks()
                kept += start.upTo(parts)
            case 0x21:
                let label = try parts.byte()
                let first = try parts.skipSubBlocks()
                let isApplication = label == 0xFF && applications.contains(String(decoding: first, as: UTF8.self))
                if label == 0xF9 || isApplication { kept += start.upTo(parts) }
            default: throw .init()
            }
        }
    }

    /// Chunks of RIFF: RFC 9649, section 2.
    private static func webp(_ parts: inout PictureParts) throws(PictureParts.Broken) -> [UInt8] {
        _ = try parts.take(4)
        var inner = PictureParts(try parts.take(try parts.little(4)))
        _ = try inner.take(4)
        var chunks: [(name: String, content: [UInt8])] = []
        var orientation: Orientation?
        while !inner.isAtEnd {
            let (name, content) = try inner.chunk()
            switch name {
            case "VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ICCP": chunks.append((name, Array(content)))
            case "ANMF": chunks.append((name, try frame(content)))
            case "EXIF": orientation = orientation ?? Orientation(exif: content)
            default: break
            }
        }
        guard let first = chunks.first else { throw .init() }
        if first.name == "VP8X" {
            guard let flags = first.content.first else { throw .init() }
            chunks[0].content[0] = flags & ~(Flag.exif | Flag.xmp) | (orientation == nil ? 0 : Flag.exif)
            if let orientation { chunks.append(("EXIF", orientation.tiff)) }
        }
        let content = Array("WEBP".utf8) + chunks.flatMap { chunk($0.name, $0.content) }
        return chunk("RIFF", content)
    }

    /// Of an animation: sixteen bytes, then chunks of its own.
    private static func frame(_ content: ArraySlice<UInt8>) throws(PictureParts.Broken) -> [UInt8] {
        var parts = PictureParts(content)
        var kept = Array(try parts.take(16))
        while !parts.isAtEnd {
            let (name, content) = try parts.chunk()
            if ["VP8 ", "VP8L", "ALPH"].contains(name) { kept += chunk(name, Array(content)) }
        }
        return kept
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let size = (0..<4).map { UInt8(truncatingIfNeeded: content.count >> ($0 * 8)) }
        return Array(name.utf8) + size + content + (content.count.isMultiple(of: 2) ? [] : [0])
    }

    /// Of an extended WebP.
    private enum Flag {
        static let exif: UInt8 = 0x08
        static let xmp: UInt8 = 0x04
    }
}

/// A picture's bytes, taken one part after the other; whatever would reach beyond their end is broken.
struct PictureParts {
    struct Broken: Error {}

    private let bytes: ArraySlice<UInt8>
    private var place: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    var isAtEnd: Bool { place == bytes.endIndex }

    /// What was taken since then.
    func upTo(_ later: PictureParts) -> ArraySlice<UInt8> { bytes[place..<max(place, later.place)] }

    mutating func take(_ count: Int) throws(Broken) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.endIndex - place else { throw Broken() }
        defer { place += count }
        return bytes[place..<(place + count)]
    }

    mutating func byte() throws(Broken) -> UInt8 { UInt8(try big(1)) }

    /// A number of up to four bytes.
    mutating func big(_ count: Int) throws(Broken) -> Int { try take(count).reduce(0) { $0 << 8 | Int($1) } }
    mutating func little(_ count: Int) throws(Broken) -> Int { try take(count).reversed().reduce(0) { $0 << 8 | Int($1) } }

    /// A chunk of RIFF, with the byte that makes its length even.
    mutating func chunk() throws(Broken) -> (name: String, content: ArraySlice<UInt8>) {
        let name = String(decoding: try take(4), as: UTF8.self)
        let content = try take(try little(4))
        if !content.count.isMultiple(of: 2), !isAtEnd { _ = try take(1) }
        return (name, content)
    }

    /// GIF's table of colours, if its flags say that there is one.
    mutating func skipColors(_ flags: UInt8) throws(Broken) {
        if flags & 0x80 != 0 { _ = try take(3 << (Int(flags & 7) + 1)) }
    }

    /// Of GIF, to the one that is empty.
    /// - Returns: the first.
    mutating func skipSubBlocks() throws(Broken) -> ArraySlice<UInt8> {
        let first = try take(Int(try byte()))
        var last = first
        while !last.isEmpty { last = try take(Int(try byte())) }
        return first
    }

    /// What a JPEG draws: everything up to the next marker but those that stand in between.
    mutating func scan() throws(Broken) -> ArraySlice<UInt8> {
        var from = place
        while let next = bytes[from...].firstIndex(of: 0xFF), next + 1 < bytes.endIndex {
            switch bytes[next + 1] {
            case 0x00, 0xD0...0xD7: from = next + 2
            case 0xFF: from = next + 1
            default: return try take(next - place)
            }
        }
        throw Broken()
    }
}
