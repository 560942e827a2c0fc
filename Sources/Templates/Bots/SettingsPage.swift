/// A bot's settings.
public struct SettingsPage: Sendable {
    let form: SettingsForm
    let trying: Trying
    let frame: Frame

    public init(form: SettingsForm, trying: Trying? = nil, frame: Frame) {
        self.form = form
        self.trying = trying ?? Trying(bot: form.bot.id, fields: Fields())
        self.frame = frame
    }

    public var page: HTML {
        frame.page(
            "Settings · \(form.bot.name)",
            #html(
                """
                \(BotTabs(bot: form.bot.id, name: form.bot.name, current: .settings).html)
                <form class="columns" method="post" action="/bots/\(form.bot.id)?_method=patch" hx-patch="/bots/\(form.bot.id)" \
                hx-target="#settings" hx-swap="outerHTML" data-guard>
                  \(form)
                  \(trying.panel)
                </form>
                <section class="panel" aria-labelledby="data-title">
                  <h2 class="title-small" id="data-title">Your data</h2>
                  <p><a href="/bots/\(form.bot.id)/data">Take this bot with you</a>, and see what was erased.</p>
                </section>
                \(deletion)
                """))
    }

    private var deletion: HTML {
        #html(
            """
            <details class="more">
              <summary>Delete this bot</summary>
              <form class="panel" method="post" action="/bots/\(form.bot.id)?_method=delete">
                <p>It goes with everything in it: what it knows, its keys, its conversations. This can’t be undone.</p>
                <div class="row"><button class="button button-danger">Delete \(form.bot.name) for good</button></div>
              </form>
            </details>
            """)
    }
}

@View
public struct SettingsForm {
    @Hidden public let bot: BotView
    @Hidden public let fields: Fields
    /// What would get worse.
    @Hidden public var worse: TestReport?
    /// What somebody else saved in the same fields.
    @Hidden public var meanwhile: Meanwhile?

    public var html: HTML {
        #html(
            """
            <section id="settings" class="panel" aria-labelledby="settings-title">
              <h2 class="unseen" id="settings-title">Settings</h2>
              <div role="status">\(fields.notice)</div>
              \(meanwhile?.inForm)
              <input type="hidden" name="based_on" value="\(fields["based_on"])">
              \(Field(label: "Name", name: "name", isRequired: true, maximumLength: 80, fields: fields).html)
              \(Field(
                label: "How to reach a person", name: "contact_line", hint: "Shown when it doesn’t know the answer.", maximumLength: 300,
                placeholder: "Call us at 555 0100, Monday to Friday from 9 to 5.", fields: fields).html)
              \(Field(label: "Language of the answers", name: "language", fields: fields).choice(Self.languages))
              <fieldset class="group">
                <legend>Answers phrased by a model</legend>
                <p class="small">Without a model, your bot quotes your own words. A model phrases its answers from them.</p>
                \(Field(label: "Provider", name: "provider", fields: fields).choice(Self.providers))
                \(Field(label: "Model", name: "model", hint: "Empty: the provider’s usual one.", maximumLength: 100, fields: fields).html)
                \(Field(
                    label: "If that fails, try", name: "fallbacks", hint: "Providers in order, separated by commas. Your own words are always the last resort.",
                    placeholder: "openrouter, groq", fields: fields).html)
                \(Field(
                    label: "Temperature", name: "temperature", hint: "0 is plain, 2 is wild. 0.2 suits most.", inputMode: "decimal", fields: fields).html)
                \(Field(
                    label: "Notes to the model", name: "system_prompt", hint: "Tone and manners, such as “Be brief, and say du.” Facts belong into the text.",
                    maximumLength: 4_000, fields: fields).box(rows: 4))
              </fieldset>
              \(Field(
                label: "Erase conversations after so many days", name: "retention_days",
                hint: "Counted from the last message. Empty: as long as this server keeps them. See “Your data” below.", inputMode: "numeric",
                fields: fields).html)
              \(Field(
                label: "Erase leads after so many days", name: "lead_days", hint: "Empty: they stay until you delete them.", inputMode: "numeric",
                fields: fields).html)
              <div class="row"><button class="button">Save</button></div>
              \(worse.map { WorseNotice($0).html })
            </section>
            """)
    }

    private static let providers = [
        Choice("", "The server’s usual"), Choice("built_in", "None: quote my words"), Choice("openai", "OpenAI"),
        Choice("anthropic", "Anthropic"),
        Choice("openrouter", "OpenRouter"), Choice("groq", "Groq"), Choice("compatible", "My own server"),
    ]
    private static var languages: [Choice] {
        [Choice("", "The visitor’s own")] + Language.all.sorted { $0.code < $1.code }.map { Choice($0.code, $0.ownName) }
    }
}
