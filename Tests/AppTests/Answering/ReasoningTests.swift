import Testing

@testable import App

@Suite("What a model thinks, left out of what it says")
struct ReasoningTests {
    private func spoken(_ pieces: [String]) -> String {
        var reasoning = Reasoning()
        return pieces.map { reasoning.spoken($0) }.joined() + reasoning.finish()
    }

    @Test(
        "Thoughts are left out, wherever the text is split",
        arguments: [
            ("<think>a</think>b", "b"), ("a <think>b</think>c", "a c"), ("<THINK>a</Think>b", "b"), ("<thinking>a</thinking>b", "b"),
            ("<thought>a</thought>b", "b"), ("<reasoning>a</reasoning>b", "b"), ("[THINK]a[/THINK]b", "b"), ("<think >a</think >b", "b"),
            (#"<think kind="long">a</think>b"#, "b"), ("<think>a<think>b</think>c</think>d", "d"), ("<think></think>b", "b"),
            ("<think>a</think>b<think>c</think>d", "bd"), ("<think>\u{301}a</think>\u{301}b", "\u{301}b"), ("<think>👩‍👩‍👧</think>🎉", "🎉"),
            ("<think>1 < 2 [1]</think>b", "b"),
            // Not closed.
            ("<think>a", ""), ("b<think>a", "b"), ("<think>a</thin", ""), ("<think>a<think>b</think>c", ""),
            // What isn't such a tag stays.
            ("a < b", "a < b"), ("<thinker>a", "<thinker>a"), ("<b>a</b>", "<b>a</b>"), ("a <thin", "a <thin"), ("<", "<"), ("</", "</"),
            ("[1] and [x](y)", "[1] and [x](y)"),
            ("[THIN", "[THIN"), ("[think]", "[think]"), ("<<think>a</think>b", "<b"), ("think>a", "think>a"), ("", ""), ("ä<ö", "ä<ö"),
        ])
    func thoughts(_ written: String, _ shown: String) {
        let scalars = written.unicodeScalars.map { String($0) }
        #expect(spoken([written]) == shown)
        #expect(spoken(scalars) == shown)
        for place in 0...scalars.count { #expect(spoken([scalars[..<place].joined(), scalars[place...].joined()]) == shown, "\(place)") }
    }

    @Test("A closing tag alone ends what was thought from the start, and is never shown")
    func closedOnly() {
        #expect(spoken(["They want the price.</think>It is free."]) == "It is free.")
        #expect(spoken(["They want", " it</th", "ink>It is free."]) == "They want itIt is free.", "what was shown can't be taken back")
    }

    @Test("A tag without an end is soon taken for text")
    func endless() {
        let text = "<think " + String(repeating: "x", count: 200)
        #expect(spoken(text.map(String.init)) == text)
    }
}
