import Testing

@testable import Answering

@Suite("Words in an answer")
struct WordingTests {
    @Test(
        "Words are found however they are set, and not within others",
        arguments: [
            ("3.50", "It costs 3.50 €.", true), ("free delivery", "Delivery? FREE: Delivery!", true), ("9:00", "from 9.00 on", true),
            ("5", "3.50", false), ("art", "party", false), ("", "x", true), ("a b", "a", false),
        ])
    func contains(words: String, text: String, isThere: Bool) { #expect(Wording.contains(words, in: text) == isThere) }
}
