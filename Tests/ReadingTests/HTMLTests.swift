import Testing

@testable import Reading

@Suite("A page of HTML") struct HTMLTests {
    private func body(_ html: String) async throws -> String { try await markdown("<!doctype html><body>" + html, "a.html") }

    @Test("keeps headings, paragraphs, lists and tables")
    func structure() async throws {
        let html = """
            <title>Our shop &ndash; Home</title><h1>Our  <em>shop</em></h1><p>We bake
            bread.<p>Every day.<ul><li>Rye<li>Spelt<ul><li>small</ul></ul><ol><li>Order<li><p>Pay<p>by card</ol>
            <table><tr><th>Day<th>Hours<tr><td>Mon<td>9&ndash;17<tr><td>Tue|Wed<td>9-12</table>Come in!
            """
        #expect(
            try await body(html) == """
                # Our shop

                We bake bread.

                Every day.

                - Rye
                - Spelt
                  - small
                1. Order
                2. Pay
                  by card

                | Day | Hours |
                |---|---|
                | Mon | 9–17 |
                | Tue/Wed | 9-12 |

                Come in!
                """)
        #expect(try await read("<!doctype html>" + html, "a.html").title == "Our shop – Home")
    }

    @Test("loses scripts, navigation, side bars, its own head and foot, and short forms")
    func dropped() async throws {
        let html = """
            <header><p>Logo</header><nav><ul><li>Home</ul></nav><script>let a = "<p>no</p>"</script><style>p{}</style>
            <noscript>Switch on JavaScript</noscript><template><p>t</template><svg><title>s</title><text>svg</text></svg>
            <main><header><h2>Hours</h2></header><p>Nine to five.</p><form><label>Name</label><input><button>Send</button></form></main>
            <aside>Advert</aside><div role="navigation">Menu</div><footer>Imprint</footer><textarea>x</textarea><select><option>y</select>
            """
        #expect(try await body(html) == "## Hours\n\nNine to five.")
    }

    @Test("keeps a form that is the whole page, and what a navigation that is never closed would swallow")
    func wrapped() async throws {
        let text = String(repeating: "We bake bread every day. ", count: 20)
        #expect(try await body("<form><p>\(text)</form>").contains("bread"))
        #expect(try await body("<div><nav><a href=/>Home</a></div><p>We bake bread.") == "We bake bread.")
    }

    @Test("makes questions and answers of details and of terms that ask")
    func questions() async throws {
        let html = """
            <h2>FAQ</h2><details><summary>Do you <b>deliver</b>?</summary><p>Yes.</p></details><p>Write to us.</p>
            <dl><dt>Parking?</dt><dd>Behind the house.</dd><dt>Phone</dt><dd>0123</dd></dl>
            """
        let document = try await read("<!doctype html>" + html, "a.html")
        #expect(
            titlesAndTexts(document) == [
                ["FAQ › Do you deliver?", "Yes."], ["FAQ", "Write to us."], ["FAQ › Parking?", "Behind the house.\n\n- Phone: 0123"],
            ])
    }

    @Test("takes a bold line for a heading, and keeps the lines of an address")
    func lines() async throws {
        let html = "<p><strong>Where we are</strong></p><p>14 Oak Lane<br>Springfield</p>"
        #expect(try await body(html) == "**Where we are**\n\n14 Oak Lane\nSpringfield")
    }

    @Test("keeps the text of links, and where to write or call")
    func links() async throws {
        let html =
            "<p>See <a href='/x'>our prices</a>, <a href='mailto:a@b.de?subject=x'>write</a> or <a href='tel:+4912'>call</a> "
            + "<a href='tel:+4912'>+49 12</a> <a href='mailto:a@b.de'>a@b.de</a>"
        #expect(try await body(html) == "See our prices, write (a@b.de) or call (+4912) +49 12 a@b.de")
    }

    @Test("resolves character references once")
    func entities() async throws {
        #expect(
            try await body("&lt;b&gt; &amp;lt; &#233;&#xe9;&eacute; &euro;&nbsp;5 &unknown; AT&T &#0;&#xD800;&#99999999;")
                == "<b> &lt; ééé € 5 &unknown; AT&T \u{FFFD}\u{FFFD}\u{FFFD}")
    }

    @Test(
        "is decoded as it says, or as the server says",
        arguments: [
            ("windows-1251", [0xCF, 0xF0, 0xE8] as [UInt8], "При"), ("Shift_JIS", [0x93, 0xFA, 0x96, 0x7B], "日本"),
            ("iso-8859-1", [0x47, 0x72, 0xFC, 0xDF, 0x65], "Grüße"), ("iso-8859-15", [0x35, 0x20, 0xA4], "5 €"),
            ("utf-8", Array("Grüße".utf8), "Grüße"), ("nonsense", [0x47, 0xFC], "Gü"), ("ISO-2022-CN-EXT", [0x47, 0xFC], "Gü"),
        ])
    func charsets(name: String, bytes: [UInt8], text: String) async throws {
        for meta in ["<meta charset=\"\(name)\">", "<meta http-equiv=content-type content='text/html; charset=\(name)'>"] {
            let document = try await FileReader.read(Array("<!doctype html>\(meta)<p>".utf8) + bytes, named: "a.html")
            #expect(document.sections[0].markdown == text)
        }
        #expect(HTMLReader.page(Array("<meta charset=ascii><p>".utf8) + bytes, charset: name.lowercased()).blocks.map(\.text) == [text])
    }

    @Test("keeps code as it is written, and reads a table made for the looks as text")
    func codeAndLayout() async throws {
        #expect(try await body("<pre>a  b\n# c</pre>") == "```\na  b\n# c\n```")
        #expect(try await body("<table><tr><td><h1>Shop</h1><p>Bread.<td><ul><li>Rye</ul></table>") == "# Shop\n\nBread.\n\n- Rye")
    }

    @Test("says where it leads and whether it wants to be read")
    func facts() {
        let page = HTMLReader.page(
            Array(
                """
                <base href="/b/"><link rel="canonical" href="/c"><meta name=robots content="noindex, nofollow"><title>A &amp; b</title>
                <a href="x?a=1&amp;b=2">x</a><nav><a rel="nofollow ugc" href=y>y</a></nav><meta http-equiv=refresh content="0; URL='z'">
                """.utf8))
        #expect(page.base == "/b/" && page.canonical == "/c" && page.isNoindex && page.isNofollow && page.title == "A & b")
        #expect(page.links.map(\.address) == ["x?a=1&b=2", "y", "z"])
        #expect(page.links.map(\.isNofollow) == [false, true, false])
    }

    @Test(
        "of whatever make is read to its end",
        arguments: [
            "<p>text" + String(repeating: "<div>", count: 100_000), String(repeating: "<b><i><ul><li>", count: 20_000) + "text",
            "text<a href=\"" + String(repeating: "x", count: 500_000), "text" + String(repeating: "<a <a", count: 50_000),
            "text" + String(repeating: "<!--", count: 50_000), "text<!-- ", "text" + String(repeating: "</div></p>", count: 50_000),
            "text" + String(repeating: "&#", count: 100_000), "text" + String(repeating: "<script>", count: 20_000),
            "text<p" + String(repeating: " a=b", count: 100_000) + ">x", String(repeating: "<table><tr><td>", count: 20_000) + "text",
            "text<", "text</", "text<!", "text<a", "text<a b=", "text<a b='", "text&", "text&#x", "text<a =", "text<a ==>",
            "text" + String(repeating: "<dl><dt>q?<dd>a", count: 5_000),
            String(repeating: "<nav>", count: 5_000) + String(repeating: "</nav>", count: 5_000) + "text",
            "text " + String(repeating: "\u{301}", count: 10_000), "text" + String(repeating: "<details><summary>", count: 10_000),
        ])
    func hostile(html: String) async throws {
        #expect(try await body(html).contains("text"))
    }
}
