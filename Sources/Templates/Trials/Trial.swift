/// A question that an owner tried, with what lies behind the answer.
@View("Trial")
public struct Trial {
    public let article: AnswerArticle
    public let passages: [Passage]
    /// What a model is sent, or would be.
    public let prompt: String
    /// The answer with what it took; nil while it is being made.
    public var message: MessageView?
    /// Where that is to be had.
    @Hidden public let figuresAddress: String
    /// Where a test is made of it.
    @Hidden public let testAddress: String

    /// One that fits the question, best first.
    @JSONObject
    public struct Passage: Sendable {
        let title: String
        let text: String
        /// Comparable within one question only.
        let score: Double
        /// The share of the question that it meets, 0…1.
        let coverage: Double

        var html: HTML {
            #html(
                """
                <li><p class="small"><strong>\(title)</strong> score \(Self.rounded(score)), meets \(Int(coverage * 100)) % of the question</p>
                <p class="passage-text">\(text)</p></li>
                """)
        }

        private static func rounded(_ number: Double) -> String {
            let hundredths = Int((number * 100).rounded())
            return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
        }
    }

    public var html: HTML {
        #html(
            """
            <div class="trial">
              \(article)
              <p class="small"><a href="\(testAddress)">Keep this as a test</a></p>
              <details class="more">
                <summary>What lies behind this answer</summary>
                <div hx-get="\(figuresAddress)" hx-trigger="toggle from:closest details" hx-target="this">\(message.map { TrialFigures(message: $0) })</div>
                <h4>Passages found</h4>
                \(passages.isEmpty ? #html("<p class=\"small\">None that fits.</p>") : #html("<ol class=\"passages\">\(passages.map { #html("\($0.html)") })</ol>"))
                \(prompt.isEmpty ? nil : promptBlock)
              </details>
            </div>
            """)
    }

    private var promptBlock: HTML {
        #html(
            """
            <h4>The prompt that a model gets</h4>
            \(CodeBlock(label: "The prompt", code: prompt))
            """)
    }
}

/// Who answered, in what time, and for how much.
@View
public struct TrialFigures {
    public let message: MessageView

    public var html: HTML {
        #html(
            """
            <p class="small">\(message.state == "pending" ? "Time and cost come when the answer is whole." : words)</p>
            """)
    }

    private var words: String {
        let quoted = message.model == nil ? ["Your own words, without a model"] : []
        return (quoted + message.took).joined(separator: " · ")
    }
}

/// The panel in which an owner tries a bot. It stands inside the form whose fields it tries.
@View
public struct Trying {
    @Hidden public let bot: String
    /// What was filled in, where the panel comes back as a page.
    @Hidden public let fields: Fields
    @Hidden public var trial: Trial?
    @Hidden public var article: AnswerArticle?

    /// What the panel answers with when a question can't be asked.
    public var html: HTML { #html("\(problems)") }

    var panel: HTML {
        #html(
            """
            <section class="panel try" aria-labelledby="try-title" data-try>
              <h2 class="title-small" id="try-title">Try it</h2>
              <p class="small">Ask as a customer would. It answers as it stands here, saved or not.</p>
              <label class="unseen" for="question">Your question</label>
              <textarea id="question" name="question" rows="2" maxlength="4000" placeholder="When are you open?" \
            aria-describedby="notice" autofocus="\(fields.problems["question"] != nil)" data-enter-sends="try-ask">
            \(fields["question"])</textarea>
              <div class="row"><button class="button" id="try-ask" formaction="/bots/\(bot)/trials" formnovalidate hx-post="/bots/\(bot)/trials" \
            hx-target="#answers" hx-swap="afterbegin">Ask</button></div>
              <div id="notice" role="alert">\(problems)</div>
              <div class="answers" id="answers" tabindex="\(isAnswered ? "-1" : nil)" autofocus="\(isAnswered)">\(trial)\(article)</div>
              <div class="unseen" id="status" role="status"></div>
            </section>
            """)
    }

    /// Without JavaScript the whole page comes back, which begins far above.
    private var isAnswered: Bool { trial != nil || article != nil }

    private var problems: HTML {
        #html("\(fields.notice)\(fields.problems.sentences.values.sorted().map { #html("<p class=\"notice\">\($0)</p>") })")
    }
}

/// The page with the panel and what is tried, where no script put the answer into the page that was there.
@Memberwise
public struct TryPage: Sendable {
    let bot: BotView
    let trying: Trying
    let frame: Frame

    public var page: HTML {
        if trying.fields.values["name"] != nil {
            return SettingsPage(form: SettingsForm(bot: bot, fields: trying.fields), trying: trying, frame: frame).page
        }
        let text = trying.fields.values["text"]
        return BotPage(bot: bot, context: ContextForm(bot: bot.id, text: text ?? "", fields: trying.fields), trying: trying, frame: frame)
            .page
    }
}
