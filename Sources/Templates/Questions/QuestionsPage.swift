/// Questions that a bot had no good answer to, in groups of those that are alike.
@View("Questions")
public struct QuestionList {
    @Hidden public let bot: String
    @Hidden public let state: String
    /// Those of most askers first.
    public let questions: [QuestionGroupView]

    public var html: HTML { #html("<ol class=\"list\">\(questions)</ol>") }
}

@View("QuestionGroup")
public struct QuestionGroupView {
    public let id: String
    @Hidden public let bot: String
    /// The wording that stands for all.
    public let question: String
    public let wordings: [String]
    public let askers: Int
    /// How often an answer was put down.
    public let thumbsDown: Int
    public let lastAskedAt: Moment
    @Described(.one(of: "open", "answered", "dismissed")) public let state: String
    /// The owner's, where it was answered.
    public let answer: String
    @Described("What the text nearly answers with") public var drafts: [String] = []
    /// Right after it was answered: which wordings get the answer now.
    public var proof: [Proof] = []
    @Hidden public var fields: Fields = Fields()

    /// The form with what is to be mended.
    public func mending(_ fields: Fields) -> QuestionGroupView {
        var view = self
        view.fields = fields
        return view
    }

    public var html: HTML {
        #html(
            """
            <li class="panel unanswered" id="question-\(id)">
              <h2 class="title-small"><a href="\(path)">\(question)</a></h2>
              <p class="small">\(askers) \(askers == 1 ? "visitor" : "visitors")\(thumbsDown > 0 ? ", \(thumbsDown) not content with the answer" : ""), last \(lastAskedAt)</p>
              \(others.isEmpty ? nil : wordingList)
              \(proof.isEmpty ? nil : proofList)
              \(state == "dismissed" ? undo : nil)
              \(state == "answered" && proof.isEmpty ? #html("<p class=\"passage-text\">\(answer)</p>") : nil)
              \(state == "open" ? form : nil)
            </li>
            """)
    }

    var path: String { "/bots/\(bot)/questions/\(id)" }
    private var others: [String] { wordings.filter { $0 != question } }

    private var wordingList: HTML {
        #html(
            """
            <details class="more"><summary>In other words</summary><ul class="passages">\(others.map { #html("<li>\($0)</li>") })</ul></details>
            """)
    }

    private var form: HTML {
        #html(
            """
            <form class="stack" method="post" action="\(path + "/answer")" hx-post="\(path + "/answer")" hx-target="closest .unanswered" hx-swap="outerHTML">
              \(fields.notice)
              \(Field(label: "The question", name: "question", isRequired: true, maximumLength: 500, scope: "q\(id)", fields: filled).html)
              \(Field(
                label: "Your answer", name: "answer", hint: draftHint, isRequired: true, maximumLength: 10_000, scope: "q\(id)", fields: filled).box(rows: 3))
              <div class="row">
                <button class="button">Approve</button>
                <button class="button button-quiet" formaction="\(path + "/dismissal")" hx-post="\(path + "/dismissal")" formnovalidate hx-params="none">Dismiss</button>
              </div>
            </form>
            """)
    }

    private var draftHint: String {
        drafts.isEmpty
            ? "Whoever asks this gets your answer word for word."
            : "This is the nearest that your text says: make an answer of it. Whoever asks this gets it word for word."
    }

    private var filled: Fields {
        guard fields.values.isEmpty else { return fields }
        return Fields(values: ["question": question, "answer": drafts.first ?? ""])
    }

    private var undo: HTML {
        #html(
            """
            <p role="status">Dismissed.</p>
            <form method="post" action="\(path + "/dismissal?_method=delete")" hx-delete="\(path + "/dismissal")" hx-target="closest .unanswered" hx-swap="outerHTML">\
            <button class="button button-quiet">Undo</button></form>
            """)
    }

    private var proofList: HTML {
        let isWhole = proof.allSatisfy(\.isAnswered)
        return #html(
            """
            <div role="status">
              <p class="notice notice-good">\(isWhole
                ? "Done. Asked again, your bot answers it, and a test makes sure that it stays so."
                : "Your bot knows it now. Asked again, some wordings don’t get the answer yet:")</p>
            </div>
            <ul class="entries">\(proof.map { one in one.row(path: path, answer: answer) })</ul>
            """)
    }
}

/// A wording that was asked once more.
@View
public struct Proof {
    public let wording: String
    public let isAnswered: Bool

    public var html: HTML { #html("<li class=\"entry\">\(wording)</li>") }

    func row(path: String, answer: String) -> HTML {
        #html(
            """
            <li class="entry"><p>\(isAnswered ? "✓ answered" : "✗ not yet"): \(wording)</p>
            \(isAnswered ? nil : also(path, answer))</li>
            """)
    }

    private func also(_ path: String, _ answer: String) -> HTML {
        #html(
            """
            <form method="post" action="\(path + "/answer")" hx-post="\(path + "/answer")" hx-target="closest .unanswered" hx-swap="outerHTML">
              <input type="hidden" name="question" value="\(wording)"><input type="hidden" name="answer" value="\(answer)">
              <button class="button button-quiet" aria-label="\("Answer this too: " + wording)">Answer this too</button>
            </form>
            """)
    }
}

@Memberwise
public struct QuestionsPage: Sendable {
    let name: String
    let list: QuestionList
    let frame: Frame

    public var page: HTML {
        frame.page(
            "Questions to answer · \(name)",
            #html(
                """
                \(BotTabs(bot: list.bot, name: name, current: .questions).html)
                <p class="small">\(link("open", "To answer")) · \(link("answered", "Answered")) · \(link("dismissed", "Dismissed"))</p>
                \(list.questions.isEmpty ? nothing : list.html)
                """))
    }

    private func link(_ state: String, _ label: String) -> HTML {
        #html("<a href=\"/bots/\(list.bot)/questions?state=\(state)\" aria-current=\"\(state == list.state ? "page" : nil)\">\(label)</a>")
    }

    private var nothing: HTML {
        list.state == "open"
            ? #html(
                """
                <div class="panel"><h2 class="title-small">Nothing to answer</h2>
                <p>When your bot can’t answer something, or a visitor isn’t content with an answer, the question waits for you here.</p></div>
                """)
            : #html("<p role=\"status\">Nothing here yet.</p>")
    }
}

@Memberwise
public struct QuestionPage: Sendable {
    let name: String
    let group: QuestionGroupView
    let frame: Frame

    public var page: HTML {
        frame.page(
            "A question · \(name)",
            #html(
                """
                \(BotTabs(bot: group.bot, name: name, current: .questions).html)
                <p class="small"><a href="/bots/\(group.bot)/questions">All questions</a></p>
                <ul class="list">\(group)</ul>
                """))
    }
}
