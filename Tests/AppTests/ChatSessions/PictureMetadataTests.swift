import FoundationEssentials
import Testing

@testable import App

@Suite("What pictures say besides what they show")
struct PictureMetadataTests {
    private static let secret = Array("52.5163,13.3777 SECRET".utf8)

    @Test("It is taken out, and nothing of the picture is", arguments: Sample.all)
    func removed(_ sample: Sample) throws {
        let cleaned = try #require(Picture.withoutMetadata(sample.told(Self.secret)))
        #expect(cleaned == sample.plain && !cleaned.holds(Self.secret))
        #expect(Picture(cleaned) == Picture(sample.told(Self.secret)) && Picture.withoutMetadata(cleaned) == cleaned)
    }

    @Test("What stands behind a picture's end goes too", arguments: Sample.all)
    func behind(_ sample: Sample) { #expect(Picture.withoutMetadata(sample.plain + Self.secret) == sample.plain) }

    @Test("A picture that is cut off anywhere is refused", arguments: Sample.all)
    func cut(_ sample: Sample) {
        for bytes in [sample.plain, sample.told(Self.secret)] {
            for count in 0..<bytes.count where Picture.withoutMetadata(Array(bytes.prefix(count))) != nil {
                Issue.record("\(sample.name): \(count) of \(bytes.count) bytes were taken")
            }
        }
    }

    @Test("Whatever bits are turned, it is refused, or becomes a picture that is taken as it is", arguments: Sample.all)
    func turned(_ sample: Sample) {
        let bytes = sample.told(Self.secret)
        for place in bytes.indices { for bit in 0..<8 { check(bytes.turning(bit, at: place)) } }
        var chance = Chance(seed: 7)
        for _ in 0..<20_000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...6, using: &chance) {
                changed = changed.turning(Int.random(in: 0..<8, using: &chance), at: Int.random(in: changed.indices, using: &chance))
            }
            if Bool.random(using: &chance) { changed.removeSubrange(Int.random(in: changed.indices, using: &chance)...) }
            if Bool.random(using: &chance), let part = bytes.indices.randomElement(using: &chance) { changed += bytes[part...] }
            check(changed)
        }
    }

    private func check(_ bytes: [UInt8]) {
        guard let cleaned = Picture.withoutMetadata(bytes) else { return }
        #expect(cleaned.count <= bytes.count + Orientation.mark.count + 40)
        #expect(Picture.kind(of: cleaned) == Picture.kind(of: bytes) && Picture.withoutMetadata(cleaned) == cleaned)
    }

    @Test("How a picture must be turned is kept, and nothing else of it", arguments: [2, 3, 6, 8] as [UInt8], [true, false])
    func orientation(_ value: UInt8, isLittle: Bool) throws {
        let exif = Exif.bytes(orientation: value, isLittle: isLittle, note: Self.secret)
        let jpeg = try #require(Picture.withoutMetadata(Sample.jpeg(.app(1, Orientation.mark + exif))))
        #expect(jpeg.holds(Exif.bytes(orientation: value, isLittle: false, note: [])) && !jpeg.holds(Self.secret))
        let webp = try #require(Picture.withoutMetadata(Sample.webp(exif: exif)))
        #expect(
            webp.holds(Exif.bytes(orientation: value, isLittle: false, note: [])) && !webp.holds(Self.secret) && webp[20] & 0x0C == 0x08)
    }

    @Test(
        "Exif that says nothing of that, or can't be read, goes whole",
        arguments: [
            [], Array("II".utf8), Exif.bytes(orientation: 1, isLittle: true, note: secret),
            Exif.bytes(orientation: 9, isLittle: false, note: secret),
            Array(Exif.bytes(orientation: 6, isLittle: true, note: []).prefix(19)), Array("MM".utf8) + [0, 42, 0xFF, 0xFF, 0xFF, 0xFF],
            Array("MM".utf8) + [0, 42, 0, 0, 0, 8, 0xFF, 0xFF],
        ] as [[UInt8]])
    func unreadable(_ exif: [UInt8]) {
        #expect(Picture.withoutMetadata(Sample.jpeg(.app(1, Orientation.mark + exif))) == Sample.jpeg())
    }

    @Test("Colour profiles and what an animation needs stay")
    func needed() throws {
        let jpeg = Sample.jpeg(.app(2, Array("ICC_PROFILE\0\u{1}\u{1}profile".utf8)), .app(14, Array("Adobe\0\0\0\0\0\0\u{1}".utf8)))
        let png = Sample.png(.chunk("gAMA", [0, 0, 0xB1, 0x8F]), .chunk("acTL", [0, 0, 0, 1, 0, 0, 0, 0]))
        let gif = Sample.gif([0x21, 0xFF, 11] + Array("NETSCAPE2.0".utf8) + [3, 1, 0, 0, 0], [0x21, 0xF9, 4, 0, 1, 0, 0, 0])
        for bytes in [jpeg, png, gif] { #expect(Picture.withoutMetadata(bytes) == bytes) }
    }

    @Test("A preview and a second picture inside of one aren't kept")
    func previews() {
        let jfif = Sample.part(0xE0, Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 1, 1] + [9, 9, 9])
        #expect(
            Picture.withoutMetadata(
                Sample.jpeg(jfif, .app(0, Array("JFXX\0".utf8) + Self.secret), .app(2, Array("MPF\0".utf8) + Self.secret)))
                == Sample.jpeg(Sample.part(0xE0, Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0])))
    }

    @Test(
        "Parts in the wrong order, of the wrong length, or none at all are refused",
        arguments: [
            [], Array("GIF89a".utf8), Sample.jpeg().replacing([0xFF, 0xDA, 0, 8], with: [0xFF, 0xDA, 0, 1]),
            Array(Sample.jpeg().prefix(20)) + [0xFF, 0xD9],
            Sample.jpeg().replacing([0xFF, 0xDB], with: [0x00, 0xDB]), Sample.jpeg().replacing([0xFF, 0xC4], with: [0xFF, 0xD8]),
            Sample.png().replacing(Array("IDAT".utf8), with: Array("IdAT".utf8).map { $0 | 0x20 }),
            Sample.png().replacing(Array("IDAT".utf8), with: Array("XDAT".utf8)),
            Sample.png().replacing([0, 0, 0, 13], with: [0xFF, 0xFF, 0xFF, 0xFF]), Array("RIFF".utf8) + [4, 0, 0, 0] + Array("WEBP".utf8),
            Array("RIFF".utf8) + [0xFF, 0xFF, 0xFF, 0xFF] + Array("WEBPVP8L".utf8), Sample.gif([0x22]), Sample.gif([0x2C, 0]),
        ] as [[UInt8]])
    func broken(_ bytes: [UInt8]) { #expect(Picture.withoutMetadata(bytes) == nil) }
}

/// A picture of each kind, as it is and with all that it can say besides.
struct Sample: CustomTestStringConvertible, Sendable {
    let name: String
    let plain: [UInt8]
    let told: @Sendable ([UInt8]) -> [UInt8]

    var testDescription: String { name }

    static let all = [
        Sample(name: "JPEG", plain: jpeg()) { secret in
            jpeg(
                .app(1, Orientation.mark + Exif.bytes(orientation: 1, isLittle: true, note: secret)),
                .app(1, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + secret),
                .app(13, Array("Photoshop 3.0\0".utf8) + secret), part(0xFE, secret), .app(11, secret))
        },
        Sample(name: "PNG", plain: png()) { secret in
            png(
                .chunk("eXIf", Exif.bytes(orientation: 1, isLittle: false, note: secret)), .chunk("tEXt", Array("Comment\0".utf8) + secret),
                .chunk("zTXt", secret),
                .chunk("iTXt", Array("XML:com.adobe.xmp\0".utf8) + secret), .chunk("tIME", [7, 0xEA, 1, 1, 1, 1, 1]), .chunk("prVw", secret)
            )
        },
        Sample(name: "GIF", plain: gif()) { secret in
            let block = [UInt8(secret.count)] + secret + [0]
            return gif([0x21, 0xFE] + block, [0x21, 0xFF, 11] + Array("XMP DataXMP".utf8) + block, [0x21, 0x01] + block)
        },
        Sample(name: "WebP", plain: webp()) { webp(exif: Exif.bytes(orientation: 1, isLittle: true, note: $0), xmp: $0) },
    ]

    // Each of 3 by 2 pixels.
    private static let jpegBase64 = """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/wAALCAACAAMBAREA\
        /8QAFAABAAAAAAAAAAAAAAAAAAAABf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AGf/Z
        """
    private static let jpegBytes = bytes(jpegBase64)
    private static let gifBytes = bytes("R0lGODdhAwACAIEAAIBAIAAAAAAAAAAAACwAAAAAAwACAAAIBgABCBwYEAA7")
    private static let webpBytes = bytes("UklGRh4AAABXRUJQVlA4TBEAAAAvAkAAAAdQoAIWpP+BiOh/AAA=")

    private static func bytes(_ base64: String) -> [UInt8] { Data(base64Encoded: base64).map(Array.init) ?? [] }

    /// Behind its JFIF.
    static func jpeg(_ more: [UInt8]...) -> [UInt8] { Array(jpegBytes.prefix(20)) + more.joined() + jpegBytes.dropFirst(20) }

    static func png(_ more: [UInt8]...) -> [UInt8] {
        let start: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + .chunk("IHDR", [0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0])
        return start + more.joined() + .chunk("IDAT", [0x78, 0x9C, 0x63, 0x68]) + .chunk("IEND", [])
    }

    /// Behind its colours.
    static func gif(_ more: [UInt8]...) -> [UInt8] { Array(gifBytes.prefix(25)) + more.joined() + gifBytes.dropFirst(25) }

    static func webp(exif: [UInt8]? = nil, xmp: [UInt8]? = nil) -> [UInt8] {
        let flags: UInt8 = (exif == nil ? 0 : 8) | (xmp == nil ? 0 : 4)
        let content =
            Array("WEBP".utf8) + riff("VP8X", [flags, 0, 0, 0, 2, 0, 0, 1, 0, 0]) + webpBytes.dropFirst(12)
            + (exif.map { riff("EXIF", $0) } ?? []) + (xmp.map { riff("XMP ", $0) } ?? [])
        return riff("RIFF", content)
    }

    private static func riff(_ name: String, _ content: [UInt8]) -> [UInt8] {
        Array(name.utf8) + [UInt8(content.count & 0xFF), UInt8(content.count >> 8), 0, 0] + content + (content.count % 2 == 0 ? [] : [0])
    }

    /// Of a JPEG.
    static func part(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
        [0xFF, marker, UInt8((content.count + 2) >> 8), UInt8((content.count + 2) & 0xFF)] + content
    }
}

private enum Exif {
    /// With an orientation, and a note of who has taken it.
    static func bytes(orientation: UInt8, isLittle: Bool, note: [UInt8]) -> [UInt8] {
        func number(_ value: Int, _ count: Int) -> [UInt8] {
            let little = (0..<count).map { UInt8(value >> ($0 * 8) & 0xFF) }
            return isLittle ? little : little.reversed()
        }
        let turn = number(0x0112, 2) + number(3, 2) + number(1, 4) + number(Int(orientation), 2) + [0, 0]
        let artist = note.isEmpty ? [] : number(0x010E, 2) + number(2, 2) + number(note.count, 4) + number(38, 4)
        return Array((isLittle ? "II" : "MM").utf8) + number(42, 2) + number(8, 4) + number(note.isEmpty ? 1 : 2, 2) + artist + turn + [
            0, 0, 0, 0,
        ] + note
    }
}

/// The same numbers on each run.
private struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

extension [UInt8] {
    fileprivate static func app(_ number: UInt8, _ content: [UInt8]) -> [UInt8] { Sample.part(0xE0 + number, content) }

    /// Of a PNG; nobody looks at its checksum.
    fileprivate static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        [0, 0, UInt8(content.count >> 8), UInt8(content.count & 0xFF)] + Array(name.utf8) + content + [1, 2, 3, 4]
    }

    fileprivate func turning(_ bit: Int, at place: Int) -> [UInt8] {
        var bytes = self
        bytes[place] ^= 1 << UInt8(bit)
        return bytes
    }

    fileprivate func holds(_ part: [UInt8]) -> Bool { firstRange(of: part, from: 0) != nil }

    fileprivate func replacing(_ part: [UInt8], with other: [UInt8]) -> [UInt8] {
        guard let range = firstRange(of: part, from: 0) else { return [] }
        return Array(self[..<range.lowerBound]) + other + self[range.upperBound...]
    }
}
