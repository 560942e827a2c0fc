import Testing

@testable import Reading

@Suite("A PDF", .serialized) struct PDFTests {
    @Test("becomes a section for each page, with headings, paragraphs, lists and tables")
    func structure() async throws {
        let first =
            PDF.page([
                "Opening hours", "", "We open at nine in the morning and we close at five in the after-",
                "noon, from Monday to Friday, and on Saturdays we open as well for a", "few hours.", "", "- Rye bread", "- Spelt bread",
            ]) + [(72, 600, "Haircut"), (300, 600, "20"), (72, 586, "Color"), (300, 586, "60")]
        let document = try await FileReader.read(PDF(pages: [first, PDF.page(["We deliver on Fridays."])]).bytes, named: "a.pdf")
        #expect(document.sections.map(\.place) == ["page 1", "page 2"])
        #expect(
            document.sections.map(\.markdown) == [
                """
                ## Opening hours

                We open at nine in the morning and we close at five in the afternoon, from Monday to Friday, and on Saturdays we open as well for a few hours.

                - Rye bread
                - Spelt bread

                | Haircut | 20 |
                |---|---|
                | Color | 60 |
                """, "## Opening hours\n\nWe deliver on Fridays.",
            ])
        #expect(document.passages().last?.place == "page 2" && document.passages().last?.title == "Opening hours")
    }

    @Test("in two columns is read one column after the other")
    func columns() async throws {
        let left = (0..<8).map { "left column line number \($0) tells a story" }
        let right = (0..<8).map { "right column line number \($0) goes on" }
        let page = PDF.page(left) + PDF.page(right, x: 340)
        let text = try await FileReader.read(PDF(pages: [page]).bytes, named: "a.pdf").sections[0].markdown
        #expect(text.contains("left column line number 0 tells a story left column line number 1"))
    }

    @Test(
        "in Chinese, Japanese or Korean whose fonts aren’t in it is read",
        arguments: [
            ("GB1", "UniGB-UCS2-H", "661f671f4e004e5d70b95f0095e8", "星期一九点开门"),
            ("GB1", "GBK-EUC-H", "d0c7c6dad2bbbec5b5e3bfaac3c5", "星期一九点开门"),
            ("CNS1", "ETen-B5-H", "ac50b4c1a440a445c249b67daaf9", "星期一九點開門"),
            ("Japan1", "90ms-RKSJ-H", "8c8e976a93fa82cd8be38e9e82c98a4a82ab82dc82b7", "月曜日は九時に開きます"),
            ("Korea1", "KSCms-UHC-H", "bff9bfe4c0cfc0babec6c8a9bdc3bfa1bfadbeeebfe4", "월요일은아홉시에열어요"),
        ])
    func eastAsian(_ collection: String, _ table: String, _ codes: String, _ text: String) async throws {
        let document = try await FileReader.read(PDF.eastAsian(collection, table, codes), named: "a.pdf")
        #expect(document.sections.map(\.markdown) == [text])
    }

    @Test("loses the lines that stand at the head and foot of every page")
    func repeated() async throws {
        let pages = (1...6).map { PDF.page(["The Bakery price list", "", "Text of chapter \($0) in words.", "", "Page \($0) of 6"]) }
        let document = try await FileReader.read(PDF(pages: pages).bytes, named: "a.pdf")
        #expect(document.sections.map(\.markdown) == (1...6).map { "Text of chapter \($0) in words." })
    }

    @Test("that is empty, cut, damaged or locked ends in words", .timeLimit(.minutes(1)))
    func broken() async {
        let whole = PDF(pages: [PDF.page(["We open at nine every day."])]).bytes
        #expect(await problem([], "a.pdf") == .empty)
        #expect(await problem(Array(whole.prefix(whole.count / 2)), "a.pdf") == .pdfCut)
        #expect(await problem(Array("%PDF-1.4\nnothing here\n%%EOF".utf8), "a.pdf") == .pdfDamaged)
        let loop = Array("%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF".utf8)
        #expect(await problem(loop, "a.pdf") == .pdfDamaged)
        let kids = PDF.file([Array("<</Type/Catalog/Pages 2 0 R>>".utf8), Array("<</Type/Pages/Kids[2 0 R]/Count 1>>".utf8)])
        #expect(await problem(kids, "a.pdf") != nil)
        let lock = "<</Filter/Standard/V 1/R 2/P -4/O(\(String(repeating: "o", count: 32)))/U(\(String(repeating: "u", count: 32)))>>"
        let trailer = "/Encrypt 6 0 R/ID[(aaaaaaaaaaaaaaaa)(aaaaaaaaaaaaaaaa)]"
        let locked = PDF(pages: [PDF.page(["Secret words."])], trailer: trailer, others: [lock])
        #expect(await problem(locked.bytes, "a.pdf") == .pdfPassword)
    }

    @Test("of pictures, or of too many pages, is refused")
    func refused() async {
        #expect(await problem(PDF(pages: [[], []]).bytes, "a.pdf") == .pdfPictures)
        let many = PDF(pages: (0..<PDFReader.maximumPages + 1).map { _ in PDF.page(["One page of text."]) })
        #expect(await problem(many.bytes, "a.pdf") == .pdfTooManyPages)
    }

    @Test("whose content grows without end is given up, and the next one is read", .timeLimit(.minutes(3)))
    func bombs() async throws {
        let spaces = [UInt8](repeating: 0x20, count: 1_048_576)
        let packed = deflated(windowBits: 15) { pack in for _ in 0..<1024 { pack(spaces) } }
        let bomb = PDF.page(packed: deflated(packed, windowBits: 15), filters: 2)
        #expect(bomb.count < 20_000)
        #expect(await problem(bomb, "a.pdf") != nil)
        let lines = (0..<100).map { "Line \($0) " + String(repeating: "of many words ", count: 5) }
        #expect(await problem(PDF.copies(of: lines, 1900), "a.pdf") == .tooMuchText)
        #expect(try await FileReader.read(PDF(pages: [PDF.page(["We open at nine."])]).bytes, named: "a.pdf").words == 4)
    }

    @Test("nobody waits for any more is not read on")
    func cancelled() async throws {
        let spaces = [UInt8](repeating: 0x20, count: 1_048_576)
        let packed = deflated(windowBits: 15) { pack in for _ in 0..<512 { pack(spaces) } }
        let tasks = (0..<4).map { _ in Task { await problem(PDF.page(packed: packed, filters: 1), "a.pdf") } }
        try await Task.sleep(for: .milliseconds(300))
        for task in tasks { task.cancel() }
        for task in tasks { #expect(await task.value == .cancelled) }
    }
}
