import Testing

@testable import Answering

@Suite("Hostile input") struct HostileInputTests {
    private let answerer = BuiltInAnswerer([
        Passage(id: 7, title: "Hours", text: "We open at nine."), Passage(id: 9, title: "", text: "Bread is 4 euros."),
    ])

    private static let oddTexts: [String] = [
        String(repeating: "\u{FDFA}", count: 4_000), String(repeating: "e" + String(repeating: "\u{301}", count: 500), count: 20),
        String(repeating: "👩‍👩‍👧‍👦🏳️‍🌈", count: 300), "\u{0}open\u{0}", "\u{202E}nepo uoy era\u{202C}", "\u{FFFE}\u{10FFFF}\u{E000}",
        String(repeating: "a", count: 4_000), String(repeating: "open ", count: 800), String(repeating: "'", count: 4_000),
        String(repeating: "-", count: 4_000), String(repeating: "a-", count: 2_000), String(repeating: "1.", count: 2_000),
        String(repeating: "qwxz vbnm ", count: 400), String(repeating: "? ", count: 2_000), "ﷺ ١٢٣ ① ½ Ⅷ", "\r\n\t\u{B}\u{C}\u{85}\u{2028}",
        String(repeating: "| ", count: 2_000), String(repeating: "#", count: 4_000), "Q:", "A:", "**", "```", "- ", "|", "@", "x@",
        "Q: \nA: ", "?",
    ]

    @Test("is answered the same way twice, as a question and as a text", arguments: oddTexts)
    func oddities(_ text: String) {
        #expect(answerer.answer(text, previous: [text]) == answerer.answer(text, previous: [text]))
        let passages = Splitter.passages(ofMarkdown: text)
        #expect(passages == Splitter.passages(ofMarkdown: text))
        let own = BuiltInAnswerer(passages)
        #expect(own.answer(text) == own.answer(text))
        #expect(own.answer("When do you open?") == own.answer("When do you open?"))
    }

    @Test("of random bytes and random Markdown never traps, and quotes exactly")
    func random() {
        var random = SeededGenerator(state: 42)
        let pieces = [
            "# ", "\n", "\n\n", "- ", "| a |", "Q: ", "A: ", "open ", "hours ", "é", "漢", "\u{301}", "?", ". ", "```", "\r", "'", "-",
            "5:30 ", "**", "\u{0}",
        ]
        for round in 0..<400 {
            let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            let markup = (0..<Int.random(in: 0...120, using: &random)).compactMap { _ in pieces.randomElement(using: &random) }.joined()
            let text = round.isMultiple(of: 2) ? String(decoding: bytes, as: UTF8.self) : markup
            let passages = Splitter.passages(ofMarkdown: text)
            let whole = Array(text.utf8)
            for passage in passages { #expect(Array(whole[passage.range]) == Array(passage.text.utf8)) }
            guard case .quoted(let citations) = BuiltInAnswerer(passages).answer(text.isEmpty ? "open hours" : text) else { continue }
            for citation in citations { #expect(passages.contains { $0.id == citation.passage && $0.text.contains(citation.quote) }) }
        }
    }

    @Test("of a quarter of a megabyte is split, indexed and answered from")
    func large() {
        var random = SeededGenerator(state: 7)
        let syllables = ["ka", "lo", "mi", "ren", "tus", "vo", "bel", "dra", "sol", "pin"]
        var text = ""
        while text.utf8.count < 250_000 {
            let word = (0..<3).compactMap { _ in syllables.randomElement(using: &random) }.joined()
            text += word + (Int.random(in: 0..<12, using: &random) == 0 ? ". " : " ")
        }
        text += "\n\n## Opening hours\nWe open at nine."
        let answerer = BuiltInAnswerer(Splitter.passages(ofMarkdown: text))
        #expect(firstHeading(answerer.answer("When do you open?")) == "Opening hours")
    }

    @Test("in one line of megabytes is cut at once", arguments: ["word ", "....", "...    x", "# ", "Q: a ", "- ", "\u{9000}"])
    func oneLine(_ piece: String) {
        let text = String(repeating: piece, count: 2_000_000 / piece.utf8.count)
        let passages = Splitter.passages(ofMarkdown: text)
        #expect(!passages.isEmpty && passages.allSatisfy { $0.title.isEmpty && $0.text.utf8.count <= 2_000 })
    }

    @Test("with a heading too long to be one keeps its words, once")
    func longHeading() {
        let text = "# " + String(repeating: "very ", count: 400) + "long\n\nWe open at nine."
        let passages = Splitter.passages(ofMarkdown: text)
        #expect(passages.allSatisfy { $0.title.isEmpty } && passages.contains { $0.text.contains("long") })
    }
}

/// Repeatable random numbers (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
