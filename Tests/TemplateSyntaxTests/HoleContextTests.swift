@testable import TemplateSyntax
import Testing

@Suite struct HoleContextTests {
    typealias Context = ParsedTemplate.HoleContext

    @Test(
        "A hole has the context of its place",
        arguments: [
            ("{}", [Context.text]),
            ("<p>a {}{} b</p>", [.text, .text]),
            ("<textarea>{}</textarea>", [.text]),
            ("<title>{} · b</title>", [.text]),
            ("<textarea>\"\\{}</textarea>", [.text]),
            ("<table>{}</table>", [.markup]),
            ("<table><tr>{}<td>{}</td></tr></table>", [.markup, .text]),
            ("<html><head>{}</head><body>{}</body></html>", [.markup, .text]),
            ("<p title=\"{}\">", [.attribute(name: "title")]),
            ("<p Title = '{}'>", [.attribute(name: "title")]),
            ("<p class=\"a {} b-{}\">", [.value, .value]),
            ("<p aria-hidden=\"{}\">", [.attribute(name: "aria-hidden")]),
            ("<input checked=\"{}\" disabled='{}'>", [.flag(name: "checked"), .flag(name: "disabled")]),
            ("<a href=\"{}\">", [.urlAttribute(name: "href")]),
            ("<a href=\"{}/edit?x={}\">", [.url, .urlComponent]),
            ("<a href=\"/bots/{}?q={}#{}\">", [.urlComponent, .urlComponent, .urlComponent]),
            ("<a href=\"https://example.org/{}\">", [.urlComponent]),
            ("<a href=\"#{}\">", [.urlComponent]),
            ("<a href=\"mailto:{}\">", [.urlComponent]),
            ("<img src=\"{}\" alt=\"{}\">", [.urlAttribute(name: "src"), .attribute(name: "alt")]),
            ("<form action=\"{}\">", [.urlAttribute(name: "action")]),
            ("<div hx-get=\"{}\" sse-connect='{}'>", [.urlAttribute(name: "hx-get"), .urlAttribute(name: "sse-connect")]),
            ("<div data-hx-get=\"{}\" data-get=\"{}\">", [.urlAttribute(name: "data-hx-get"), .attribute(name: "data-get")]),
            ("<div hx-target=\"#{}\">", [.value]),
            ("<object data=\"{}\"></object>", [.urlAttribute(name: "data")]),
            ("<data value=\"{}\">{}</data>", [.attribute(name: "value"), .text]),
            ("<meta name=\"description\" content=\"{}\">", [.attribute(name: "content")]),
            ("<script src=\"/js/{}\"></script>", [.urlComponent]),
            ("<script type=\"application/json\">{}</script>", [.json]),
            ("<script type=\"application/ld+json\">{\"a\": {}, \"b\": [{}]}</script>", [.json, .json]),
            ("<script type=\"application/json\">{\"a\": \"\\\"\", \"b\": {}}</script>", [.json]),
            ("<svg><title>{}</title><use href=\"{}\"/></svg>", [.text, .urlAttribute(name: "href")]),
        ])
    func contexts(template: String, expected: [Context]) {
        let contexts = parse(template).pieces.compactMap { piece in
            if case .hole(_, let context) = piece { context } else { nil }
        }
        #expect(contexts == expected)
    }

    @Test("Holes are counted in the order of the source") func order() {
        let indexes = parse("<a title=\"{}\" href='/{}/{}' hidden=\"{}\">{}</a>{}").pieces.compactMap { piece in
            if case .hole(let index, _) = piece { index } else { nil }
        }
        #expect(indexes == Array(0..<6))
    }

    @Test("A hole that is a whole attribute takes its name and the space before it along") func wholeAttribute() {
        #expect(
            parse("<p id='a'  title='{}'>").pieces == [
                .literal(0..<9), .hole(0, .attribute(name: "title")), .literal(20..<21),
            ])
    }
}
