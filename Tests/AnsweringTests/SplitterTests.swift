import Testing

@testable import Answering

@Suite("The splitter") struct SplitterTests {
    private func titlesAndTexts(_ text: String) -> [[String]] { Splitter.passages(ofMarkdown: text).map { [$0.title, $0.text] } }

    @Test("gives each passage its headings, without the document's own")
    func headings() {
        let text = "# Shop\nWelcome.\n\n## Prices\n### Haircuts\nFrom 20.\n\n## Hours ##\nNine to five."
        #expect(titlesAndTexts(text) == [["Shop", "Welcome."], ["Prices › Haircuts", "From 20."], ["Hours", "Nine to five."]])
    }

    @Test("reads underlined headings, bold lines and questions on a line of their own")
    func otherHeadings() {
        #expect(titlesAndTexts("Hours\n-----\nNine to five.") == [["Hours", "Nine to five."]])
        #expect(titlesAndTexts("**Returns**\n\nWithin 14 days.") == [["Returns", "Within 14 days."]])
        #expect(titlesAndTexts("Do you deliver?\nYes, within 5 km.") == [["Do you deliver?", "Yes, within 5 km."]])
    }

    @Test("keeps a bare heading of plain text in the quote, since it may be part of it")
    func bareHeadings() {
        #expect(titlesAndTexts("Opening hours\nMon 9-5\nTue 9-6") == [["Opening hours", "Opening hours\nMon 9-5\nTue 9-6"]])
    }

    @Test("where no heading is marked, a label heads its own paragraph, and what follows stands where it stood")
    func labels() {
        let text =
            "Prices:\nLesson $52\nPack $490\n\nPaying: by card or bank transfer, no cash.\n\nWear flat shoes.\n\nQ: May I bring my dog along then?\nNo."
        #expect(
            titlesAndTexts(text) == [
                ["Prices", "Prices:\nLesson $52\nPack $490"], ["Paying", "Paying: by card or bank transfer, no cash."],
                ["", "Wear flat shoes."],
                ["May I bring my dog along then?", "No."],
            ])
        #expect(
            titlesAndTexts("Driving school\n\n" + text).map(\.[0]) == [
                "Driving school", "Prices", "Paying", "Driving school", "May I bring my dog along then?",
            ])
        #expect(titlesAndTexts("Office: 5 Station Road, next door\nPhone: 555 0123 from nine to five").map(\.[0]) == [""])
        #expect(titlesAndTexts("## Paying\n\nPlease note: by card or bank transfer only.").map(\.[0]) == ["Paying"])
    }

    @Test("reads question and answer lines")
    func questionsAndAnswers() {
        let text = "Q: Can I freeze it?\nA: Yes, for two months.\n\n**Q:** And thaw it?\nA: Slowly."
        #expect(titlesAndTexts(text) == [["Can I freeze it?", "Yes, for two months."], ["And thaw it?", "Slowly."]])
    }

    @Test("keeps a list with the line that leads to it, and a table's rows together")
    func lists() {
        let list = "We have:\n\n- bread\n- rolls\n  with seeds\n- cake"
        #expect(titlesAndTexts(list) == [["We have", list]])
        let table = "| Loaf | Price |\n|---|---|\n| Rye | 5 |\n| Spelt | 4 |"
        #expect(titlesAndTexts("## Bread\n" + table) == [["Bread", table]])
    }

    @Test("does not take a comment in code for a heading")
    func code() { #expect(Splitter.passages(ofMarkdown: "Run:\n```\n# build\nmake\n```").count == 1) }

    @Test("gathers short paragraphs and cuts long ones at sentences")
    func sizes() {
        let short = Splitter.passages(ofMarkdown: "One two three.\n\nFour five six.")
        #expect(short.count == 1)
        let sentence = "This sentence has exactly nine words in it, really. "
        let long = Splitter.passages(ofMarkdown: String(repeating: sentence, count: 60))
        #expect(long.count > 2)
        #expect(long.allSatisfy { $0.text.hasSuffix("really.") && $0.text.split(separator: " ").count <= 160 })
    }

    @Test(
        "gives every passage as an exact, ordered, separate piece of the text",
        arguments: ["\n", "\r\n", "\r"])
    func ranges(_ newline: String) throws {
        let text = try (demoText() + questionFile("bakery.md") + questionFile("bikes.txt")).split(
            separator: "\n", omittingEmptySubsequences: false
        )
        .joined(separator: newline)
        let bytes = Array(text.utf8)
        var end = 0
        for passage in Splitter.passages(ofMarkdown: text) {
            #expect(passage.range.lowerBound >= end && !passage.range.isEmpty)
            #expect(Array(passage.text.utf8) == Array(bytes[passage.range]))
            end = passage.range.upperBound
        }
    }

    @Test("cuts text without spaces or ends between characters")
    func endless() {
        for piece in ["x", "ü", "漢", "👩‍👩‍👧", "a\u{301}"] {
            let passages = Splitter.passages(ofMarkdown: String(repeating: piece, count: 20_000))
            #expect(passages.map(\.text).joined().utf8.count == piece.utf8.count * 20_000)
            #expect(passages.allSatisfy { $0.text.utf8.count <= 1_600 && !$0.text.contains("\u{FFFD}") })
        }
    }

    @Test("splits sentences after their marks, but not after abbreviations or in numbers")
    func sentenceEnds() {
        let text = "Ask Dr. Miller, e.g. by phone. It costs 3.50 a piece! Really? \"Yes.\" Done。次は"
        let bytes = Array(text.utf8)
        let found = sentences(in: bytes, bytes.indices).map { String(decoding: bytes[$0], as: UTF8.self) }
        #expect(found == ["Ask Dr. Miller, e.g. by phone.", "It costs 3.50 a piece!", "Really?", "\"Yes.\"", "Done。", "次は"])
    }
}
