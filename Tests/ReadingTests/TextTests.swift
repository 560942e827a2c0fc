import Testing

@testable import Reading

private let price = "Größe: 5 €"
private let encoded: [[UInt8]] = [
    Array(price.utf8), [0xEF, 0xBB, 0xBF] + Array(price.utf8), [0xFF, 0xFE] + wide(price, isBigEndian: false),
    [0xFE, 0xFF] + wide(price, isBigEndian: true), [0x47, 0x72, 0xF6, 0xDF, 0x65, 0x3A, 0x20, 0x35, 0x20, 0x80],
]

@Suite("Plain text") struct TextTests {
    @Test("is decoded from UTF-8, UTF-16 with its mark, and Windows-1252", arguments: encoded)
    func encodings(bytes: [UInt8]) async throws {
        #expect(try await FileReader.read(bytes, named: "a.txt").sections == [Section(markdown: price)])
    }

    @Test("loses what nobody sees, and keeps its lines")
    func cleaning() async throws {
        let text = "a\u{7}b\u{202E}c\u{200B}d\u{FEFF}e soft\u{AD}hyphen\u{A0}x\r\ny\rz\u{2028}w\u{85}"
        #expect(try await markdown(text, "a.txt") == "abcde softhyphen x\ny\nz\nw")
    }

    @Test("keeps a family emoji and combining marks whole")
    func emoji() async throws {
        #expect(try await markdown("Hi 👩‍👩‍👧 e\u{301}", "a.txt") == "Hi 👩‍👩‍👧 e\u{301}")
    }

    @Test("of a Markdown file becomes passages under its headings, with the file's own title")
    func markdownFile() async throws {
        let document = try await read("# Shop\n\n## Hours\nNine to five.\n\n## Returns\nWithin 14 days.", "shop.md")
        #expect(document.title == "Shop")
        #expect(titlesAndTexts(document) == [["Hours", "Nine to five."], ["Returns", "Within 14 days."]])
        #expect(document.passages().allSatisfy { $0.place == "" && $0.url == nil })
    }

    @Test("of many paragraphs is read whole")
    func long() async throws {
        let text = (0..<5_000).map { "Paragraph \($0) tells of one thing or another." }.joined(separator: "\n\n")
        let document = try await read(text, "long.txt")
        #expect(document.words == 40_000)
        #expect(document.passages().map(\.text).joined(separator: "\n\n") == text)
    }
}
