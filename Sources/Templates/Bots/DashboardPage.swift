/// The account's bots with their figures; where there is none yet, the form that makes the first.
@View("Bots")
public struct DashboardPage {
    public let bots: [BotView]
    /// By the bots' ids.
    public var figures: [String: BotFigures] = [:]
    public var newestQuestions: [NewestQuestion] = []
    /// How many groups of questions wait for an answer, by the bots' ids.
    public var questionsToAnswer: [String: Int] = [:]
    @Hidden public var fields: Fields
    @Hidden public let frame: Frame

    public var html: HTML {
        bots.isEmpty
            ? NewBotForm(fields: fields).html
            : #html(
                "<ul class=\"list bots\">\(bots.map(card))</ul>\(bots.count > 1 ? Self.together : nil)\(newestQuestions.isEmpty ? nil : newest)"
            )
    }

    /// With the form of a bot that couldn't be made.
    public func mending(_ fields: Fields) -> DashboardPage {
        var page = self
        page.fields = fields
        return page
    }

    private static let together: HTML = #html("<p><a href=\"/numbers\">Numbers of all bots</a></p>")

    private func card(_ bot: BotView) -> HTML {
        #html(
            """
            <li class="bot panel" id="bot-\(bot.id)">
              <h2 class="title-small"><a href="/bots/\(bot.id)"><bdi>\(bot.name)</bdi></a></h2>
              \(figures[bot.id])
              <p class="small"><a href="/bots/\(bot.id)/conversations">Conversations</a> · <a href="/bots/\(bot.id)/numbers">Numbers</a>\(waiting(bot))</p>
            </li>
            """)
    }

    private func waiting(_ bot: BotView) -> HTML? {
        guard let count = questionsToAnswer[bot.id], count > 0 else { return nil }
        return #html(
            " · <a href=\"/bots/\(bot.id)/questions\"><strong>\(count)</strong> \(count == 1 ? "question" : "questions") to answer</a>")
    }

    private var newest: HTML {
        #html(
            """
            <section class="panel" aria-labelledby="newest-title">
              <h2 class="title-small" id="newest-title">Newest questions</h2>
              <ol class="list">\(newestQuestions)</ol>
            </section>
            """)
    }

    public var page: HTML {
        frame.page(
            bots.isEmpty ? "Your first bot" : "Your bots",
            #html(
                """
                <h1 class="title">\(bots.isEmpty ? "Let’s set up your front desk" : "Your bots")</h1>
                \(html)
                \(bots.isEmpty ? nil : another)
                """))
    }

    private var another: HTML {
        #html(
            """
            <details class="more" open="\(!fields.values.isEmpty)"><summary>Make another bot</summary>\(NewBotForm(fields: fields))</details>
            """)
    }
}

/// Makes a bot from a name and a text.
@View
public struct NewBotForm {
    @Hidden public let fields: Fields

    public var html: HTML {
        #html(
            """
            <form id="new-bot" class="panel" method="post" action="/bots" hx-post="/bots" hx-target="this" hx-swap="outerHTML" data-guard>
              \(fields.notice)
              \(Field(
                label: "What is your business called?", name: "name", isRequired: true, maximumLength: 80, autocomplete: "organization",
                placeholder: "Corner Bakery", fields: fields).html)
              \(Field(
                label: "What do you tell customers every day?", name: "text",
                hint: "Paste it as you have it: opening hours, prices, delivery, returns. Your bot answers from these words only. You can change and add to it later.",
                placeholder: Self.example, fields: fields).box(rows: 12))
              \(Field(
                label: "How can people reach you?", name: "contact_line",
                hint: "Optional. Shown when your bot doesn’t know the answer.", maximumLength: 300,
                placeholder: "Call us at 555 0100, Monday to Friday from 9 to 5.", fields: fields).html)
              <div class="row"><button class="button">Make my bot</button></div>
            </form>
            """)
    }

    private static let example = """
        We are open Monday to Saturday from 7 to 18 o’clock.

        We deliver within the city for 3.50; free from 40.

        Do you have gluten-free bread?
        Yes, on Wednesdays and Fridays. Please order a day ahead.
        """
}
