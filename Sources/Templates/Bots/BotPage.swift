/// Where an owner teaches a bot and tries it.
public struct BotPage: Sendable {
    let bot: BotView
    let context: ContextForm
    let trying: Trying
    /// nil where it has no limits.
    let spending: SpendingBars?
    let frame: Frame

    public init(bot: BotView, context: ContextForm, trying: Trying? = nil, spending: SpendingBars? = nil, frame: Frame) {
        self.bot = bot
        self.context = context
        self.trying = trying ?? Trying(bot: bot.id, fields: Fields())
        self.spending = spending
        self.frame = frame
    }

    public var page: HTML {
        frame.page(
            bot.name,
            #html(
                """
                \(BotTabs(bot: bot.id, name: bot.name, current: .teach).html)
                \(spending.map { #html("<section class=\"panel\" aria-label=\"Limits\">\($0.html)</section>") })
                \(bot.contactLine.isEmpty ? noContact : nil)
                <form class="columns" method="post" action="/bots/\(bot.id)/context?_method=put" hx-put="/bots/\(bot.id)/context" \
                hx-target="#context" hx-swap="outerHTML" data-guard>
                  \(context)
                  \(trying.panel)
                </form>
                \(FindingsToCome(bot: bot.id).html)
                """))
    }
}

extension BotPage {
    private var noContact: HTML {
        #html(
            """
            <div class="panel"><p>When your bot doesn’t know the answer, it can’t say how to reach you yet. \
            <a href="/bots/\(bot.id)/settings#field-contact_line">Add a phone number or an e-mail address</a></p></div>
            """)
    }
}

/// The owner's own text.
@View
public struct ContextForm {
    @Hidden public let bot: String
    public let text: String
    @Hidden public let fields: Fields
    /// What became of the bot's tests, right after a change.
    public var report: TestReport?
    /// Whether the text isn't saved before the owner has seen the report.
    @Hidden public var isHeld: Bool = false
    /// What somebody else saved since.
    @Hidden public var meanwhile: Meanwhile?

    public var html: HTML {
        #html(
            """
            <section id="context" class="panel" aria-labelledby="teach-title">
              <h2 class="title-small" id="teach-title">What it knows</h2>
              <div role="status">\(fields.notice)</div>
              \(meanwhile?.inForm)
              <input type="hidden" name="based_on" value="\(fields["based_on"])">
              \(Field(
                label: "Your text", name: "text",
                hint: "Plain words or Markdown. A heading like “## Delivery” for each topic helps it find the right place.",
                fields: Fields(values: ["text": text], problems: fields.problems)).box(rows: 16))
              <div class="row"><button class="button">\(isHeld ? "Save what I have changed now" : "Save")</button></div>
              \(worse)
              <details class="more">
                <summary>Preview</summary>
                <div hx-post="/bots/\(bot)/previews" hx-trigger="toggle from:closest details, input delay:400ms from:#field-text" \
            hx-include="#field-text" hx-params="text" hx-target="this" hx-swap="innerHTML" data-try>\(ContextPreview(text: text))</div>
              </details>
            </section>
            """)
    }

    private var worse: HTML? { isHeld ? report.map { WorseNotice($0).html } : nil }
}

/// How a text reads, and how long it is.
@View
public struct ContextPreview {
    @Hidden public let text: String

    public var html: HTML {
        #html(
            """
            <p class="small">\(words) words</p>
            <div class="reply-text">\(markdown(text))</div>
            """)
    }

    private var words: Int { text.split(whereSeparator: \.isWhitespace).count }
}
