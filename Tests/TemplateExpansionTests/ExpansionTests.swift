import Testing

@Suite struct ExpansionTests {
    @Test("A template becomes its literals and its holes, labelled with their context") func labels() throws {
        let expanded = try Expansion(of: #"#html("<a href='\(path)' title='\(title)' class='a \(kind)'>\(name)</a>")"#).templates()
        #expect(
            expanded == [
                #"""
                Templates.HTML(rendering: """
                <a\(url: path, " href=\"")\(attribute: title, " title=\"") class='a \(value: kind)'>\(text: name)</a>
                """)
                """#
            ])
    }

    @Test("A loop over a template is written in place, with the names its author gave") func loops() throws {
        let source = #"#html("<ul>\(rows.map { row in #html("<li>\(row.name)</li>") })</ul>")"#
        let expanded = try #require(try Expansion(of: source).templates().first)
        #expect(expanded.contains(#"\(each: rows, { row, __rendering in"#))
        #expect(expanded.contains(#"__rendering.appendLiteral("<li>")"#))
        #expect(expanded.contains("__rendering.appendInterpolation(text: row.name)"))
        #expect(!expanded.contains("#html"))
    }

    @Test(
        "No template is left inside an expansion, wherever it stands",
        arguments: [
            #"#html("\(rows.map { #html("<p>\($0)</p>") })")"#,
            #"#html("\(isOn ? #html("<p>a</p>") : #html("<p>b</p>"))")"#,
            #"#html("\(rows.map { row in if row.isOn { #html("a") } else if row.isNew { #html("b") } else { #html("c") } })")"#,
            #"#html("\(rows.map { row in guard row.isOn else { return #html("") }; return #html("<p>a</p>") })")"#,
            #"#html("\(rows.map { row -> HTML in #html("a") })")"#,
            #"#html("\(rows.map { row in switch row { case 1: #html("a"); default: #html("b") } })")"#,
            #"#html("\(row.map { (#html("\($0)")) })")"#,
            #"#html("\(card(title: "a", #html("<b>\(rows.map { #html("\($0)") })</b>")))")"#,
            #"#html("\(pairs.map { key, value in let text = key; return #html("\(text)\(value)") })")"#,
            #"#html("\(pairs.map { #html("\($0)\($1)") })")"#,
        ])
    func nested(source: String) throws {
        let expansion = Expansion(of: source)
        let expanded = try expansion.templates()
        #expect(expansion.mistakes == [])
        #expect(expanded.allSatisfy { !$0.contains("#html") })
    }

    @Test("Quotes, backslashes and line ends of a template stay what they are") func escapes() throws {
        let expanded = try Expansion(of: ##"#html("a\"b\\c\nd\r\te\u{1F600}\0")"##).templates()
        #expect(expanded == ["Templates.HTML(rendering: \"\"\"\na\\\"b\\\\c\\nd\\r\te😀\\0\n\"\"\")"])
    }
}
