import Templates
import Testing

@Suite("Answers as they are shown") struct AnswerTests {
    let hostile = "</textarea></h3><script>x</script>\" onload=\"x & 'y'"
    let escaped = "&lt;/textarea&gt;&lt;/h3&gt;&lt;script&gt;x&lt;/script&gt;&#34; onload=&#34;x &amp; &#39;y&#39;"

    // MARK: Each kind of answer

    @Test("An answer in the making connects to its events and can be fetched where they are lost") func pending() {
        let shown = Markup(article())
        #expect(shown.value("sse-connect", where: "aria-busy", "true") == "/ask/m1/events")
        #expect(shown.value("sse-swap", where: "aria-busy", "true") == "done,error")
        #expect(shown.value("href", where: "hx-target", "closest .answer") == "/ask/m1")
        #expect(!shown.text.contains("class=\"basis"))
    }

    @Test("A quoted answer says so and folds its citations in order") func quoted() {
        let shown = Markup(article(reply(.quoted, "Free.\n\nReally.", sources: 3)))
        #expect(shown.text.contains("<p class=\"basis basis-quoted\">Quoted from our own text</p>"))
        #expect(shown.text.contains("<p>Free.</p>\n<p>Really.</p>"))
        #expect(shown.values("id").filter { $0.hasPrefix("source-") } == ["source-m1-1", "source-m1-2", "source-m1-3"])
        #expect(shown.text.contains("<span class=\"citation-number\">3</span>Title 3</summary>"))
        #expect(!shown.attributes.contains { $0.name == "open" })
    }

    @Test("An answer in other words has its first source open") func basedOn() {
        let shown = Markup(article(reply(.basedOn, "**Free** [1].", sources: 2)))
        #expect(shown.text.contains("Based on our own text"))
        #expect(shown.text.contains("<strong>Free</strong> [1]."))
        #expect(shown.value("id", where: "open", nil) == "source-m1-1")
        #expect(shown.attributes.filter { $0.name == "open" }.count == 1)
    }

    @Test("A declined answer has no sources") func declined() {
        let shown = Markup(article(reply(.notInMyInformation, "Sorry. Write to hello@frontdesk.example.", sources: 0)))
        #expect(shown.text.contains("Not in my information"))
        #expect(shown.text.contains("hello@frontdesk.example"))
        #expect(!shown.text.contains("Where this comes from"))
    }

    @Test("A failed answer says what happened and asks again with the same words") func failed() {
        let shown = Markup(AnswerArticle(messageID: "m1", conversationID: "c1", question: "Why?", problem: "Something went wrong."))
        #expect(shown.text.contains("<div class=\"notice\"><p>Something went wrong.</p>"))
        #expect(shown.value("value", where: "type", "hidden") == "Why?")
    }

    @Test("A source links only to an address of the web") func links() {
        #expect(Markup(citation(url: "https://shop.example/terms")).values("href") == ["https://shop.example/terms"])
        #expect(Markup(citation(url: "javascript:alert(1)")).values("href") == ["about:invalid"])
        #expect(Markup(citation(url: nil)).values("href").isEmpty)
    }

    // MARK: What visitors write

    @Test("A hostile question is text in every place that shows it") func hostileQuestion() {
        for article in [article(question: hostile), article(reply(.quoted, "x", sources: 1), question: hostile)] {
            #expect(Markup(article).text.contains("</span>\(escaped)</h3>"))
            #expect(Markup(page(article: article)).names.filter { $0 == "script" }.count == 3)
        }
        let failed = Markup(article(question: hostile, problem: "Something went wrong."))
        #expect(failed.text.contains("</span>\(escaped)</h3>"))
        #expect(failed.value("value", where: "type", "hidden") == escaped)
        #expect(Markup(page(question: hostile)).text.contains("data-enter-sends>\n\(escaped)</textarea>"))
        #expect(Markup(Notice(message: hostile)).text == "<p class=\"notice\">\(escaped)</p>")
    }

    @Test("A question keeps its first line break in the box") func lineBreak() {
        #expect(Markup(page(question: "\nWhy?")).text.contains("data-enter-sends>\n\nWhy?</textarea>"))
    }

    @Test("A hostile answer, title, quote or id brings no element of its own") func hostileAnswer() {
        let harmless = Markup(article(reply(.basedOn, "`x`", [citation(title: "x", quote: "x")])))
        let shown = Markup(article(reply(.basedOn, "`\(hostile)`", [citation(title: hostile, quote: hostile)])))
        #expect(shown.names == harmless.names)
        #expect(shown.problems.isEmpty)
        let pending = Markup(AnswerArticle(messageID: hostile, conversationID: hostile, question: "Why?"))
        #expect(pending.names == Markup(article()).names)
        #expect(pending.problems.isEmpty)
    }

    // MARK: The page and its JSON

    @Test("An answer’s page and its JSON tell the same") func twins() {
        let answer = AnswerReply(
            answer: "Mostly **nothing** [1].",
            citations: [
                .init(number: 1, title: "What it \"costs\"", quote: "Nothing.", sourceID: "7"),
                .init(number: 2, title: "Terms", quote: "None.", sourceID: "8", url: "https://shop.example/terms"),
            ],
            basis: .basedOn, conversationID: "c1", messageID: "m1", usage: .init(inputTokens: 12, outputTokens: 3))
        #expect(
            json(answer) == """
                {"answer":"Mostly **nothing** [1].","format":"markdown","citations":[\
                {"number":1,"title":"What it \\"costs\\"","quote":"Nothing.","source_id":"7","url":null},\
                {"number":2,"title":"Terms","quote":"None.","source_id":"8","url":"https://shop.example/terms"}],\
                "basis":"based_on","conversation_id":"c1","message_id":"m1","usage":{"input_tokens":12,"output_tokens":3}}
                """)
        let shown = Markup(answer)
        for part in ["Mostly <strong>nothing</strong> [1].", "What it &#34;costs&#34;", "Nothing.", "https://shop.example/terms"] {
            #expect(shown.text.contains(part))
        }
    }

    @Test(
        "The basis has the same names everywhere",
        arguments: [
            (AnswerReply.Basis.quoted, "quoted", "basis-quoted"), (.basedOn, "based_on", "basis-based-on"),
            (.notInMyInformation, "not_in_my_information", "basis-not-in-my-information"),
        ]) func basis(basis: AnswerReply.Basis, name: String, style: String)
    {
        #expect(json(basis) == "\"\(name)\"")
        #expect(Markup(reply(basis, "x", sources: 0)).text.contains("class=\"basis \(style)\""))
    }
}
