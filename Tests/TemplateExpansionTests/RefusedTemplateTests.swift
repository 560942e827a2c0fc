import Testing

/// Templates that must not compile. A `^` under a line marks the column of the error.
@Suite struct RefusedTemplateTests {
    @Test(
        "A template that a browser or a stranger could turn into another page does not compile",
        arguments: [
            Refused(
                #"""
                #html("<p>Hello")
                       ^
                """#, "<p> is never closed"),
            Refused(
                #"""
                #html("<p><b>Hello</p>")
                                  ^
                """#, "</p> comes while <b> is open"),
            Refused(
                #"""
                let page = #html("""
                    <ul>
                      <li>\(name)</i>
                                 ^
                    </ul>
                    """)
                """#, "</i> closes nothing", "</ul> comes while <li> is open"),
            Refused(
                #"""
                #html("<p>\(name)<div>\(name)</div></p>")
                                 ^
                """#, "<div> inside <p>, which it closes"),
            Refused(
                #"""
                #html("<div>\(rows.map { #html("<td>\($0)</td><div><tr></tr></div>") })</div>")
                                                                   ^
                """#, "<tr> inside <div> is dropped by the browser"),
            Refused(
                #"""
                #html("<table>\(rows) of \(count)</table>")
                                      ^
                """#, "text directly in <table> is moved out of it"),
            Refused(
                #"""
                #html("<sectoin></sectoin>")
                       ^
                """#, "<sectoin> is not an HTML element"),
            Refused(
                #"""
                #html("<script>let name = '\(name)'</script>")
                                           ^
                """#, "a hole in <script>; put the value into a data- attribute or into <script type=\"application/json\">"),
            Refused(
                #"""
                #html("""
                    <script type="application/json">
                    {"name": "\(name)"}
                              ^
                    </script>
                    """)
                """#, "a hole in a JSON string; leave out the quotes, the hole writes them"),
            Refused(
                #"""
                #html("<style>p { color: \(color) }</style>")
                                         ^
                """#, "a hole in <style>; choose a class instead"),
            Refused(
                #"""
                #html("<p style=\"color: \(color)\">a</p>")
                                         ^
                """#, "a hole in style: it is CSS; choose a class instead"),
            Refused(
                #"""
                #html("<p onclick=\"open(\(id))\">a</p>")
                          ^
                """#, "onclick holds a script, which the content security policy forbids; listen in app.js"),
            Refused(
                #"""
                #html("<p hx-on:click='close()'>a</p>")
                          ^
                """#, "hx-on:click holds a script, which the content security policy forbids"),
            Refused(
                #"""
                #html("<p hx-vals='{\"id\": \(id)}'>a</p>")
                                            ^
                """#, "a hole in hx-vals: it can hold a script; use a hidden input"),
            Refused(
                #"""
                #html("<h\(level)>a")
                         ^
                """#, "a hole in a tag name"),
            Refused(
                #"""
                #html("<p \(name)=\"a\">a</p>")
                          ^
                """#, "a hole in an attribute name"),
            Refused(
                #"""
                #html("<p \(attributes)>a</p>")
                          ^
                """#, "a hole in an attribute name"),
            Refused(
                #"""
                #html("<a href=\(path)>a</a>")
                               ^
                """#, "a hole in an unquoted value; write href=\"…\""),
            Refused(
                #"""
                #html("<p>a<!-- \(name) --></p>")
                                ^
                """#, "a hole in a comment"),
            Refused(
                #"""
                #html("<a href='javascript:open(\(id))'>a</a>")
                                ^
                """#, "javascript: runs a script"),
            Refused(
                #"""
                #html("<a href='\(scheme)://example.org'>a</a>")
                                ^
                """#, "a hole in the scheme of an address; make the whole address one hole"),
            Refused(
                #"""
                #html("<a href='https://\(host)/a'>a</a>")
                                        ^
                """#, "a hole in the host of an address; make the whole address one hole"),
            Refused(
                #"""
                #html("<script src='\(address)'></script>")
                                    ^
                """#, "a hole at the start of a script's address; begin it with a path: src=\"/…\""),
            Refused(
                #"""
                #html("<iframe srcdoc='\(page)'></iframe>")
                                       ^
                """#, "a hole in srcdoc: it is a page of its own"),
            Refused(
                #"""
                #html("<img src='/a' srcset='\(addresses)' alt=''>")
                                             ^
                """#, "a hole in srcset: it is a list of addresses; put one into src"),
            Refused(
                #"""
                #html("<meta http-equiv='refresh' content='0'>")
                             ^
                """#, "<meta http-equiv=\"refresh\"> moves the reader; answer with a redirect"),
            Refused(
                #"""
                #html("<input checked='\(isOn) '>")
                                       ^
                """#, "checked takes one hole of type Bool: checked=\"\\(…)\""),
            Refused(
                #"""
                #html("<p>&\(entity);</p>")
                           ^
                """#, "a hole in a character reference; write &amp;"),
            Refused(
                #"""
                #html("<p title='a' title='b'>a</p>")
                                    ^
                """#, "title stands twice in <p>"),
            Refused(
                #"""
                #html("<p title='a>b</p>")
                                ^
                """#, "the value of title is never closed with a quote"),
            Refused(
                #"""
                #html("<input value='a'/ disabled>")
                                       ^
                """#, "white space is missing before the attribute", "an attribute name is missing"),
            Refused(
                #"""
                #html("é🙂\u{e9}\t\"\\<b>")
                                     ^
                """#, "<b> is never closed"),
            Refused(
                #"""
                #html("""
                    <p>one \
                    line <i></p>
                            ^
                    """)
                """#, "</p> comes while <i> is open"),
            Refused(
                #"""
                #html("\(rows.map { row in guard row.isOn else { return #html("") }; return #html("<b>") })")
                                                                                                   ^
                """#, "<b> is never closed"),
            Refused(
                #"""
                #html(text)
                ^
                """#, "#html takes one string literal"),
            Refused(
                #"""
                #html(#"<p>a</p>"#)
                      ^
                """#, "#html takes a literal without #"),
            Refused(
                #"""
                #html("<p>\(name: a)</p>")
                          ^
                """#, "a hole takes one value without a label"),
        ])
    func refused(template: Refused) throws {
        let expansion = Expansion(of: template.source)
        _ = try expansion.templates()
        #expect(expansion.mistakes.first == template.first)
        #expect(expansion.mistakes.map(\.message) == template.messages)
    }

    @Test("A whole template has no mistakes, so the check could fail") func accepted() throws {
        let expansion = Expansion(of: #"#html("<p title=\"\(name)\">\(name)</p>")"#)
        _ = try expansion.templates()
        #expect(expansion.mistakes == [])
    }

    @Test("Each mistake of a template is reported") func several() throws {
        let expansion = Expansion(of: #"#html("<p style=\"\(a)\">\(b)</b> < <i></p>")"#)
        _ = try expansion.templates()
        #expect(expansion.mistakes.map(\.column) == [19, 30, 35, 40])
    }
}

/// A source and where its first mistake is.
struct Refused: Sendable, CustomTestStringConvertible {
    let source: String
    let first: Mistake
    let messages: [String]

    init(_ marked: String, _ messages: String...) {
        var lines = marked.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let mark = lines.firstIndex { $0.allSatisfy { $0 == " " || $0 == "^" } && $0.contains("^") } ?? 0
        // The columns of a compile error count bytes.
        let characters = lines.remove(at: mark).prefix { $0 == " " }.count
        let column = mark > 0 ? lines[mark - 1].prefix(characters).utf8.count : 0
        source = lines.joined(separator: "\n")
        first = Mistake(line: mark, column: column + 1, message: messages.first ?? "")
        self.messages = messages
    }

    var testDescription: String { source }
}
