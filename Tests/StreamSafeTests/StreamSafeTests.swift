import StreamSafe
import Testing

@Suite("Text from outside")
struct StreamSafeTests {
    @Test("What people write stays as it is", arguments: [
        "", "Café, naïve, Zürich", "e\u{301}", "Tiếng Việt: Tie\u{302}\u{301}ng Vie\u{323}\u{302}t", "שָׁלוֹם", "नमस्ते", "สวัสดี ผู้ใช้", "안녕하세요", "日本語の長い文章です。" ,
        "Привет, как дела", "👩‍👩‍👧 👍🏽 ❤️", "Z" + String(repeating: "\u{301}", count: 30),
    ])
    func stays(text: String) { #expect(Array(text.streamSafe.utf8) == Array(text.utf8)) }

    @Test("Of marks on one character, thirty are kept, whatever stands around them")
    func cut() {
        let (marks, kept) = (String(repeating: "\u{301}\u{323}", count: 100_000), String(repeating: "\u{301}\u{323}", count: 15))
        let whole = marks + "b" + marks
        #expect(whole.streamSafe.unicodeScalars.elementsEqual((kept + "b" + kept).unicodeScalars))
        #expect(String(streamSafe: Array(whole.utf8)) == kept + "b" + kept)
    }

    @Test("Also where they come in pieces")
    func pieces() {
        var filter = StreamSafeFilter()
        let passed = ["a", "\u{301}\u{323}", "", String(repeating: "\u{301}", count: 27), "\u{323}", "\u{301}", "\u{301}b\u{301}"].map { filter.pass($0) }
        #expect(passed.joined().unicodeScalars.count == 1 + 30 + 2)
        #expect(passed.last.map { Array($0.unicodeScalars) } == ["b", "\u{301}"])
    }
}
