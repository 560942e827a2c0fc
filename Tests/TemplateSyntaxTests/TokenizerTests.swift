@testable import TemplateSyntax
import Testing

/// `{}` stands for a hole.
func parse(_ template: String) -> ParsedTemplate {
    var bytes: [UInt8] = []
    var rest = Substring(template)
    while let hole = rest.firstRange(of: "{}") {
        bytes += rest[..<hole.lowerBound].utf8
        bytes.append(ParsedTemplate.holeMark)
        rest = rest[hole.upperBound...]
    }
    return ParsedTemplate(parsing: bytes + rest.utf8)
}

@Suite struct TokenizerTests {
    typealias Token = ParsedTemplate.Token

    static let table: [(String, [Token])] = [
        ("", []),
        ("a > b", [.text("a > b")]),
        ("<p>a</p>", [start("p"), .text("a"), .endTag(name: "p")]),
        ("<P>a</P >", [start("p"), .text("a"), .endTag(name: "p")]),
        ("<br>", [start("br")]),
        ("<br/>", [start("br", isSelfClosing: true)]),
        ("<br />a", [start("br", isSelfClosing: true), .text("a")]),
        ("<p\n\tclass=\"a\"\n>", [start("p", ("class", "a"))]),
        ("<input checked>", [start("input", ("checked", nil))]),
        ("<input checked disabled>", [start("input", ("checked", nil), ("disabled", nil))]),
        ("<p ID='a' title=\"b\">", [start("p", ("id", "a"), ("title", "b"))]),
        ("<p id = 'a'>", [start("p", ("id", "a"))]),
        ("<p title='a \" b' lang=\"it's\">", [start("p", ("title", "a \" b"), ("lang", "it's"))]),
        ("<p title=\"a > b < c\">", [start("p", ("title", "a > b < c"))]),
        ("<p title=\"\">", [start("p", ("title", ""))]),
        ("<a href=/a/b?c>x", [start("a", ("href", "/a/b?c")), .text("x")]),
        ("<my-part data-x.y=\"1\">", [start("my-part", ("data-x.y", "1"))]),
        (
            "<svg viewBox=\"0 0 1 1\"><path d=\"M0\"/></svg>",
            [
                start("svg", ("viewbox", "0 0 1 1")), start("path", ("d", "M0"), isSelfClosing: true), .endTag(name: "svg"),
            ]
        ),
        ("<!doctype html>\n", [.doctype, .text("\n")]),
        ("<!DOCTYPE HTML>", [.doctype]),
        ("a<!-- <p> -- > -->b", [.text("a"), .comment, .text("b")]),
        ("<!---->b", [.comment, .text("b")]),
        ("<!-->b", [.comment, .text("b")]),
        ("<!--->b", [.comment, .text("b")]),
        (
            "<script>if (a < b && \"</p>\") {}</script>b",
            [
                start("script"), .text("if (a < b && \"</p>\") \u{FFFD}"), .endTag(name: "script"), .text("b"),
            ]
        ),
        ("<textarea>\"a\\</textarea>b", [start("textarea"), .text("\"a\\"), .endTag(name: "textarea"), .text("b")]),
        ("<title>a &lt;</TITLE>", [start("title"), .text("a &lt;"), .endTag(name: "title")]),
        (
            "<style>a::before { content: \"</b>\" }</style>",
            [
                start("style"), .text("a::before { content: \"</b>\" }"), .endTag(name: "style"),
            ]
        ),
        ("ä<p>日本</p>", [.text("ä"), start("p"), .text("日本"), .endTag(name: "p")]),
    ]

    @Test("The text is cut into tags, texts and comments", arguments: table)
    func tokens(text: String, expected: [Token]) {
        #expect(parse(text).tokens == expected)
    }

    @Test("Literals and holes together are the whole template", arguments: table.map(\.0))
    func literals(text: String) {
        let parsed = parse(text)
        let covered = parsed.pieces.reduce(0) { sum, piece in
            if case .literal(let range) = piece { sum + range.count } else { sum + 1 }
        }
        #expect(covered == text.replacing("{}", with: "x").utf8.count)
    }

    @Test("Half a tag is a mistake, whatever half it is") func halves() {
        let page = "<!doctype html><p title=\"a\" hidden>b<!-- c --></p><textarea>d</textarea>"
        for length in 1..<page.utf8.count {
            let start = String(decoding: page.utf8.prefix(length), as: UTF8.self)
            let isWhole = ["<!doctype html>", page.replacing("<textarea>d</textarea>", with: "")].contains(start)
            #expect(parse(start).problems.isEmpty == isWhole, "\(start)")
        }
        #expect(parse(page).problems.isEmpty)
    }

    @Test("Whatever a template is made of, either it has a problem or each of its holes is escaped once") func anyTemplate() {
        let parts = [
            "{}", "{}", "<p>", "</p>", "<a href=\"", "<p title='", "\"", "'", ">", "<", "</", "/", "=", " ", "\\", "&", ":", "-", "a",
            "<!--", "-->",
            "<textarea>", "</textarea>", "<script type=\"application/json\">", "</script>", "<svg>", "</svg>", "<br>", "<table>", "<tr>",
        ]
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        var state = seed
        for _ in 0..<20_000 {
            let template = (0..<12).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return parts[Int(state >> 33) % parts.count]
            }.joined()
            let parsed = parse(template)
            let indexes = parsed.pieces.compactMap { if case .hole(let index, _) = $0 { index } else { nil } }
            let isWhole = indexes == Array(0..<template.split(separator: "{}", omittingEmptySubsequences: false).count - 1)
            #expect(isWhole || !parsed.problems.isEmpty, "\(template), seed \(seed)")
        }
    }

    private static func start(
        _ name: String, _ attributes: (String, String?)..., isSelfClosing: Bool = false
    ) -> Token {
        .startTag(name: name, attributes: attributes.map { .init(name: $0.0, value: $0.1) }, isSelfClosing: isSelfClosing)
    }
}
