import FoundationEssentials
import Testing

@testable import App

@Suite("Two changes of a text")
struct TextMergeTests {
    private let base = "one\ntwo\nthree\nfour\nfive"

    private func merged(_ base: String, _ mine: String, _ theirs: String) async throws -> String? {
        try await Workroom.shared.run(for: UUID()) { TextMerge(of: base, mine: mine, theirs: theirs, $0).text }
    }

    @Test("Changes of different places become one text, in whatever order")
    func together() async throws {
        let (mine, theirs) = ("ONE\ntwo\nthree\nfour\nfive\nsix", "zero\nextra\none\ntwo\nTHREE\nfour\nfive")
        #expect(try await merged(base, "one\ntwo\nthree\nfour", "ONE\ntwo\nthree\nfour\nfive") == "ONE\ntwo\nthree\nfour")
        #expect(try await merged(base, mine, "one\ntwo\nTHREE\nfour\nfive") == "ONE\ntwo\nTHREE\nfour\nfive\nsix")
        #expect(try await merged(base, "one\ntwo\nthree\nfive", "zero\n" + base) == "zero\none\ntwo\nthree\nfive")
        #expect(try await merged(base, mine, theirs) == nil, "both changed the beginning")
        #expect(try await merged(base, base, theirs) == theirs)
        #expect(try await merged(base, mine, base) == mine)
        #expect(try await merged(base, mine, mine) == mine)
        #expect(try await merged("", "", "a") == "a")
    }

    @Test("Changes of the same line, or of lines side by side, are for a person")
    func apart() async throws {
        #expect(try await merged(base, "one\n2\nthree\nfour\nfive", "one\nII\nthree\nfour\nfive") == nil)
        #expect(try await merged(base, "one\n2\nthree\nfour\nfive", "one\ntwo\nIII\nfour\nfive") == nil)
        #expect(try await merged(base, base + "\nsix", base + "\nseven") == nil)
        #expect(try await merged(base, "", "ONE\ntwo\nthree\nfour\nfive") == nil)
        #expect(try await merged("", "a", "b") == nil)
    }

    /// Each compared with each of the other's, these would be a hundred million.
    @Test("Long texts become one text, however many places were changed")
    func many() async throws {
        func text(_ changed: [Int: String] = [:]) -> String {
            (0..<50_000).map { changed[$0 % 4] ?? ($0 % 4 == 0 ? "" : String($0, radix: 36)) }.joined(separator: "\n")
        }
        #expect(try await merged(text(), text([1: "mine"]), text([3: "theirs"])) == text([1: "mine", 3: "theirs"]))
    }
}
