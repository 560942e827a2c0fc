import Templates
import Testing

@Suite("The landing page and its shell") struct LandingTests {
    @Test("Every page is whole, and allows for a policy without inline scripts and styles", arguments: pages)
    func strictPolicy(name: String, shown: Markup) {
        #expect(shown.problems.isEmpty)
        for attribute in shown.attributes {
            #expect(!attribute.name.hasPrefix("on") && !attribute.name.hasPrefix("hx-on") && attribute.name != "style")
            #expect(attribute.value?.contains("javascript:") != true)
        }
        #expect(shown.values("src", of: "script").count == shown.names.filter { $0 == "script" }.count)
        #expect(!shown.names.contains("style") && !shown.names.contains("iframe"))
        let loaded = shown.values("src") + shown.values("href", of: "link")
        #expect(loaded.allSatisfy { $0.hasPrefix("/static/") }, "\(loaded)")
    }

    @Test("Every id is there once, and everything that names one finds it", arguments: pages)
    func references(name: String, shown: Markup) {
        let ids = shown.values("id")
        #expect(Set(ids).count == ids.count, "\(ids)")
        let labels = ["aria-labelledby", "aria-describedby", "for"].flatMap { shown.values($0) }.joined(separator: " ")
        let fragments = (shown.values("href") + shown.values("hx-target")).filter { $0.hasPrefix("#") }
        for name in labels.split(separator: " ") + fragments.map({ $0.dropFirst() }) { #expect(ids.contains(String(name))) }
        // The header and the footer lead to the landing page's sections from everywhere.
        let sections = shown.values("href").filter { $0.hasPrefix("/#") }
        #expect(sections.count >= 4 && shown.values("href").contains("/developers"))
        for section in sections { #expect(Markup(page()).values("id").contains(String(section.dropFirst(2)))) }
    }

    @Test("The page names the demo’s key, three examples, and forms that work without a script") func asking() {
        let shown = Markup(page())
        #expect(shown.value("data-demo-key", where: "id", "ask") == "fd_key")
        #expect(shown.values("action", of: "form") == ["/ask", "/ask"] && shown.values("method", of: "form") == ["post", "post"])
        #expect(shown.values("value", of: "button").count == 3)
        #expect(shown.text.contains("curl https://desk.example/api/v1/ask"))
        #expect(shown.text.contains("Authorization: Bearer fd_key"))
    }

    @Test("Search engines are kept from answers and errors, not from the landing page") func robots() {
        let noindex = "<meta name=\"robots\" content=\"noindex\">"
        #expect(!Markup(page()).text.contains(noindex))
        #expect(Markup(page(article: article())).text.contains(noindex))
        #expect(Markup(errorPage(404)).text.contains(noindex))
    }

    @Test("A refused question comes back in the box, with the reason in the alert") func refusal() {
        let shown = Markup(page(notice: Notice(message: "Please wait."), question: "Why?"))
        #expect(shown.text.contains("<div id=\"notice\" role=\"alert\"><p class=\"notice\">Please wait.</p></div>"))
        #expect(shown.text.contains("data-enter-sends>\nWhy?</textarea>"))
    }

    @Test(
        "An error page says in words what happened and what to name",
        arguments: [
            (404, "This page isn’t here"), (413, "That’s too long"), (429, "One moment, please"), (418, "That didn’t come through"),
            (503, "Back in a moment"), (500, "Something went wrong on our side"),
        ]) func errors(status: Int, title: String)
    {
        let shown = Markup(errorPage(status))
        #expect(shown.text.contains("<h1>\(title)</h1>"))
        #expect(shown.text.contains("<title>\(title) · Frontdesk</title>"))
        #expect(shown.text.contains("<code>r1</code>"))
        #expect(shown.text.contains(">\(status)</p>"))
    }
}
