extension Picture {
    /// Segments: ITU-T T.81, annex B.
    static func jpeg(_ parts: inout PictureParts) throws(PictureParts.Broken) -> [UInt8] {
        var kept = Array(try parts.take(2))
        var isDrawn = false
        var isTurned = false
        while true {
            let marker = try parts.marker()
            switch marker {
            case 0xD9:
                guard isDrawn else { throw .init() }
                return kept + [0xFF, 0xD9]
            // These stand alone, and mean something in a scan only.
            case 0x01, 0xD0...0xD7: break
            case 0x00, 0x02...0xBF, 0xD8: throw .init()
            default:
                let content = try parts.take(try parts.big(2) - 2)
                if let content = needed(content, of: marker, isTurned: &isTurned) { kept += segment(marker, content) }
                if marker == 0xDA {
                    kept += try parts.scan()
                    isDrawn = true
                }
            }
        }
    }

    /// What is kept of a segment; nil: nothing.
    private static func needed(_ content: ArraySlice<UInt8>, of marker: UInt8, isTurned: inout Bool) -> ArraySlice<UInt8>? {
        switch marker {
        // How it is drawn.
        case 0xC0...0xCF, 0xDA...0xDF: return content
        // JFIF: without its preview.
        case 0xE0 where content.starts(with: "JFIF\0".utf8) && content.count >= 14: return content.prefix(12) + [0, 0]
        case 0xE1 where content.starts(with: Orientation.mark) && !isTurned:
            guard let orientation = Orientation(exif: content) else { return nil }
            isTurned = true
            return (Orientation.mark + orientation.tiff)[...]
        // What its colours mean.
        case 0xE2 where content.starts(with: "ICC_PROFILE\0".utf8), 0xEE where content.starts(with: "Adobe".utf8): return content
        default: return nil
        }
    }

    private static func segment(_ marker: UInt8, _ content: ArraySlice<UInt8>) -> [UInt8] {
        let length = content.count + 2
        return [0xFF, marker, UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length)] + content
    }
}

/// How a picture must be turned or mirrored to be seen as it was taken.
struct Orientation: Equatable {
    /// Before Exif in a JPEG.
    static let mark = Array("Exif\0\0".utf8)
    /// Of a directory that is looked through.
    private static let maximumEntries = 512
    private static let tag = 0x0112, short = 3

    /// 2 to 8: 1 is as it stands.
    let value: UInt8

    /// nil where it says nothing of that, or can't be read.
    init?(exif: ArraySlice<UInt8>) {
        let tiff = Array(exif.starts(with: Self.mark) ? exif.dropFirst(Self.mark.count) : exif)
        let isLittle = tiff.starts(with: "II".utf8)
        guard isLittle || tiff.starts(with: "MM".utf8) else { return nil }
        func number(_ place: Int, _ count: Int) -> Int? {
            guard place >= 0, place <= tiff.count - count else { return nil }
            let bytes = tiff[place..<(place + count)]
            return (isLittle ? Array(bytes.reversed()) : Array(bytes)).reduce(0) { $0 << 8 | Int($1) }
        }
        guard number(2, 2) == 42, let directory = number(4, 4), let count = number(directory, 2) else { return nil }
        let entries = (0..<min(count, Self.maximumEntries)).map { directory + 2 + 12 * $0 }
        guard let entry = entries.first(where: { number($0, 2) == Self.tag }), number(entry + 2, 2) == Self.short,
            number(entry + 4, 4) == 1,
            let value = number(entry + 8, 2), (2...8).contains(value)
        else { return nil }
        self.value = UInt8(value)
    }

    /// Exif that says nothing else: TIFF 6.0, section 2.
    var tiff: [UInt8] {
        let head = Array("MM".utf8) + [0, 42, 0, 0, 0, 8]
        let entry: [UInt8] = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0]
        return head + [0, 1] + entry + [0, 0, 0, 0]
    }
}

extension PictureParts {
    /// The next; it may stand behind bytes that fill up.
    fileprivate mutating func marker() throws(Broken) -> UInt8 {
        guard try byte() == 0xFF else { throw Broken() }
        var marker = try byte()
        while marker == 0xFF { marker = try byte() }
        return marker
    }
}
