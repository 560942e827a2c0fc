/// A bot's tests, with what failed last and what may be worth testing.
@View("Tests")
public struct TestList {
    @Hidden public let bot: String
    public let tests: [TestView]
    /// Questions that the bot answers and that no test holds yet.
    public let proposals: [TestProposal]
    /// What the last changes did, newest first.
    public let runs: [TestRunView]
    /// Whether a model phrases the bot's answers: it is only asked when it costs something to a purpose.
    @Hidden public let hasModel: Bool

    public var html: HTML {
        #html(
            """
            <section id="tests" class="stack" aria-labelledby="tests-title">
              <h2 class="title-small" id="tests-title">\(title)</h2>
              \(hasModel && !tests.isEmpty ? asking : nil)
              \(tests.isEmpty ? Self.nothing : #html("<ul class=\"list\">\(tests)</ul>"))
              \(proposals.isEmpty ? nil : proposed)
              \(runs.isEmpty ? nil : #html("<h2 class=\"title-small\">Your last changes</h2><ul class=\"entries\">\(runs)</ul>"))
            </section>
            """)
    }

    private var asking: HTML {
        #html(
            """
            <form class="row" method="post" action="/bots/\(bot)/runs">
              <p class="small">These are checked with your own words. Your model is asked before a change is published.</p>
              <button class="button button-quiet">Ask the model now</button>
            </form>
            """)
    }

    private var title: String {
        let failing = tests.count { $0.problem != nil }
        if tests.isEmpty { return "No tests yet" }
        return failing == 0 ? "All \(tests.count) pass" : "\(failing) of \(tests.count) fail"
    }

    private static let nothing: HTML = #html(
        """
        <p>Whenever you change something, what your bot said before is compared with what it would say then. With tests you also say yourself \
        what must stay right.</p>
        """)

    private var proposed: HTML {
        #html(
            """
            <h2 class="title-small">Worth keeping as a test?</h2>
            <ul class="entries">\(proposals.map { $0.form(bot: bot) })</ul>
            """)
    }
}

/// What a bot must be able to answer.
@View("Test")
public struct TestView {
    public let id: String
    @Hidden public let bot: String
    public let question: String
    @Described("A source’s id, or “context”") public let expectedSource: String?
    public let words: [String]
    public let forbidden: [String]
    @Described("Whether it must say that it doesn’t know") public let declines: Bool
    /// In a list only.
    @Described("Where it fails now, as the owner’s words are quoted; a model is only asked in a run") public var problem: String?

    public var html: HTML {
        #html(
            """
            <li class="test panel" id="test-\(id)">
              <h3 class="title-small"><a href="\(path)">\(question)</a></h3>
              <p class="small">\(expectation)</p>
              \(problem.map { #html("<p class=\"notice\">\($0)</p>") })
              <div class="row"><form method="post" action="\(path + "?_method=delete")"><button class="link" aria-label="\("Remove: " + question)">Remove</button></form></div>
            </li>
            """)
    }

    var path: String { "/bots/\(bot)/tests/\(id)" }

    var fields: Fields {
        Fields(values: [
            "question": question, "expected_source": expectedSource ?? "", "words": words.joined(separator: "\n"),
            "forbidden": forbidden.joined(separator: "\n"), "declines": declines ? "on" : "",
        ])
    }

    private var expectation: String {
        if declines { return "It must say that it doesn’t know." }
        let parts = [
            words.isEmpty ? nil : "must say \(words.map { "“\($0)”" }.joined(separator: ", "))",
            forbidden.isEmpty ? nil : "mustn’t say \(forbidden.map { "“\($0)”" }.joined(separator: ", "))",
            expectedSource.map { $0 == "context" ? "must answer from your text" : "must answer with your own answer or file" },
        ].compactMap(\.self)
        return "It \(parts.joined(separator: ", "))."
    }
}

/// A question that may be worth a test, with what is answered now.
@View
public struct TestProposal {
    public static let shown = 5

    public let question: String
    public let expectedSource: String
    public let answer: String

    public var html: HTML { #html("<li class=\"entry\">\(question)</li>") }

    func form(bot: String) -> HTML {
        #html(
            """
            <li class="entry">
              <p><strong>\(question)</strong><br><span class="small">\(answer.prefix(160)) \(answer.count > 160 ? "…" : "")</span></p>
              <form method="post" action="/bots/\(bot)/tests">
                <input type="hidden" name="question" value="\(question)"><input type="hidden" name="expected_source" value="\(expectedSource)">
                <button class="button button-quiet" aria-label="\("Keep as a test: " + question)">Keep as a test</button>
              </form>
            </li>
            """)
    }
}

/// The form of a test, new or known.
@View
public struct TestForm {
    @Hidden public let bot: String
    /// nil: a new one.
    @Hidden public let test: String?
    @Hidden public let fields: Fields

    public var html: HTML {
        #html(
            """
            <form class="panel" id="test-form" method="post" action="\(path + (test == nil ? "" : "?_method=patch"))" data-guard>
              <h2 class="title-small">\(test == nil ? "Add a test" : "Change this test")</h2>
              \(fields.notice)
              \(Field(
                label: "A question that visitors ask", name: "question", isRequired: true, maximumLength: 500, placeholder: "Do you deliver on Sundays?",
                scope: "test", fields: fields).html)
              \(Field(
                label: "Must be in the answer", name: "words", hint: "Words or figures, a line each. Such as a price, as you write it in your text.",
                scope: "test", fields: fields).box(rows: 2))
              \(Field(label: "Mustn’t be in the answer", name: "forbidden", hint: "A line each.", scope: "test", fields: fields).box(rows: 2))
              \(from)
              \(fields.problems["declines"].map { #html("<p class=\"wrong\" id=\"test-declines-problem\">\($0)</p>") })
              <label class="check"><input type="checkbox" name="declines" value="on" checked="\(fields["declines"] == "on")" \
            aria-describedby="\(fields.problems["declines"] == nil ? nil : "test-declines-problem")" \
            aria-invalid="\(fields.problems["declines"] == nil ? nil : "true")" autofocus="\(fields.problems.first == "declines")"> It should say that it doesn’t know</label>
              <div class="row"><button class="button">\(test == nil ? "Add the test" : "Save")</button></div>
            </form>
            """)
    }

    /// Where its answer comes from is only known from an answer that was given.
    private var from: HTML? {
        let source = fields["expected_source"]
        if source.isEmpty { return nil }
        return #html(
            """
            <label class="check"><input type="checkbox" name="expected_source" value="\(source)" checked> The answer must come from \
            \(source == "context" ? "your text" : "where it comes from now")</label>
            """)
    }

    private var path: String { "/bots/\(bot)/tests" + (test.map { "/\($0)" } ?? "") }
}

extension TestForm {
    public init(_ test: TestView) { self.init(bot: test.bot, test: test.id, fields: test.fields) }
}

@Memberwise
public struct TestsPage: Sendable {
    let name: String
    let list: TestList
    let fields: Fields
    let frame: Frame

    public var page: HTML {
        frame.page(
            "Tests · \(name)",
            #html(
                """
                \(BotTabs(bot: list.bot, name: name, current: .tests).html)
                <div class="columns">
                  \(list)
                  \(TestForm(bot: list.bot, test: nil, fields: fields))
                </div>
                """))
    }
}

@Memberwise
public struct TestPage: Sendable {
    let name: String
    let test: TestView
    let form: TestForm
    let frame: Frame

    public var page: HTML {
        frame.page(
            "Test · \(name)",
            #html(
                """
                \(BotTabs(bot: test.bot, name: name, current: .tests).html)
                <p class="small"><a href="/bots/\(test.bot)/tests">All tests</a></p>
                \(form)
                """))
    }
}
