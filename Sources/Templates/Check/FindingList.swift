/// Something in a bot's texts that customers would stumble over.
@View
public struct FindingView {
    @View
    public struct Place {
        public let quote: String
        public let heading: String
        /// nil is the owner's main text.
        public let sourceID: String?
        public let sourceTitle: String?
        @Hidden public let path: String

        public var html: HTML {
            #html(
                """
                <figure class="citation finding-place">
                  <blockquote>\(quote)</blockquote>
                  <figcaption class="small"><a href="\(path)">\(origin)</a></figcaption>
                </figure>
                """)
        }

        private var origin: String {
            let names = [sourceTitle, heading.isEmpty || heading == sourceTitle || heading == quote ? nil : "“\(heading)”"].compactMap(
                \.self)
            return names.isEmpty
                ? (path.hasSuffix("/settings") ? "In your settings" : "In your text") : "In \(names.joined(separator: ", "))"
        }
    }

    @Described(.uuid, "The same as long as it quotes the same") public let id: String
    @Described(.one(of: "price", "hours", "contact", "period", "past_date", "missing", "duplicate", "empty_section", "unfinished"))
    public let kind: String
    public let message: String
    public let places: [Place]
    /// The owner says that this is right.
    public let isDismissed: Bool
    @Hidden public let bot: String

    public var html: HTML {
        #html(
            """
            <li class="finding" id="finding-\(id)">
              <p><strong>\(message)</strong></p>
              \(places)
              <form method="post" action="\(isDismissed ? path + "?_method=delete" : path + "?_method=put")">
                \(isDismissed ? recalling : dismissing)
              </form>
            </li>
            """)
    }

    private var path: String { "/bots/\(bot)/findings/\(id)/dismissal" }

    private var dismissing: HTML {
        #html(
            """
            <button class="link" hx-put="\(path)" hx-target="#check" hx-swap="outerHTML">\(places.isEmpty ? "We don’t need that" : "This is right")</button>
            """)
    }

    private var recalling: HTML {
        #html(
            """
            <button class="link" hx-delete="\(path)" hx-target="#check" hx-swap="outerHTML">Remind me again</button>
            """)
    }
}

/// What the check found. It looks again by itself when the text is saved.
@View("Findings")
public struct FindingList {
    @Hidden public let bot: String
    public let findings: [FindingView]

    public var html: HTML {
        #html(
            """
            <section id="check" class="panel" aria-labelledby="check-title" hx-get="/bots/\(bot)/findings" hx-trigger="saved from:body" \
            hx-target="this" hx-swap="outerHTML">
              <h2 class="title-small" id="check-title">Contradictions and gaps</h2>
              <p role="status">\(summary)</p>
              \(open.isEmpty ? nil : #html("<ul class=\"list\">\(open)</ul>"))
              \(dismissed.isEmpty ? nil : said)
            </section>
            """)
    }

    private var open: [FindingView] { findings.filter { !$0.isDismissed } }
    private var dismissed: [FindingView] { findings.filter(\.isDismissed) }

    private var summary: String {
        switch open.count {
        case 0: "Nothing contradicts itself, is over or is missing."
        case 1: "One thing to look at."
        default: "\(open.count) things to look at."
        }
    }

    private var said: HTML {
        #html(
            """
            <details class="more"><summary>You said that \(dismissed.count) of them are right</summary><ul class="list">\(dismissed)</ul></details>
            """)
    }
}

/// Where the check will stand, beside the editor: it is made after the page, or on its own page where there is no script.
struct FindingsToCome: Sendable {
    let bot: String

    var html: HTML {
        #html(
            """
            <section id="check" class="panel" aria-labelledby="check-title" hx-get="/bots/\(bot)/findings" hx-trigger="load, saved from:body" \
            hx-target="this" hx-swap="outerHTML">
              <h2 class="title-small" id="check-title">Contradictions and gaps</h2>
              <p>Looks for prices and hours that contradict each other, dates gone by, and what is missing.</p>
              <p><a class="button button-quiet" href="/bots/\(bot)/findings">Check the text</a></p>
            </section>
            """)
    }
}

@Memberwise
public struct FindingsPage: Sendable {
    let bot: BotView
    let list: FindingList
    let frame: Frame

    public var page: HTML {
        frame.page(
            "Check · \(bot.name)",
            #html(
                """
                \(BotTabs(bot: bot.id, name: bot.name, current: .teach).html)
                \(list)
                <p><a href="/bots/\(bot.id)">Back to the text</a></p>
                """))
    }
}
