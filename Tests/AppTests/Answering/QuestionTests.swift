import Testing

@testable import App

@Suite("Questions as they are typed")
struct QuestionTests {
    @Test(
        "Blanks around it go, lines end in one way",
        arguments: [
            ("When?", "When?"), ("  When?\n", "When?"), ("a\r\nb\r\n\r\nc", "a\nb\n\nc"), ("a\nb", "a\nb"), ("\u{A0}ä\u{2003}", "ä"),
            ("?", "?"), ("👩‍👩‍👧", "👩‍👩‍👧"),
            ("\u{200B}a\u{200B}", "\u{200B}a\u{200B}"), ("\u{202E}abc", "\u{202E}abc"),
        ])
    func accepted(_ typed: String, _ question: String) throws {
        #expect(try Asking.question(typed) == question)
    }

    @Test(
        "Without anything to read it is refused",
        arguments: [
            nil, "", " ", "\n\t\r\n", "\u{A0}\u{2003}\u{3000}", "\u{200B}", "\u{200B}\u{200D}\u{2060}\u{FEFF}", " \u{200E} \u{AD}",
            "\u{202E}",
        ])
    func blank(_ typed: String?) {
        #expect { try Asking.question(typed) } throws: {
            ($0 as? Failure)?.status == .unprocessableContent && ($0 as? Failure)?.fields["question"]?.contains("write a question") == true
        }
    }

    @Test("4,000 characters are taken, one more isn't, whatever they are", arguments: ["x", "ä", "😀", "\u{FDFA}", "e\u{301}", "👩‍👩‍👧‍👦"])
    func length(_ character: String) throws {
        let scalars = Array(String(repeating: character, count: 4_000).unicodeScalars)
        func text(_ count: Int) -> String { String(String.UnicodeScalarView(scalars.prefix(count))) }
        #expect(try Asking.question(text(4_000)).unicodeScalars.count == 4_000)
        #expect(try Asking.question("  " + text(4_000) + "\r\n").unicodeScalars.count == 4_000)
        #expect { try Asking.question(text(4_000) + "?") } throws: {
            ($0 as? Failure)?.status == .unprocessableContent && ($0 as? Failure)?.fields["question"]?.contains("4,000") == true
        }
    }
}

@Suite("A text in pieces")
struct PiecesTests {
    @Test(
        "Joined they are the text again, and there are no more than asked for",
        arguments: [
            "", "one", "one two", " ", "  \n  ", "one two three four five", "one  two\n\nthree ", "ä 😀 e\u{301} 👩‍👩‍👧 x", "a\r\nb\r\nc",
            String(repeating: "word ", count: 999),
            String(repeating: "x", count: 10_000), String(repeating: " ", count: 1_000),
        ])
    func joined(_ text: String) {
        for count in [1, 2, 3, 7, 120, 10_000] {
            let pieces = text.pieces(endingAtBlanks: count)
            #expect(pieces.joined() == text)
            #expect(pieces.count <= count)
            #expect(pieces.dropLast().allSatisfy { $0.last?.isWhitespace == true })
            #expect(!pieces.contains(""))
        }
    }

    @Test("A short text comes word by word, a long one in equal pieces")
    func sizes() {
        #expect("We open at 9.".pieces(endingAtBlanks: 120) == ["We ", "open ", "at ", "9."])
        #expect(String(repeating: "a ", count: 240).pieces(endingAtBlanks: 120).count == 80)
        #expect(String(repeating: "a ", count: 239).pieces(endingAtBlanks: 120).count == 120)
    }
}
