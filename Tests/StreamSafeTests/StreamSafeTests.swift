import StreamSafe
import Testing

@Suite("Text from outside")
struct StreamSafeTests {
    @Test(
        "What people write stays as it is",
        arguments: [
            "", "Café, naïve, Zürich", "e\u{301}", "Tiếng Việt: Tie\u{302}\u{301}ng Vie\u{323}\u{302}t", "שָׁלוֹם", "नमस्ते", "สวัสดี ผู้ใช้", "안녕하세요",
            "日本語の長い文章です。",
            "Привет, как дела", "👩‍👩‍👧 👍🏽 ❤️", "Z" + String(repeating: "\u{301}", count: 30),
        ])
    func stays(text: String) { #expect(Array(text.streamSafe.utf8) == Array(text.utf8)) }

    @Test("Of marks on one character, each thirty stand apart, and there are as many characters as before")
    func apart() {
        let marks = String(repeating: "\u{301}", count: 31 * 3_000)
        let separated = String(repeating: String(repeating: "\u{301}", count: 30) + "\u{34F}", count: 3_000)
        #expect((marks + "b" + marks).streamSafe.unicodeScalars.elementsEqual((separated + "b" + separated).unicodeScalars))
        #expect(String(streamSafe: Array(marks.utf8)).unicodeScalars.elementsEqual(separated.unicodeScalars))
        #expect(separated.streamSafe.unicodeScalars.elementsEqual(separated.unicodeScalars))
    }

    @Test("Also where they come in pieces")
    func pieces() {
        var filter = StreamSafeFilter()
        let pieces = ["a", "\u{301}\u{323}", "", String(repeating: "\u{301}", count: 27), "\u{323}", "\u{301}", "\u{301}b\u{301}"]
        let passed = pieces.map { Array(filter.pass($0).unicodeScalars) }
        #expect(passed[..<5].elementsEqual(pieces[..<5].map { Array($0.unicodeScalars) }))
        #expect(passed[5...] == [["\u{34F}"], ["\u{301}", "b", "\u{301}"]])
    }
}
