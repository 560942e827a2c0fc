@testable import HolePages
import Templates
import TemplateSyntax
import Testing

/// `Tests/Browser/test_templates.py` asks the same of a browser.
@Suite struct StructureTests {
    static let strings = 150

    @Test("No string in any hole changes the elements and attributes of a page", arguments: HolePage.all)
    func structure(page: HolePage) {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        let expected = shape(page.render(HolePage.harmless))
        let broken = Hostile(seed: seed).prefix(Self.strings).first { text in
            let html = page.render(text)
            return shape(html) != expected || !ParsedTemplate(parsing: html.string).problems.isEmpty
        }
        #expect(broken == nil, "seed \(seed): \(broken.map { page.render($0).string.debugDescription } ?? "")")
    }

    @Test("The check sees a string that breaks out") func breakOut() {
        #expect(shape(HTML(raw: "<p><b></b></p>")) != shape(HTML(raw: "<p></p>")))
        #expect(shape(HTML(raw: "<p a=\"\" b=\"\">")) != shape(HTML(raw: "<p a=\"\">")))
    }

    /// The tags with the names of their attributes.
    private func shape(_ html: HTML) -> [String] {
        ParsedTemplate(parsing: html.string).tokens.compactMap { token in
            switch token {
            case .startTag(let name, let attributes, _): "<\(name) \(attributes.map(\.name))>"
            case .endTag(let name): "</\(name)>"
            case .comment: "<!-- -->"
            case .doctype: "<!doctype>"
            case .text: nil
            }
        }
    }
}

extension HolePage: CustomTestStringConvertible {
    public var testDescription: String { name }
}
