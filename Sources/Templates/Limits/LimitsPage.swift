/// Where an owner says what a bot's models may take.
@Memberwise
public struct LimitsPage: Sendable {
    let botName: String
    let form: LimitsForm
    let frame: Frame

    public var page: HTML {
        frame.page(
            "Limits · \(botName)",
            #html(
                """
                \(BotTabs(bot: form.bot, name: botName, current: .limits).html)
                \(form)
                """))
    }
}

/// A bot's caps, and how far they are used.
@View("Limits")
public struct LimitsForm {
    @Hidden public let bot: String
    /// Answers of a model; nil: as many as are asked for.
    public let dailyMessages: Int?
    public let monthlyMessages: Int?
    public let dailyDollars: Dollars?
    public let monthlyDollars: Dollars?
    public let used: Spending
    @Described("Whose price isn’t known: limits of dollars don’t hold them") public let unpricedModels: [String]
    /// As it was filled in; nil as it stands.
    @Hidden public var fields: Fields?

    public func with(_ fields: Fields) -> LimitsForm {
        var form = self
        form.fields = fields
        return form
    }

    public func saying(_ notice: String) -> LimitsForm {
        var fields = standing
        fields.notice = Notice(message: notice, isGood: true)
        return with(fields)
    }

    public var html: HTML {
        let fields = fields ?? standing
        return #html(
            """
            <form id="limits" class="panel" method="post" action="/bots/\(bot)/limits?_method=patch" hx-patch="/bots/\(bot)/limits" \
            hx-target="this" hx-swap="outerHTML" aria-labelledby="limits-title" data-guard>
              <h2 class="title-small" id="limits-title">What a model may cost</h2>
              <p>A model costs money with every answer. At a limit your bot doesn’t stop: it quotes your own words, which costs nothing, until the \
            next day or month begins (at midnight UTC). We mail you when half of a limit is used, four fifths, and all of it.</p>
              <div role="status">\(fields.notice)</div>
              \(bars)
              \(Field(label: "Dollars a day", name: "daily_dollars", inputMode: "decimal", placeholder: "No limit", fields: fields).html)
              \(Field(label: "Dollars a month", name: "monthly_dollars", inputMode: "decimal", placeholder: "No limit", fields: fields).html)
              \(unpriced)
              \(Field(
                label: "Answers a day", name: "daily_messages", hint: "Those that a model writes. Quotes don’t count.", inputMode: "numeric", placeholder: "No limit",
                fields: fields).html)
              \(Field(label: "Answers a month", name: "monthly_messages", inputMode: "numeric", placeholder: "No limit", fields: fields).html)
              <div class="row"><button class="button">Save</button></div>
            </form>
            """)
    }

    private var bars: HTML {
        let lines = used.lines(
            dailyMessages: dailyMessages, monthlyMessages: monthlyMessages, dailyCost: dailyDollars, monthlyCost: monthlyDollars)
        guard lines.isEmpty else { return SpendingBars(lines: lines).html }
        return #html(
            "<p class=\"small\">\(used.monthMessages) answers of a model this month, for \(used.monthCost.rounded.text) dollars.</p>")
    }

    private var unpriced: HTML? {
        guard !unpricedModels.isEmpty else { return nil }
        let names = unpricedModels.joined(separator: ", ")
        return #html(
            """
            <p class="notice">We don’t know what \(names) costs, so dollars don’t limit it. Please limit its answers below.</p>
            """)
    }

    private var standing: Fields {
        Fields(values: [
            "daily_messages": dailyMessages.map(String.init) ?? "", "monthly_messages": monthlyMessages.map(String.init) ?? "",
            "daily_dollars": dailyDollars?.text ?? "", "monthly_dollars": monthlyDollars?.text ?? "",
        ])
    }
}
