import Testing

@testable import Reading

@Suite("A Word file") struct WordTests {
    private func markdown(_ body: String, styles: String = "") async throws -> String {
        try await FileReader.read(word(body, styles: styles), named: "a.docx").sections[0].markdown
    }

    @Test("keeps headings, lists, tables, tabs and line ends")
    func structure() async throws {
        let body =
            paragraph("Shop", "<w:pStyle w:val='Title'/>") + paragraph("Hours", "<w:pStyle w:val='Heading2'/>")
            + paragraph("Rye &amp; spelt", "<w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr>")
            + paragraph("small", "<w:numPr><w:ilvl w:val='1'/><w:numId w:val='1'/></w:numPr>")
            + "<w:tbl><w:tr><w:tc>\(paragraph("Day"))</w:tc><w:tc>\(paragraph("Hours"))</w:tc></w:tr>"
            + "<w:tr><w:tc>\(paragraph("Mon"))</w:tc><w:tc>\(paragraph("9"))\(paragraph("to 5"))</w:tc></w:tr></w:tbl>"
            + "<w:p><w:r><w:t>14 Oak</w:t><w:tab/><w:t>Lane</w:t><w:br/><w:t>Spring</w:t><w:noBreakHyphen/><w:t>field</w:t></w:r></w:p>"
        #expect(
            try await markdown(body, styles: "<w:style w:styleId='Title'><w:name w:val='Title'/></w:style>") == """
                # Shop

                ## Hours

                - Rye & spelt
                  - small

                | Day | Hours |
                |---|---|
                | Mon | 9 to 5 |

                14 Oak Lane
                Spring-field
                """)
    }

    @Test("tells headings by the style's name in any language, by their outline level, and by bold lines")
    func headings() async throws {
        let styles =
            "<w:style w:styleId='berschrift1'><w:name w:val='heading 1'/></w:style>"
            + "<w:style w:styleId='Own'><w:name w:val='Mine'/><w:pPr><w:outlineLvl w:val='2'/></w:pPr></w:style>"
        let body =
            paragraph("One", "<w:pStyle w:val='berschrift1'/>") + paragraph("Two", "<w:pStyle w:val='Own'/>")
            + paragraph("Three", "<w:outlineLvl w:val='3'/>") + "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Four</w:t></w:r></w:p>"
            + paragraph("Text.")
        #expect(try await markdown(body, styles: styles) == "# One\n\n### Two\n\n#### Three\n\n**Four**\n\nText.")
    }

    @Test("is read as it stands after all changes, each text once")
    func changes() async throws {
        let body =
            "<w:p><w:ins><w:r><w:t>New </w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
            + "<w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom><w:r><w:instrText>PAGE</w:instrText><w:t>text</w:t></w:r></w:p>"
            + "<w:p><mc:AlternateContent><mc:Choice>\(paragraph("Box"))</mc:Choice>"
            + "<mc:Fallback>\(paragraph("Box"))</mc:Fallback></mc:AlternateContent></w:p>"
        #expect(try await markdown(body) == "New text\n\nBox")
    }

    @Test("of five thousand paragraphs is read whole")
    func long() async throws {
        let body = (0..<5_000).map { paragraph("Paragraph \($0) tells of one thing.") }.joined()
        #expect(try await FileReader.read(word(body), named: "a.docx").words == 30_000)
    }

    @Test("that unpacks to more than it may is refused while it is unpacked, whatever it says of its size", arguments: [nil, 1000])
    func bomb(claimed: Int?) async {
        var entry = Zip.Entry("word/document.xml", [UInt8](repeating: 0x20, count: WordReader.maximumUnpackedBytes + 1))
        entry.claimedSize = claimed
        #expect(await problem(Zip(entries: [entry]).bytes, "a.docx") == .wordTooLarge)
        entry.content = [UInt8](repeating: 0x20, count: 6 * 1_048_576)
        #expect(await problem(Zip(entries: [entry]).bytes, "a.docx") == .wordTooLarge)
    }

    @Test("with more text than a file may hold is refused")
    func tooMuch() async {
        let sentence = (0..<4_000).map { "\($0 &* 7919 % 10_007) words of many kinds" }.joined(separator: " ")
        let body = (0..<110).map { _ in paragraph(sentence) }.joined()
        #expect(await problem(word(body), "a.docx") == .tooMuchText)
    }

    @Test("of too many entries, or of pictures that unpack to too much, is refused")
    func tooMany() async {
        var picture = Zip.Entry("word/media/a.png", "x")
        picture.claimedSize = 60 * 1_048_576
        #expect(await problem(word(paragraph("x"), others: [picture]), "a.docx") == .wordTooLarge)
        let many = (0...WordReader.maximumEntries).map { Zip.Entry("word/\($0)", "") }
        #expect(await problem(word(paragraph("x"), others: many), "a.docx") == .wordTooLarge)
    }

    @Test(
        "with names that lead out of a folder, or a link, is refused",
        arguments: [
            "../../x", "/etc/x", "C:\\x", "a/../../b", "..\\x", "C:x", "",
        ])
    func unsafe(name: String) async {
        #expect(await problem(word(paragraph("x"), others: [.init(name, "x")]), "a.docx") == .wordUnsafe)
        var link = Zip.Entry("word/link", "/etc/passwd")
        link.mode = 0o120777
        #expect(await problem(word(paragraph("x"), others: [link]), "a.docx") == .wordUnsafe)
    }

    @Test(
        "that defines entities is refused, and nothing of them is read",
        arguments: [
            "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>", "<!DOCTYPE x [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]>",
            "<!doctype x>",
            "<!ENTITY a 'b'>",
        ])
    func entities(declaration: String) async throws {
        let xml = "<?xml version='1.0'?>\(declaration)<w:document><w:body>\(paragraph("&a;&b;"))</w:body></w:document>"
        #expect(await problem(Zip(entries: [.init("word/document.xml", xml)]).bytes, "a.docx") == .wordDamaged)
        #expect(try await markdown(paragraph("&a; x")) == "&a; x")
    }

    @Test("with a password, of another program, in another archive, or broken, is refused in words")
    func refusals() async {
        var locked = Zip.Entry("word/document.xml", "x")
        locked.flags = 1
        #expect(await problem(Zip(entries: [locked]).bytes, "a.docx") == .wordPassword)
        let sheet = Zip(entries: [.init("[Content_Types].xml", "x"), .init("xl/workbook.xml", "x")]).bytes
        #expect(await problem(sheet, "a.docx") == .otherOffice)
        let inner = Zip(entries: [.init("a.docx", word(paragraph("x")))]).bytes
        #expect(await problem(inner, "a.docx") == .archive)
        #expect(await problem(word(""), "a.docx") == .noText)
        let whole = word(paragraph("We open at nine."))
        for length in [5, 30, whole.count / 2, whole.count - 30] {
            #expect(await problem(Array(whole.prefix(length)), "a.docx") == .wordDamaged)
        }
        #expect(await problem(word("<w:p><w:r><w:t>open"), "a.docx") == .wordDamaged)
        #expect(await problem(word(String(repeating: "<w:p>", count: 100_000)), "a.docx") == .wordDamaged)
    }

    @Test("of which single bytes are wrong ends with text or with words, never otherwise")
    func damaged() async {
        let whole = word(paragraph("We open at nine.") + paragraph("And close at five."))
        for index in whole.indices {
            var bytes = whole
            bytes[index] ^= 0xFF
            if let problem = await problem(bytes, "a.docx") { #expect(!problem.sentence.isEmpty) }
        }
    }
}
