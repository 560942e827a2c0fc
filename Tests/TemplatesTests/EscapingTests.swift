import Templates
import Testing

@Suite struct EscapingTests {
    @Test(
        "Text is escaped between tags",
        arguments: [
            ("", ""), ("a", "a"), ("<b>", "&lt;b&gt;"), ("&amp;", "&amp;amp;"), ("\"it's\"", "&#34;it&#39;s&#34;"),
            ("ä🙂\u{2028}", "ä🙂\u{2028}"), ("\0", "\0"),
        ])
    func text(value: String, expected: String) {
        #expect(#html("<p>\(value)</p>").string == "<p>\(expected)</p>")
        #expect(#html("<p title=\"\(value)\"></p>").string == "<p title=\"\(expected)\"></p>")
        #expect(#html("<p title='a \(value)'></p>").string == "<p title='a \(expected)'></p>")
    }

    @Test("A text of any length is escaped at any place", arguments: 0..<70)
    func lengths(length: Int) {
        let plain = String(repeating: "é", count: length / 2) + String(repeating: "x", count: length % 2)
        #expect(#html("\(plain)").string == plain)
        for place in 0..<length {
            var text = Array(repeating: "x", count: length)
            text[place] = "<"
            let expected = text.joined().replacing("<", with: "&lt;")
            #expect(#html("\(text.joined())").string == expected)
            #expect(#html("\(text.joined().dropFirst(0))").string == expected)
        }
    }

    @Test("A page of many megabytes is whole") func large() {
        let text = String(repeating: "<a & b> ", count: 300_000)
        let page = #html("<p>\(text)</p>")
        #expect(page.count == 7 + 300_000 * "&lt;a &amp; b&gt; ".utf8.count)
    }

    @Test(
        "Numbers are written as they are",
        arguments: [
            (Int64.min, "-9223372036854775808"), (.max, "9223372036854775807"), (0, "0"), (-1, "-1"), (9, "9"), (10, "10"), (100, "100"),
        ])
    func integers(value: Int64, expected: String) {
        #expect(#html("\(value)").string == expected)
        #expect(#html("<p data-x=\"\(value)\" id=\"a\(value)\"></p>").string == "<p data-x=\"\(expected)\" id=\"a\(expected)\"></p>")
    }

    @Test("All kinds of numbers fit into text and attributes") func numbers() {
        #expect(#html("\(UInt64.max) \(Int8.min) \(UInt8(7)) \(1.5) \(-0.0)").string == "18446744073709551615 -128 7 1.5 -0.0")
        #expect(
            #html("<p data-x=\"\(UInt64.max)\" data-y=\"\(0.1)\"></p>").string == "<p data-x=\"18446744073709551615\" data-y=\"0.1\"></p>")
    }

    @Test(
        "An address of another scheme than http, https, mailto and tel leads nowhere",
        arguments: [
            "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "\u{1}javascript:x", "java\tscript:alert(1)",
            "java\nscript:x", "javascript\u{0}:x", "vbscript:x", "data:text/html,x", "blob:x", "file:///etc/passwd", "a:b", ":",
            "https :x", "htt\u{70}s\u{301}:x",
        ])
    func schemes(address: String) {
        #expect(#html("<a href=\"\(address)\"></a>").string == "<a href=\"about:invalid\"></a>")
        #expect(#html("<a href=\"\(address)?a\"></a>").string == "<a href=\"about:invalid?a\"></a>")
    }

    @Test(
        "An address of a known scheme or without one is kept",
        arguments: [
            "http://example.org/?a=1", "HTTPS://example.org", "mailto:a@example.org", "tel:+431", "/bots/1", "bots", "?a:b", "#a:b",
            "./a:b", "//example.org", "", "/a b",
        ])
    func addresses(address: String) {
        #expect(#html("<a href=\"\(address)\"></a>").string == "<a href=\"\(address)\"></a>")
    }

    @Test(
        "A part of an address is percent-encoded",
        arguments: [
            ("a-Z_0.9~", "a-Z_0.9~"), ("a b", "a%20b"), ("a/b?c#d&e=f", "a%2Fb%3Fc%23d%26e%3Df"), ("\"'<>", "%22%27%3C%3E"),
            ("ä", "%C3%A4"),
            ("%2e", "%252e"), ("javascript:x", "javascript%3Ax"), ("...", "..."),
        ])
    func components(value: String, expected: String) {
        #expect(#html("<a href=\"/a/\(value)?b=\(value)\"></a>").string == "<a href=\"/a/\(expected)?b=\(expected)\"></a>")
    }

    @Test("A part of a path is never a step up and never makes another host of the next part", arguments: ["", ".", ".."])
    func steps(value: String) {
        #expect(#html("<a href=\"/\(value)/\("evil.example")\"></a>").string == "<a href=\"/%20/evil.example\"></a>")
        #expect(#html("<a href=\"/a?b=\(value)\"></a>").string == "<a href=\"/a?b=\(value)\"></a>")
    }

    @Test(
        "JSON in a script cannot end the script",
        arguments: [
            ("</script>", #""\u003c/script\u003e""#), ("<!--", #""\u003c!--""#), ("a & b", #""a \u0026 b""#),
            ("\u{2028}\u{2029}", #""\u2028\u2029""#),
            ("\"\\", #""\"\\""#),
        ])
    func islands(value: String, expected: String) {
        let page = #html("<script type=\"application/json\">\(value)</script>")
        #expect(page.string == "<script type=\"application/json\">\(expected)</script>")
    }
}
