import Testing

@testable import App

@Suite("Two changes of a text")
struct TextMergeTests {
    private let base = "one\ntwo\nthree\nfour\nfive"

    @Test("Changes of different places become one text, in whatever order")
    func together() {
        let (mine, theirs) = ("ONE\ntwo\nthree\nfour\nfive\nsix", "zero\nextra\none\ntwo\nTHREE\nfour\nfive")
        #expect(TextMerge(of: base, mine: "one\ntwo\nthree\nfour", theirs: "ONE\ntwo\nthree\nfour\nfive").text == "ONE\ntwo\nthree\nfour")
        #expect(TextMerge(of: base, mine: mine, theirs: "one\ntwo\nTHREE\nfour\nfive").text == "ONE\ntwo\nTHREE\nfour\nfive\nsix")
        #expect(TextMerge(of: base, mine: "one\ntwo\nthree\nfive", theirs: "zero\n" + base).text == "zero\none\ntwo\nthree\nfive")
        #expect(TextMerge(of: base, mine: mine, theirs: theirs).text == nil, "both changed the beginning")
        #expect(TextMerge(of: base, mine: base, theirs: theirs).text == theirs)
        #expect(TextMerge(of: base, mine: mine, theirs: base).text == mine)
        #expect(TextMerge(of: base, mine: mine, theirs: mine).text == mine)
        #expect(TextMerge(of: "", mine: "", theirs: "a").text == "a")
    }

    @Test("Changes of the same line, or of lines side by side, are for a person")
    func apart() {
        #expect(TextMerge(of: base, mine: "one\n2\nthree\nfour\nfive", theirs: "one\nII\nthree\nfour\nfive").text == nil)
        #expect(TextMerge(of: base, mine: "one\n2\nthree\nfour\nfive", theirs: "one\ntwo\nIII\nfour\nfive").text == nil)
        #expect(TextMerge(of: base, mine: base + "\nsix", theirs: base + "\nseven").text == nil)
        #expect(TextMerge(of: base, mine: "", theirs: "ONE\ntwo\nthree\nfour\nfive").text == nil)
        #expect(TextMerge(of: "", mine: "a", theirs: "b").text == nil)
    }
}
