import Testing

@testable import Reading

private let signed: [([UInt8], ReadingProblem)] = [
    ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A], .picture), ([0xFF, 0xD8, 0xFF, 0xE0], .picture),
    (Array("GIF89a".utf8), .picture), (Array("RIFF1234WEBP".utf8), .picture), (Array("....ftypheic".utf8), .picture),
    (Array("....ftypisom".utf8), .recording), (Array("RIFF1234WAVE".utf8), .recording), (Array("ID3".utf8), .recording),
    ([0x7F, 0x45, 0x4C, 0x46, 2, 1], .program), ([0x1F, 0x8B, 8, 0], .archive), (Array("{\\rtf1 Hello}".utf8), .richText),
    ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1], .wordOld),
    ([0xD0, 0xCF, 0x11, 0xE0] + wide("EncryptedPackage", isBigEndian: false), .wordPassword),
]

@Suite("What a file is") struct FileKindTests {
    @Test("is told by its content: what is no text is refused under any name", arguments: signed)
    func signatures(bytes: [UInt8], expected: ReadingProblem) async {
        for name in ["a.txt", "a.md", "a.pdf", "a.docx", "a", "a.html"] { #expect(await problem(bytes, name) == expected) }
    }

    @Test("A file that is called PDF or Word and isn't one is refused", arguments: ["pdf", "PDF", "docx"])
    func misnamed(ending: String) async {
        for text in ["<!doctype html><p>Hello there", "Hello there"] {
            #expect(await problem(Array(text.utf8), "a.\(ending)") == .misnamed(ending.lowercased()))
        }
    }

    @Test("A PDF or Word file is read whatever it is called")
    func otherNames() async throws {
        let pdf = PDF(pages: [PDF.page(["We open at nine every day."])]).bytes
        #expect(try await FileReader.read(pdf, named: "hours.txt").words == 6)
        #expect(try await FileReader.read(word(paragraph("We open at nine.")), named: "hours").words == 4)
    }

    @Test("Bytes that hold NUL or many control characters are no text", arguments: ["md", "txt", "csv", "html", ""])
    func binary(ending: String) async {
        #expect(await problem(Array("# Hello\0there".utf8), "a.\(ending)") == .binary)
        #expect(await problem([UInt8](repeating: 1, count: 100) + Array("text".utf8), "a.\(ending)") == .binary)
    }

    @Test("Empty and blank files, and those over 10 MiB, are refused")
    func sizes() async {
        #expect(await problem([], "a.txt") == .empty)
        for name in ["a.txt", "a.md", "a.csv", "a.html"] { #expect(await problem(Array(" \n\t\r\n ".utf8), name) == .noText) }
        #expect(await problem([UInt8](repeating: 0x61, count: FileReader.maximumBytes + 1), "a.txt") == .tooLarge)
    }

    @Test("A page of HTML is one under any name but Markdown's")
    func html() async throws {
        #expect(try await markdown("\n<!DOCTYPE html><title>x</title><p>One &amp; two", "page") == "One & two")
        #expect(try await markdown("<p>One &amp; two", "page.htm") == "One & two")
        #expect(try await markdown("Tags look like <p>", "notes.md") == "Tags look like <p>")
    }

    @Test("Every problem has a sentence that ends as one")
    func sentences() {
        for problem in [
            ReadingProblem.empty, .noText, .tooLarge, .tooMuchText, .picture, .recording, .archive, .program, .binary, .misnamed("pdf"),
            .cancelled,
            .busy, .pdfPassword, .pdfPictures, .pdfCut, .pdfDamaged, .pdfTooManyPages, .pdfTooHard, .pdfReaderMissing,
            .wordPassword, .wordOld, .wordDamaged, .wordTooLarge, .wordUnsafe, .otherOffice, .richText, .address(.port),
            .unreachable(.notFound), .leadsElsewhere("example.com"), .robotsForbid, .robotsUnavailable, .noPages,
        ] {
            #expect(problem.sentence.hasSuffix(".") && problem.sentence.count > 15)
        }
    }
}
