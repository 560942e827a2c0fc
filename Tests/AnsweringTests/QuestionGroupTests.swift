import Testing

@testable import Answering

@Suite("Groups of questions")
struct QuestionGroupTests {
    /// Each line is asked after the other; those of one group stand on one line.
    private static let alike = [
        [
            "Do you have gluten-free bread?", "Is your bread gluten free?", "gluten free bread??", "do you have glutenfree bread",
            "do you sell bread without gluten",
        ],
        ["Can I park at your shop?", "is there parking", "Where can I park?", "Do you have parking spaces?"],
        ["Do you ship to Norway?", "shipping to norway", "Do you send parcels to Norway?"],
        ["Do you ship to Sweden?"],
        ["Do you repair shoes?", "shoe repair?", "can you repare my shoes"],
        ["Do you sell shoes?"],
        ["Do you sell kayaks?", "do you sell kayacks", "Can I buy a kayak here?", "Any kayaks for sale?"],
        ["Is there wifi?", "whats the wifi password"],
        ["How old is the owner?"],
    ]

    @Test("Questions that are alike but for words, order and slips make one group, and no others do")
    func groups() {
        var groups = QuestionGroups<Int>()
        var wrong: [String] = []
        for (line, questions) in Self.alike.enumerated() {
            for (place, question) in questions.enumerated() {
                let found = groups.group(like: question)
                if found != (place == 0 ? nil : line) {
                    wrong.append("\(question) → \(found.map { Self.alike[$0][0] } ?? "a group of its own")")
                }
                groups.add(question, to: line)
            }
        }
        print("groups: \(wrong.count) of \(Self.alike.joined().count) go wrong: \(wrong)")
        #expect(wrong.count <= 3)
        #expect(!wrong.contains { !$0.hasSuffix("own") }, "nothing is put with what it isn't like")
    }

    @Test("A question without words is in no group, and hostile ones end in time")
    func hostile() {
        var groups = QuestionGroups<Int>()
        groups.add("Do you deliver?", to: 1)
        for question in ["", "???", "\u{0}", String(repeating: "a ", count: 50_000), String(repeating: "x", count: 100_000), "🙂🙂"] {
            #expect(groups.group(like: question) == nil)
            groups.add(question, to: 2)
        }
    }
}
