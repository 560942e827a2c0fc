@testable import HolePages
import Templates
import TemplateSyntax
import Testing

@Suite struct MarkdownTests {
    @Test(
        "Markdown becomes HTML",
        arguments: [
            ("", ""),
            ("a *b* **c** ~~d~~ `<e>`", "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>&lt;e&gt;</code></p>\n"),
            ("# a\n\n#### b", "<h3>a</h3>\n<h6>b</h6>\n"),
            ("- a\n- b\n", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
            ("3. a\n\n4. b", "<ol start=\"3\">\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ol>\n"),
            (
                "- [x] a\n- [ ] b",
                """
                <ul>\n<li><input type="checkbox" disabled checked> a</li>\n<li><input type="checkbox" disabled> b</li>\n</ul>\n
                """
            ),
            ("> a\n\n---", "<blockquote>\n<p>a</p>\n</blockquote>\n<hr>\n"),
            ("a  \nb\nc", "<p>a<br>\nb\nc</p>\n"),
            ("a\r\n\r\nb\rc", "<p>a</p>\n<p>b\nc</p>\n"),
            (
                "| a | b |\n|:-|-:|\n| `c` | <d> |",
                """
                <table>\n<thead>\n<tr><th align="left">a</th><th align="right">b</th></tr>\n</thead>\n<tbody>\n\
                <tr><td align="left"><code>c</code></td><td align="right">&lt;d&gt;</td></tr>\n</tbody>\n</table>\n
                """
            ),
            ("| a |\n|-|", "<table>\n<thead>\n<tr><th>a</th></tr>\n</thead>\n</table>\n"),
            (
                "```\"><img src=x onerror=alert(1)>\n</code></pre><script>\n```",
                "<pre><code>&lt;/code&gt;&lt;/pre&gt;&lt;script&gt;\n</code></pre>\n"
            ),
            ("a\0b", "<p>a\u{FFFD}b</p>\n"),
            ("&lt;b&gt; &copy; \\<b>", "<p>&lt;b&gt; © &lt;b&gt;</p>\n"),
        ])
    func rendered(text: String, expected: String) {
        #expect(markdown(text).string == expected)
    }

    @Test(
        "A link whose text is an address, but another than it leads to, shows where it leads",
        arguments: [
            ("[https://bank.example](https://evil.example/x)", "https://evil.example/x"),
            ("[bank.example](https://evil.example)", "https://evil.example"),
            ("[www.bank.example/login](https://bank.example.evil.example/login)", "https://bank.example.evil.example/login"),
            ("[**bank**.example](https://evil.example)", "https://evil.example"),
            ("[`bank.example`](https://evil.example)", "https://evil.example"),
            ("[Log in at bank.example now](https://evil.example)", "https://evil.example"),
            ("[Log in: https://bank.example!](https://evil.example)", "https://evil.example"),
            ("[bank.example](https://bank.example@evil.example/)", "https://bank.example@evil.example/"),
            ("[bank.example](https://evil.example\\\\@bank.example)", "https://evil.example\\@bank.example"),
            ("[bank.example](https://bank.example:8443)", "https://bank.example:8443"),
            ("[https://bank.example](http://bank.example)", "http://bank.example"),
            ("[code.example/mia](https://code.example/eve)", "https://code.example/eve"),
            ("[login.bank.example](https://bank.example)", "https://bank.example"),
            ("[notbank.example](https://bank.example)", "https://bank.example"),
            ("[bank.example](https://notbank.example)", "https://notbank.example"),
            ("[info@bank.example](mailto:eve@evil.example)", "mailto:eve@evil.example"),
            ("[info@bank.example](https://evil.example)", "https://evil.example"),
            ("[bank.example](mailto:info@bank.example)", "mailto:info@bank.example"),
            ("[192.0.2.7](https://192.0.2.8)", "https://192.0.2.8"),
            ("[bank\u{200B}.example](https://evil.example)", "https://evil.example"),
            ("[bank\u{3002}example](https://evil.example)", "https://evil.example"),
            ("[\u{FF42}ank.example](https://evil.example)", "https://evil.example"),
            ("[bänk.example](https://bank.example)", "https://bank.example"),
            ("[bank.example](https://%65vil.example)", "https://%65vil.example"),
            ("[BANK.example](https://evil.example)", "https://evil.example"),
            ("![bank.example](https://evil.example/x.png)", "https://evil.example/x.png"),
            ("[![bank.example](https://bank.example/x.png)](https://evil.example)", "https://evil.example"),
            ("[a bank.example][1]\n\n[1]: https://evil.example", "https://evil.example"),
        ])
    func misleading(_ text: String, _ shown: String) {
        #expect(markdown(text).string.contains(">\(shown)</a>"))
        #expect(markdown("*b* \(text)").string.contains("<em>b</em> <a"))
    }

    @Test(
        "A link whose text is where it leads, or no address, stays as it is",
        arguments: [
            ("[bank.example](https://bank.example/login)", "bank.example"), ("[www.bank.example](http://bank.example)", "www.bank.example"),
            ("[bank.example](https://www.bank.example)", "bank.example"), ("[bank.example](https://help.bank.example/a)", "bank.example"),
            ("[Bank.Example](https://bank.example:443/)", "Bank.Example"),
            ("[https://bank.example/](https://bank.example)", "https://bank.example/"),
            ("[bank.example/a](https://bank.example/a/b?c=d#e)", "bank.example/a"),
            ("[bank.example/a…](https://bank.example/a/b)", "bank.example/a…"),
            ("[info@bank.example](mailto:Info@bank.example?subject=Hi)", "info@bank.example"),
            ("[menu.pdf](https://bank.example/files/menu.pdf)", "menu.pdf"),
            ("[Install Node.js](https://nodejs.example)", "Install Node.js"), ("[Our hours](https://bank.example)", "Our hours"),
            ("[e.g. this](https://bank.example)", "e.g. this"),
            ("[version 1.2](https://bank.example)", "version 1.2"), ("[2](https://bank.example)", "2"),
            ("[and/or](https://bank.example)", "and/or"), ("[@mia](https://bank.example)", "@mia"),
            ("<https://bank.example/?a=b>", "https://bank.example/?a=b"), ("[bücher.example](https://bücher.example/a)", "bücher.example"),
            ("[9.30 to 18.00](https://bank.example)", "9.30 to 18.00"), ("[Questions? Ask!](https://bank.example)", "Questions? Ask!"),
        ])
    func honest(_ text: String, _ shown: String) {
        #expect(markdown(text).string.contains(">\(shown)</a>"), "\(markdown(text).string)")
    }

    private static let link = "\" rel=\"nofollow ugc noopener noreferrer\" target=\"_blank\">"

    @Test(
        "Links lead to http, https and mailto, and say that nobody vouches for them",
        arguments: [
            ("[a](https://example.org/?b=1&c=2)", "<a href=\"https://example.org/?b=1&amp;c=2\(link)a</a>"),
            ("[a][b]\n\n[b]: HTTP://example.org", "<a href=\"HTTP://example.org\(link)a</a>"),
            ("<https://example.org>", "<a href=\"https://example.org\(link)https://example.org</a>"),
            ("www.example.org", "<a href=\"http://www.example.org\(link)www.example.org</a>"),
            ("a@example.org", "<a href=\"mailto:a@example.org\(link)a@example.org</a>"),
            (#"[x](http://a "\" onmouseover=alert(1) ")"#, "<a href=\"http://a\(link)x</a>"),
            ("[x](<http://a/\"'<>>)", "<p>"),
        ])
    func links(text: String, expected: String) {
        #expect(markdown(text).string.contains(expected))
    }

    @Test(
        "Other links are their text",
        arguments: [
            "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](&#106;avascript:alert(1))", "[x](javascript&colon;alert(1))",
            "[x](<java\tscript:alert(1)>)", "[x](data:text/html,a)", "[x](vbscript:a)", "[x](file:///etc/passwd)", "[x](/logout)",
            "[x](//evil.example)", "[x](#a)", "[x](?a)", "[x]()", "[x](tel:1)", "[x](http:logout)", "[x](https:/logout)",
            "[x][y]\n\n[y]: javascript:alert(1)",
        ])
    func droppedLinks(text: String) {
        #expect(markdown(text).string == "<p>x</p>\n")
    }

    @Test(
        "An image is a link to it: nothing is loaded from elsewhere",
        arguments: [
            ("![a](https://example.org/b.png)", "<p><a href=\"https://example.org/b.png\(link)a</a></p>\n"),
            ("![](https://example.org/b.png)", "<p><a href=\"https://example.org/b.png\(link)https://example.org/b.png</a></p>\n"),
            ("[![a](https://example.org/b.png)](https://example.org/c)", "<p><a href=\"https://example.org/c\(link)a</a></p>\n"),
            ("![a][b]\n\n[b]: https://example.org", "<p><a href=\"https://example.org\(link)a</a></p>\n"),
            ("![a](/b.png)", "<p>a</p>\n"),
        ])
    func images(text: String, expected: String) {
        #expect(markdown(text).string == expected)
    }

    @Test(
        "HTML in the text is shown, not used",
        arguments: [
            "<script>alert(1)</script>", "<svg onload=alert(1)>", "<iframe srcdoc='x'></iframe>",
            "<a hx-get=\"/logout\" hx-trigger=\"load\">x</a>",
            "<form action=\"/x\">", "<style>@import 'x'</style>", "a <b>b</b>", "<!-- a -->", "<?php ?>", "<![CDATA[ a ]]>",
            "- <div>a</div>",
            "| <b> |\n|-|\n| <i> |", "# <img src=x>", "[<b>](https://example.org)",
        ])
    func html(text: String) {
        let page = markdown(text).string
        #expect(page.contains("&lt;"))
        #expect(mistake(in: page) == nil)
    }

    @Test(
        "Text that would cost the parser more than it is worth is bounded",
        arguments: [
            String(repeating: "[", count: 16_384), String(repeating: "![l", count: 5_000), String(repeating: "*a **a ", count: 2_000),
            String(repeating: "_", count: 16_384), String(repeating: ">", count: 16_384), String(repeating: "> ", count: 8_000) + "a",
            String(repeating: "- ", count: 8_000) + "a", String(repeating: "`a``b", count: 3_000), String(repeating: "<!--", count: 4_000),
            String(repeating: "[a](", count: 4_000), String(repeating: "[a][", count: 4_000), String(repeating: "&", count: 16_000),
            String(repeating: "a@b.", count: 4_000), String(repeating: "www.", count: 4_000), String(repeating: "~~a ~", count: 3_000),
            String(repeating: "|", count: 5_000) + "\n" + String(repeating: "|-", count: 5_000),
            String(repeating: "|a", count: 60) + "|\n" + String(repeating: "|-", count: 60) + "|\n"
                + String(repeating: "|\n", count: 7_000),
            String(repeating: "[a]: /b\n", count: 2_000) + String(repeating: "[a]", count: 100), String(repeating: "* a\n ", count: 3_000),
            (0..<170).map { String(repeating: " ", count: $0) + "- a\n" }.joined(), String(repeating: "1. ", count: 5_000) + "a",
            String(repeating: "\\", count: 16_384), String(repeating: "<a:", count: 5_000), String(repeating: "***_", count: 4_000),
            String(repeating: "a\n", count: 8_192), String(repeating: "a  \n", count: 4_000), String(repeating: "\0", count: 16_384),
            String(repeating: "\"", count: 16_384), String(repeating: "~", count: 16_384), String(repeating: ":", count: 16_384),
        ])
    func bombs(text: String) {
        let page = markdown(text)
        #expect(page.count < 256 * 1024 + 1024)
        #expect(mistake(in: page.string) == nil)
    }

    @Test("A text over the limit is shown as it is, cut between characters") func long() {
        #expect(markdown("<b>\n*a*\n" + String(repeating: " ", count: 17_000)).string.hasPrefix("<p>&lt;b&gt;<br>\n*a*<br>\n"))
        let page = markdown(String(repeating: "€", count: 400_000)).string
        #expect(page.hasSuffix("€…</p>\n") && !page.contains("\u{FFFD}"))
        #expect(page.utf8.count <= 64 * 1024 + 16)
    }

    @Test("No text becomes an element or attribute that Markdown does not have") func property() {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        let signs = [
            "*", "**", "_", "`", "```\n", "~~", "[a](", ")", "![", "](http://a \"", "<http://", "> ", "- ", "1. ", "# ", "|", "\n|-|\n",
            "\n\n", "    ",
        ]
        var state = seed
        for text in Hostile(seed: seed).prefix(2_000) {
            let mixed = (0..<5).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return signs[Int(state >> 33) % signs.count]
            }.joined(separator: text)
            let found = mistake(in: markdown(mixed).string)
            #expect(found == nil, "\(mixed.debugDescription), seed \(seed)")
            if found != nil { break }
        }
    }

    /// The end of a line changes nothing, but is left to the parser.
    @Test("A line without marks becomes what the parser makes of it") func plainLines() {
        let parts = [
            "a", "Z", " ", "  ", "w", "ww", "www.", "http:", "https://", "//", ":", "mailto:", "xmpp:", ".", "!", "(", ")", "-", "+ ",
            "1. ",
            "# ", "=", "'", "\"", "’", "é", "e\u{301}", "*", "_", "`", "<", "&", "|", "~~", "\\", "[", "@", "\t",
        ]
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        var state = seed
        for _ in 0..<5_000 {
            let text = (0..<6).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return parts[Int(state >> 33) % parts.count]
            }.joined()
            #expect(markdown(text) == markdown(text + "\n"), "\(text.debugDescription), seed \(seed)")
        }
    }

    @Test("Texts are rendered on many threads at once") func threads() async {
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<64 {
                group.addTask { markdown("*\(number)* |\n-|\n~~a~~|").string.contains("<em>\(number)</em>") }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    private static let allowed: [String: Set<String>] = [
        "a": ["href", "rel", "target"], "input": ["type", "disabled", "checked"], "ol": ["start"], "th": ["align"], "td": ["align"],
        "p": [], "br": [], "hr": [], "em": [], "strong": [], "del": [], "code": [], "pre": [], "blockquote": [], "ul": [], "li": [],
        "table": [], "thead": [], "tbody": [], "tr": [], "h3": [], "h4": [], "h5": [], "h6": [],
    ]

    /// The first thing on the page that is not allowed, or nil.
    private func mistake(in page: String) -> String? {
        let parsed = ParsedTemplate(parsing: page)
        if let problem = parsed.problems.first { return problem.message }
        for case .startTag(let name, let attributes, _) in parsed.tokens {
            guard let known = Self.allowed[name], known.isSuperset(of: attributes.map(\.name)) else { return name }
            if name != "a" { continue }
            let address = attributes.first { $0.name == "href" }?.value?.lowercased() ?? ""
            // By bytes: a combining mark after the slash makes another character of it.
            if !["http://", "https://", "mailto:"].contains(where: { address.utf8.starts(with: $0.utf8) }) { return address }
        }
        return nil
    }
}
