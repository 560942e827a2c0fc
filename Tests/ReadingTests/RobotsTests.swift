import Testing

@testable import Reading

@Suite("A robots.txt") struct RobotsTests {
    private func allows(_ text: String, _ target: String) -> Bool { Robots(Array(text.utf8)).allows(target) }

    @Test("speaks to us by name, or else to everybody")
    func groups() {
        let text = "User-agent: *\nDisallow: /\n\nUser-agent: Other\nUser-agent: FRONTDESKBOT\nDisallow: /private # not this\n"
        #expect(allows(text, "/page") && !allows(text, "/private/x"))
        #expect(!allows("User-agent: *\r\nDisallow: /a\r\n", "/a") && allows("User-agent: Other\nDisallow: /", "/a"))
        #expect(allows("User-agent: *\nDisallow: /\nUser-agent: FrontdeskBot/1.0\nAllow: /", "/a"))
    }

    @Test(
        "is read by its longest matching rule, and mildly where two are as long",
        arguments: [
            ("Disallow: /a\nAllow: /a/b", "/a/b", true), ("Allow: /\nDisallow: /a", "/a", false), ("Disallow: /a\nAllow: /a", "/a", true),
            ("Disallow:", "/a", true), ("Disallow: /*.pdf$", "/x/a.pdf", false), ("Disallow: /*.pdf$", "/x/a.pdf?x", true),
            ("Disallow: /a*b*c", "/a1b2c3", false), ("Disallow: /a*b*c", "/a1c2b3", true), ("Disallow: *?x=", "/a?x=1", false),
            ("Disallow: /a$", "/a", false), ("Disallow: /a$", "/ab", true), ("Disallow: /", "/", false), ("Disallow: a", "/a", true),
        ])
    func rules(rules: String, target: String, isAllowed: Bool) {
        #expect(allows("User-agent: *\n" + rules, target) == isAllowed)
    }

    @Test("asks for time between two requests, within reason")
    func delay() {
        #expect(Robots(Array("User-agent: *\nCrawl-delay: 1.5".utf8)).delay == .seconds(1.5))
        #expect(Robots(Array("User-agent: *\nCrawl-delay: 9999".utf8)).delay == .seconds(5))
        for odd in ["-1", "nan", "soon", ""] { #expect(Robots(Array("User-agent: *\nCrawl-delay: \(odd)".utf8)).delay == nil) }
    }

    @Test("of any content is read to its end")
    func hostile() {
        let stars = "User-agent: *\n" + String(repeating: "Disallow: /" + String(repeating: "*a", count: 100) + "b\n", count: 5_000)
        #expect(allows(stars, "/" + String(repeating: "a", count: 1_900)))
        #expect(allows("\u{FEFF}<html>Not found</html>\n:::\n\nDisallow: /", "/a"))
        #expect(Robots([0xFF, 0xFE, 0, 0xD8]).allows("/"))
    }
}
