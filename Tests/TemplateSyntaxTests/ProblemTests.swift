@testable import TemplateSyntax
import Testing

@Suite struct ProblemTests {
    @Test(
        "A mistake is named at its place",
        arguments: [
            // Nesting
            ("a<p>b", 1, "<p> is never closed"),
            ("<p>a</b></p>", 4, "</b> closes nothing"),
            ("<p><b>a</p>", 7, "</p> comes while <b> is open"),
            ("<br></br>", 4, "</br>: <br> has no closing tag"),
            ("<p>a<div>b</div></p>", 4, "<div> inside <p>, which it closes"),
            ("<p><b>a<ul></ul></b></p>", 7, "<ul> inside <p>, which it closes"),
            ("<a><b><a></a></b></a>", 6, "<a> inside <a>"),
            ("<form><div><form></form></div></form>", 11, "<form> inside <form>"),
            ("<ul><li>a<li>b</li></li></ul>", 9, "<li> inside <li>, which it closes"),
            ("<h1><h2>a</h2></h1>", 4, "<h2> inside <h1>, which it closes"),
            ("<div><td>a</td></div>", 5, "<td> inside <div> is dropped by the browser"),
            ("<div><body></body></div>", 5, "<body> inside <div> is dropped by the browser"),
            ("<table><div></div></table>", 7, "<div> directly in <table> is moved out of the table"),
            ("<table><tr> a</tr></table>", 12, "text directly in <tr> is moved out of it"),
            ("<head>a</head>", 6, "text directly in <head> is moved out of it"),
            // Tags
            ("<blink>a</blink>", 0, "<blink> is not an HTML element"),
            ("<div/>", 0, "<div/> does not close itself; write <div></div>"),
            ("a < b", 2, "a stray <; write &lt;"),
            ("</p x>", 0, "a closing tag is </name>"),
            ("<br title=\"a\"", 0, "<br> is not closed with >"),
            ("<p <b></b></p>", 0, "<p> is not closed with >"),
            ("<!element>", 0, "<! starts only <!doctype> or a comment <!-- -->"),
            ("<!-- a", 0, "the comment is never closed"),
            ("<!-- a --!> b -->", 7, "--!> ends a comment; write -->"),
            ("<svg><script></script></svg>", 5, "<script> inside <svg> or <math>"),
            ("<textarea>a < b</textarea>", 12, "a stray <; write &lt;"),
            ("<script>a <!-- b</script>", 10, "<!-- in <script> hides its closing tag"),
            ("<script type=\"application/json\">\"<\"</script>", 33, "a < in JSON; write \\u003c"),
            // Attributes
            ("<p a=\"1\"b=\"2\"></p>", 8, "white space is missing before the attribute"),
            ("<p a=\"1\" A=\"2\"></p>", 9, "a stands twice in <p>"),
            ("<p a=\"1></p>", 5, "the value of a is never closed with a quote"),
            ("<p a=></p>", 5, "the value of a is missing"),
            ("<p a=b\"c></p>", 6, "the value of a needs quotes"),
            ("<p =a></p>", 3, "an attribute name is missing"),
            ("<p @click=\"a\"></p>", 3, "@click is not an attribute name"),
            ("<p onclick=\"a\"></p>", 3, "onclick holds a script, which the content security policy forbids; listen in app.js"),
            ("<p hx-on:click=\"a\"></p>", 3, "hx-on:click holds a script, which the content security policy forbids"),
            ("<p hx-vals=\"js:a\"></p>", 12, "hx-vals runs a script, which the content security policy forbids"),
            ("<a href=\"JavaScript:a\">b</a>", 9, "javascript: runs a script"),
            ("<a href=\"java\tscript:a\">b</a>", 9, "javascript: runs a script"),
            ("<a href=\"javascript&colon;a\">b</a>", 9, "a character reference in the scheme of an address"),
            ("<a href=\"&#106;avascript:a\">b</a>", 9, "a character reference in the scheme of an address"),
            ("<iframe src=\"data:text/html,a\"></iframe>", 13, "data: is a page of its own"),
            // Holes
            ("<{}>", 1, "a hole in a tag name"),
            ("<h{}>", 2, "a hole in a tag name"),
            ("<p></p{}></p>", 6, "a hole in a closing tag"),
            ("<p {}></p>", 3, "a hole in an attribute name"),
            ("<p a{}=\"b\"></p>", 4, "a hole in an attribute name"),
            ("<p a={}></p>", 5, "a hole in an unquoted value; write a=\"…\""),
            ("<p style=\"{}\"></p>", 10, "a hole in style: it is CSS; choose a class instead"),
            ("<p hx-vals='{}'></p>", 12, "a hole in hx-vals: it can hold a script; use a hidden input"),
            ("<script type=\"{}\"></script>", 14, "a hole in type: it decides whether the content is run"),
            ("<base href=\"{}\">", 12, "a hole in href: it changes what other addresses or attributes mean"),
            ("<meta http-equiv=\"x\" content=\"{}\">", 30, "a hole in content: http-equiv makes it a command"),
            (
                "<script>{}</script>", 8,
                "a hole in <script>; put the value into a data- attribute or into <script type=\"application/json\">"
            ),
            ("<style>{}</style>", 7, "a hole in <style>; choose a class instead"),
            ("<iframe>{}</iframe>", 8, "a hole in <iframe>; it cannot be escaped there"),
            (
                "<script type=\"application/json\">\"{}\"</script>", 33,
                "a hole in a JSON string; leave out the quotes, the hole writes them"
            ),
            ("<!-- {} -->", 5, "a hole in a comment"),
            ("<!doctype {}>", 10, "a hole in <!doctype>"),
            ("<p>&{};</p>", 4, "a hole in a character reference; write &amp;"),
            ("<p title=\"a &#{};\"></p>", 14, "a hole in a character reference; write &amp;"),
            ("<textarea><{}</textarea>", 10, "a stray <; write &lt;"),
            ("<input checked=\"a{}\">", 17, "checked takes one hole of type Bool: checked=\"\\(…)\""),
            ("<script src=\"{}\"></script>", 13, "a hole at the start of a script's address; begin it with a path: src=\"/…\""),
            ("<a href=\"https://{}\">b</a>", 17, "a hole in the host of an address; make the whole address one hole"),
            ("<a href=\"//{}/b\">b</a>", 11, "a hole in the host of an address; make the whole address one hole"),
            ("<a href=\"{}:b\">b</a>", 9, "a hole in the scheme of an address; make the whole address one hole"),
            ("<a href=\"java{}:b\">b</a>", 13, "a hole in the scheme of an address; make the whole address one hole"),
            ("<a href=\"{}&colon;b\">b</a>", 9, "a hole in the scheme of an address; make the whole address one hole"),
            ("<img src=\"data:{}\" alt=\"\">", 15, "a hole in a data: address"),
        ])
    func problems(template: String, offset: Int, message: String) {
        #expect(parse(template).problems == [.init(message: message, offset: offset)])
    }

    @Test(
        "What the browser understands as written is no mistake",
        arguments: [
            "<!doctype html>\n<html lang=\"en\"><head><title>a</title></head><body><p>b</p></body></html>\n",
            "<ul><li>a<ul><li>b</li></ul></li></ul>",
            "<table><caption>a</caption><thead><tr><th>b</th></tr></thead><tbody>{}</tbody></table>",
            "<button><p>a</p></button><details><summary>a</summary><p>b</p></details>",
            "<p><svg><title>a</title><linearGradient/></svg></p>", "<my-part></my-part>", "<img src=\"data:image/png;base64,x\" alt=\"\">",
            "<a href=\"a&amp;b:c\">d</a>", "<a href=\"{}?a=b:c\">d</a>", "<a href=\"{}/a:b\">d</a>", "<p>a &amp; {}</p>",
        ])
    func accepted(template: String) {
        #expect(parse(template).problems == [])
    }
}
