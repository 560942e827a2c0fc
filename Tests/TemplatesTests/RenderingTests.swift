import Templates
import Testing

@Suite struct RenderingTests {
    struct Bot {
        let id: Int
        let name: String
        var note: String?
        var keys: [String] = []
    }

    let bots = [Bot(id: 1, name: "Desk", note: "a & b", keys: ["x", "<y>"]), Bot(id: 2, name: "<Shop>")]

    @Test("A template without holes is its own text") func literal() {
        #expect(#html("").string == "")
        #expect(#html("x").string == "x")
        #expect(#html("<p>\"é\\</p>\n").string == "<p>\"é\\</p>\n")
    }

    @Test("White space of a template is kept as written, without the indentation of the source") func whiteSpace() {
        let page = #html(
            """
            <p>
              a \
            b

            \("c")
            </p>

            """)
        #expect(page.string == "<p>\n  a b\n\nc\n</p>\n")
    }

    @Test("An attribute whose whole value is nil is left out") func optionalAttributes() {
        let none: String? = nil
        #expect(#html("<p id='a' title=\"\(none)\" lang=\"\(Optional("de"))\">b</p>").string == "<p id='a' lang=\"de\">b</p>")
        #expect(#html("<p class=\"a \(none)\"></p>").string == "<p class=\"a \"></p>")
        #expect(#html("<a href=\"\(none)\" data-id=\"\(Int?.none)\">b</a>").string == "<a>b</a>")
    }

    @Test("A boolean attribute is there or not; others say true or false") func booleans() {
        let page = { (isOn: Bool) in #html("<input checked=\"\(isOn)\" required=\"\(!isOn)\" aria-busy=\"\(isOn)\">").string }
        #expect(page(true) == "<input checked aria-busy=\"true\">")
        #expect(page(false) == "<input required aria-busy=\"false\">")
    }

    @Test("HTML is written as it is into text, and text is not") func inner() {
        let inner = #html("<b>\("<")</b>")
        #expect(
            #html("<p>\(inner)\([inner, inner])\(Optional(inner))\(HTML?.none)\(inner.string)</p>").string
                == "<p><b>&lt;</b><b>&lt;</b><b>&lt;</b><b>&lt;</b>&lt;b&gt;&amp;lt;&lt;/b&gt;</p>")
        #expect(#html("<p>\(HTML(raw: "<i>a</i>"))</p>").string == "<p><i>a</i></p>")
    }

    @Test("A loop writes its body for each element") func loops() {
        let page = #html(
            """
            <ul>\(bots.map { bot in
                #html("""
                    <li id="bot-\(bot.id)">\(bot.name)\(bot.note.map { #html("<i>\($0)</i>") })\
                    \(bot.keys.map { #html("<code>\($0)</code>") })</li>
                    """)
            })</ul>
            """)
        #expect(
            page.string == """
                <ul><li id="bot-1">Desk<i>a &amp; b</i><code>x</code><code>&lt;y&gt;</code></li><li id="bot-2">&lt;Shop&gt;</li></ul>
                """)
    }

    @Test("Whatever form a loop has, it writes the same") func formsOfLoops() {
        let expected = "<p>1 Desk</p><p>2 &lt;Shop&gt;</p>"
        #expect(#html("\(bots.map { #html("<p>\($0.id) \($0.name)</p>") })").string == expected)
        #expect(#html("\(bots.map { bot -> HTML in #html("<p>\(bot.id) \(bot.name)</p>") })").string == expected)
        #expect(#html("\(bots.lazy.map { bot in return #html("<p>\(bot.id) \(bot.name)</p>") })").string == expected)
        #expect(#html("\(bots.map { bot in let id = bot.id; return #html("<p>\(id) \(bot.name)</p>") })").string == expected)
        #expect(#html("\(bots.enumerated().map { index, bot in #html("<p>\(index + 1) \(bot.name)</p>") })").string == expected)
        #expect(#html("\(bots.enumerated().map { #html("<p>\($0 + 1) \($1.name)</p>") })").string == expected)
        #expect(
            #html("\(bots.map { bot in guard bot.id > 0 else { return #html("") }; return #html("<p>\(bot.id) \(bot.name)</p>") })").string
                == expected)
        #expect(#html("\(bots.map { bot in (bot.id > 0 ? #html("<p>\(bot.id) \(bot.name)</p>") : nil) })").string == expected)
        let branches = #html(
            """
            \(bots.map { bot in
                if bot.id == 1 { #html("<p>1 Desk</p>") } else if bot.id == 2 { #html("<p>2 \(bot.name)</p>") } else { HTML.empty }
            })
            """)
        #expect(branches.string == expected)
        #expect(#html("\(bots.map { bot in HTML(raw: "<p>\(bot.id) ") })").string == "<p>1 <p>2 ")
    }

    @Test("A choice writes one of two templates or nothing", arguments: [true, false])
    func choices(isOn: Bool) {
        #expect(#html("<p>\(isOn ? #html("<b>on</b>") : nil)</p>").string == (isOn ? "<p><b>on</b></p>" : "<p></p>"))
        #expect(#html("<p class=\"\(isOn ? "on" : nil)\">a</p>").string == (isOn ? "<p class=\"on\">a</p>" : "<p>a</p>"))
        #expect(
            #html("<table>\(isOn ? #html("<tr><td>a</td></tr>") : #html("<tr></tr>"))</table>").string
                == (isOn ? "<table><tr><td>a</td></tr></table>" : "<table><tr></tr></table>"))
    }

    @Test("An error in a hole leaves the template, and the next one renders") func errors() throws {
        struct Missing: Error {}
        func name(_ isThere: Bool) throws -> String { if isThere { "a" } else { throw Missing() } }
        #expect(throws: Missing.self) { try #html("<p>x\(name(false))</p>") }
        #expect(try #html("<p>x\(name(true))</p>").string == "<p>xa</p>")
    }

    @Test("Pages made at the same time on many threads do not mix") func threads() async {
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<64 {
                group.addTask {
                    let inner = (0..<100).map { _ in #html("<b>\(number)</b>") }
                    return #html("<p>\(inner)</p>").string == "<p>" + String(repeating: "<b>\(number)</b>", count: 100) + "</p>"
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test("HTML gives its bytes, its count and equality") func bytes() {
        let page = #html("<p>\("ä")</p>")
        #expect(page.count == 9 && !page.isEmpty && HTML.empty.isEmpty)
        #expect(page.withUnsafeBytes { Array($0) } == Array("<p>ä</p>".utf8))
        #expect(page == HTML(raw: "<p>ä</p>") && page != .empty)
        #expect(HTML.empty.withUnsafeBytes { $0.count } == 0)
    }
}
