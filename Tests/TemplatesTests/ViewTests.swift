import Templates
import Testing

@View struct Line {
    let id: Int64
    let productName: String
    var note: String?
    var isSold: Bool = false
    @Hidden let margin: Double

    var html: HTML {
        #html("<li id=\"line-\(id)\" hidden=\"\(isSold)\">\(productName)\(note.map { #html(" <small>\($0)</small>") })</li>")
    }
}

@View struct Order {
    let lines: [Line]
    let firstLine: Line?
    let total: Double
    let counts: [String: Int]
    let json: String
    let `class`: String

    var lineCount: Int { lines.count }

    var html: HTML { #html("<ul class=\"\(`class`)\">\(lines)</ul>\(firstLine)") }
}

@Suite struct ViewTests {
    let tea = Line(id: 1, productName: "Tea & \"Cake\"", note: "</script>", margin: 0.5)
    let pie = Line(id: 2, productName: "Pie", isSold: true, margin: 0.25)

    @Test("A view is a page and the JSON of the same values") func both() {
        #expect(tea.html.string == "<li id=\"line-1\">Tea &amp; &#34;Cake&#34; <small>&lt;/script&gt;</small></li>")
        #expect(json(tea) == #"{"id":1,"product_name":"Tea & \"Cake\"","note":"</script>","is_sold":false}"#)
        #expect(pie.html.string == "<li id=\"line-2\" hidden>Pie</li>")
        #expect(json(pie) == #"{"id":2,"product_name":"Pie","note":null,"is_sold":true}"#)
    }

    @Test("A hidden property is in no JSON") func hidden() {
        #expect(!json(tea).contains("margin"))
        #expect(tea.margin == 0.5)
    }

    @Test("Views stand in views, in lists and in optionals") func nested() {
        let order = Order(lines: [tea, pie], firstLine: nil, total: 9.5, counts: ["b": 2, "a": 1], json: "{", class: "order")
        #expect(order.html.string == "<ul class=\"order\">\(tea.html.string)\(pie.html.string)</ul>")
        #expect(
            json(order) == #"{"lines":[\#(json(tea)),\#(json(pie))],"first_line":null,"total":9.5,"#
                + #""counts":{"a":1,"b":2},"json":"{","class":"order"}"#)
    }

    @Test("Views of several kinds stand in one list") func kinds() {
        let views: [any View] = [tea, Order(lines: [], firstLine: pie, total: 0, counts: [:], json: "", class: "")]
        #expect(#html("<div>\(views.map(\.html))</div>").string == "<div>\(tea.html.string)<ul class=\"\"></ul>\(pie.html.string)</div>")
    }
}

func json(_ value: some JSONEncodable) -> String {
    var json = JSONWriter()
    value.write(to: &json)
    return String(decoding: json.bytes, as: UTF8.self)
}
