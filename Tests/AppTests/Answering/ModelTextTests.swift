import Answering
import Testing

@testable import App

@Suite("What a model writes, as a visitor reads it")
struct ModelTextTests {
    private let passages = [11, 12, 13].map { Passage(id: $0, title: "Title \($0)", text: "Text \($0)") }

    private func read(_ pieces: [String]) -> (shown: String, text: ModelText) {
        var text = ModelText(passages: passages)
        var shown = ""
        for piece in pieces { shown += text.receive(piece) }
        return (shown + text.finish(), text)
    }

    /// The text whole, in single characters, and in two and three pieces, split everywhere.
    private func splits(_ text: String) -> [[String]] {
        let scalars = text.unicodeScalars.map { String($0) }
        var splits = [[text], scalars, scalars.flatMap { ["", $0] }]
        for first in 0...scalars.count {
            for second in first...min(scalars.count, first + 4) {
                splits.append([scalars[..<first].joined(), scalars[first..<second].joined(), scalars[second...].joined()])
            }
        }
        return splits
    }

    @Test(
        "Passage numbers become citation numbers, wherever the text is split",
        arguments: [
            ("We open at 9 [2].", "We open at 9 [1].", [12]), ("A [1]. B [2]. C [1].", "A [1]. B [2]. C [1].", [11, 12]),
            ("[3], then [1, 3]", "[1], then [2][1]", [13, 11]), ("Both [1, 2].", "Both [1][2].", [11, 12]),
            ("[2,1,3]", "[1][2][3]", [12, 11, 13]),
            ("[ 2 ]", "[1]", [12]), ("[02]", "[1]", [12]), ("A [2][2]", "A [1][1]", [12]), ("[[3]]", "[[1]]", [13]),
            ("[see [3] there]", "[see [1] there]", [13]),
            // Numbers that aren't a passage's are dropped.
            ("No [4].", "No .", []), ("No [0]", "No ", []), ("[4, 2, 99]", "[1]", [12]), ("[99999999999999999999]", "", []),
            ("[1][9]", "[1]", [11]),
            // What isn't passage numbers stays.
            ("[our page](https://desk.example/a)", "[our page](https://desk.example/a)", []), ("[]", "[]", []), ("[ ]", "[ ]", []),
            ("[1,]", "[1,]", []),
            ("[,]", "[,]", []), ("[-1]", "[-1]", []), ("[1.5]", "[1.5]", []), ("[1;2]", "[1;2]", []), ("[x]", "[x]", []),
            ("[\u{FF11}]", "[\u{FF11}]", []),
            ("a[i] = b", "a[i] = b", []), ("- [ ] to do [2]", "- [ ] to do [1]", [12]), ("[1", "[1", []), ("[1, 2", "[1, 2", []),
            ("x [", "x [", []), ("1]", "1]", []),
            ("[a very long text in brackets, 1, 2]", "[a very long text in brackets, 1, 2]", []), ("[[[[", "[[[[", []),
            ("[e\u{301}] [3]", "[e\u{301}] [1]", [13]),
            ("👩‍👩‍👧 [3]\r\n[2]", "👩‍👩‍👧 [1]\r\n[2]", [13, 12]),
        ] as [(String, String, [Int64])])
    func citations(_ written: String, _ shown: String, _ cited: [Int64]) {
        for pieces in splits(written) {
            let (read, text) = read(pieces)
            #expect(read == shown, "\(pieces)")
            #expect(text.citations.map(\.sourceID) == cited.map(String.init), "\(pieces)")
            #expect(text.citations.map(\.number) == cited.indices.map { $0 + 1 }, "\(pieces)")
            #expect(!text.isDeclined)
        }
    }

    @Test("A citation has the passage's title and text")
    func citation() {
        #expect(read(["[2]"]).text.citations.first?.title == "Title 12")
        #expect(read(["[2]"]).text.citations.first?.quote == "Text 12")
    }

    @Test(
        "The sign that the model declines is never shown, wherever it is split",
        arguments: [
            "NOT_IN_MY_INFORMATION", "NOT_IN_MY_INFORMATION.", " \n NOT_IN_MY_INFORMATION\n", "NOT_IN_MY_INFORMATION, sorry [1].",
            "**NOT_IN_MY_INFORMATION**",
            "`NOT_IN_MY_INFORMATION`", "\"NOT_IN_MY_INFORMATION\"",
        ])
    func declined(_ written: String) {
        for pieces in splits(written) {
            let (read, text) = read(pieces)
            #expect(read.isEmpty && text.isDeclined, "\(pieces)")
        }
    }

    @Test(
        "What only begins like it is shown",
        arguments: [
            ("NOT_IN_MY_INFO", "NOT_IN_MY_INFO"), ("NOT_IN_MY_INFORMATIO", "NOT_IN_MY_INFORMATIO"), ("N", "N"),
            ("Not on Sundays.", "Not on Sundays."),
            ("NOT on Sundays.", "NOT on Sundays."), ("\n\nHello.", "Hello."), ("**Hello**", "**Hello**"), ("\"NOT\"", "\"NOT\""), ("", ""),
            (" \n", ""), ("** **", "** **"),
            ("not_in_my_information", "not_in_my_information"),
        ])
    func notDeclined(_ written: String, _ shown: String) {
        for pieces in splits(written) {
            let (read, text) = read(pieces)
            #expect(read == shown && !text.isDeclined, "\(pieces)")
        }
    }

    @Test("Nothing is held back longer than it has to be")
    func promptness() {
        var text = ModelText(passages: passages)
        #expect(text.receive("NOT") == "")
        #expect(text.receive(" today") == "NOT today")
        #expect(text.receive(" or") == " or")
        #expect(text.receive(" [") == " ")
        #expect(text.receive("1") == "")
        #expect(text.receive("]") == "[1]")
        #expect(text.receive("[a") == "[a")
        #expect(text.receive("[1x") == "[1x")
        #expect(text.receive("[" + String(repeating: "1", count: 100)).hasPrefix("[1"))
    }

    @Test("A megabyte of brackets is read in one go")
    func brackets() {
        let brackets = String(repeating: "[", count: 1_000_000)
        #expect(read([brackets]).shown.utf8.count == 1_000_000)
    }
}
