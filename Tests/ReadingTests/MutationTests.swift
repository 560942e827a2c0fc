import Testing

@testable import Reading

@Suite("Whatever bytes come") struct MutationTests {
    private static let rounds = 400

    /// The same bytes in every run.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64 = 88_172_645_463_325_252

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    private static let html =
        "<!doctype html><title>x</title><base href=/a><h1>A &amp; b</h1><p>t<br>x<ul><li>a<ol><li>b</ol></ul><table><tr>"
        + "<td>1<td>2</table><details><summary>q?</summary>a</details><dl><dt>q<dd>a</dl><pre> c </pre><form><label>x</form><nav>n</nav>"
        + "<a href='mailto:a@b'>m</a><script>s</script><!-- c --><b>bold</b>&#x41;&#65;"
    private static let xml =
        "<?xml v?><w:document xmlns:w='x'><w:p><w:pPr><w:pStyle w:val='Heading1'/><w:numPr><w:ilvl w:val='1'/></w:numPr>"
        + "</w:pPr><w:r><w:t>te&amp;xt</w:t><w:tab/><w:br/></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
        + "<![CDATA[x]]><!-- --></w:document>"

    @Test("files are read or refused")
    func files() async throws {
        var dice = Dice()
        let samples = [
            (Array(Self.html.utf8), "a.html"), (Array("a,b,c\n\"x\"\"y\",2,3\nq?,a\n;\t|\"\n".utf8), "a.csv"),
            (word(paragraph("Hello")), "a.docx"), (Array("# A\n\n- b\n\n| c | d |\n\n```\ne\n".utf8), "a.md"),
        ]
        for _ in 0..<Self.rounds {
            for (bytes, name) in samples { _ = await problem(mutated(bytes, &dice), name) }
            let parts = ["word/document.xml", "word/styles.xml"].map { Zip.Entry($0, mutated(Array(Self.xml.utf8), &dice)) }
            _ = await problem(Zip(entries: parts).bytes, "a.docx")
        }
    }

    @Test("what a site says is read or left")
    func sites() {
        var dice = Dice()
        let lines = "   Title here\n\n  a    b     c\n- item\n1. x\n\nword-\nword   END\n• b\n"
        let links = ["http://example.com:80/a/../b?utm_source=x&y=%41#f", "//h/p?q", "../../x", "?", "http://[::1]:9/", "https://x:443"]
        for round in 0..<Self.rounds {
            let robots = Robots(mutated(Array("User-agent: *\nDisallow: /a*b$\nCrawl-delay: 2\n".utf8), &dice))
            _ = robots.allows("/a1b")
            _ = Sitemap(mutated(Array("<urlset><url><loc>http://x/a?b&amp;c</loc></url></urlset>".utf8), &dice))
            _ = PageText.blocks(String(decoding: mutated(Array(lines.utf8), &dice), as: UTF8.self))
            let link = String(decoding: mutated(Array(links[round % links.count].utf8), &dice), as: UTF8.self)
            for address in [PageAddress(link), PageAddress("http://example.com/a/b?q")?.following(link)] {
                if let address { #expect(PageAddress(address.text) == address) }
            }
        }
    }

    private func mutated(_ bytes: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &dice) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &dice)
            switch Int.random(in: 0..<4, using: &dice) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &dice)
            case 1: bytes.insert("<>&\"'/= \n?:;#*$|-".utf8.randomElement(using: &dice) ?? 0, at: place)
            case 2: bytes.insert(contentsOf: bytes[place...].prefix(30), at: Int.random(in: bytes.indices, using: &dice))
            default: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &dice)))
            }
        }
        return bytes
    }
}
