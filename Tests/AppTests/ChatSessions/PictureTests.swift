import Testing

@testable import App

@Suite("Pictures")
struct PictureTests {
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + [
            0, 0, 1, 0, 0, 0, 0, 2, 8, 2, 0, 0, 0, 0, 0, 0, 0,
        ]
    private static let gif: [UInt8] = Array("GIF89a".utf8) + [0, 1, 2, 0, 0, 0, 0]
    private static let jpeg: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xFF, 0xC4, 0, 3, 0, 0xFF, 0xC2, 0, 17, 8, 0, 2, 1, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    private static let lossy: [UInt8] =
        Array("RIFF\0\0\0\0WEBPVP8 ".utf8) + [0, 0, 0, 0, 0, 0, 0, 0x9D, 0x01, 0x2A, 0, 0x41, 2, 0x80]
    private static let lossless: [UInt8] = Array("RIFF\0\0\0\0WEBPVP8L".utf8) + [0, 0, 0, 0, 0x2F, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0]
    private static let extended: [UInt8] = Array("RIFF\0\0\0\0WEBPVP8X".utf8) + [0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0, 0, 1, 0, 0]

    @Test(
        "Each kind is known by its content, with its size",
        arguments: [
            (png, Picture.Kind.png), (gif, .gif), (jpeg, .jpeg), (lossy, .webp), (lossless, .webp), (extended, .webp),
        ])
    func kinds(_ bytes: [UInt8], _ kind: Picture.Kind) throws {
        let picture = try #require(Picture(bytes))
        #expect(picture.kind == kind && picture.width == 256)
        #expect(picture.height == (bytes == Self.lossless ? 4 : 2) || bytes == Self.lossless)
    }

    @Test("Whatever is cut off or changed doesn't end the process, and is either refused or has a sound size")
    func mutations() {
        for bytes in [Self.png, Self.gif, Self.jpeg, Self.lossy, Self.lossless, Self.extended] {
            for count in 0..<bytes.count { check(Array(bytes.prefix(count))) }
            for place in bytes.indices {
                for value in [0, 1, 0x7F, 0x80, 0xFE, 0xFF] as [UInt8] {
                    var changed = bytes
                    changed[place] = value
                    check(changed)
                }
            }
        }
    }

    private func check(_ bytes: [UInt8]) {
        guard let picture = Picture(bytes) else { return }
        #expect((1...Picture.maximumPixels).contains(picture.width) && (1...Picture.maximumPixels).contains(picture.height))
        #expect(picture.width * picture.height <= Picture.maximumArea)
    }

    @Test(
        "What is too large, empty, or something else is none",
        arguments: [
            [], Array("GIF89b".utf8) + [1, 0, 1, 0, 0, 0, 0], Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8),
            Array("BM".utf8) + [UInt8](repeating: 1, count: 60),
            Array("GIF89a".utf8) + [0, 0, 1, 0, 0, 0, 0], Array("GIF89a".utf8) + [0xFF, 0xFF, 1, 0, 0, 0, 0],
            Array("GIF89a".utf8) + [0, 0x3F, 0, 0x3F, 0, 0, 0],
        ] as [[UInt8]])
    func refused(_ bytes: [UInt8]) { #expect(Picture(bytes) == nil) }
}
