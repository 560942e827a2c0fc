import FoundationEssentials
import Hummingbird
import Templates

/// The routes of bots: the dashboard, the settings, the context.
struct Bots: Feature {
    let desks: Desks
    let providers: Providers

    func add(to routes: RouteMap) {
        routes.account.get("/bots", list, .init("The account’s bots", gives: .bots))
        routes.account.post("/bots", create, .init("Makes a bot", takes: .newBot, gives: .bot, status: 201))
        routes.account.get("/bots/{bot}", show, .init("A bot", gives: .bot))
        routes.account.patch("/bots/{bot}", update, .init("Changes a bot’s settings", takes: .botSettings, gives: .bot))
        routes.account.delete("/bots/{bot}", delete, .init("Deletes a bot with everything in it"))
        routes.account.get("/bots/{bot}/settings", settings, .init("The form of the settings, for browsers", gives: .empty))
        routes.account.get("/bots/{bot}/context", context, .init("The owner’s own text", gives: .context))
        routes.account.put("/bots/{bot}/context", saveContext, .init("Changes the owner’s own text", takes: .context, gives: .context))
        routes.bot.post("/bots/{bot}/previews", preview, .init("How a text reads, for browsers", takes: .context, gives: .empty))
    }

    /// `GET /bots`
    func list(_ request: Request, _ context: AccountContext) async throws -> Reply {
        Reply(try await dashboard(context)) { $0.page }
    }

    /// `POST /bots`
    func create(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let input = try await Input(of: request)
        let before = Output(for: request) == .page ? try await dashboard(context) : nil
        return try await .form(input, { NewBotForm(fields: $0) }, page: { before?.mending($0.fields).page ?? $0.html }) {
            let name = try BotSettings.name(input.text("name"))
            let text = try BotSettings.context(input.text("text"))
            let contact = try BotSettings.contactLine(input.text("contact_line"))
            let bot = try await context.database.makeBot(named: name, knowing: text, contactLine: contact, plan: context.session.plan)
            return Reply(status: .created, BotView(bot), goingOnTo: "/bots/\(bot.id.lowercased)", saying: .ready)
        }
    }

    /// `GET /bots/{bot}`: what it knows, and a place to try it.
    func show(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let now = try await context.database.told(context.id("bot"))
        let form = ContextForm(try await started(request, now, context))
        let bars = now.bot.caps.isEmpty ? nil : SpendingBars(lines: try await context.database.spending(of: now.bot.id).lines(now.bot.caps))
        return Reply(BotView(now.bot)) { view in BotPage(bot: view, context: form, spending: bars, frame: context.frame).page }
    }

    /// `GET /bots/{bot}/settings`
    func settings(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let now = try await context.database.told(context.id("bot"))
        return Reply(SettingsForm(try await started(request, now, context))) { settingsPage($0, context) }
    }

    /// `PATCH /bots/{bot}`
    func update(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let input = try await Input(of: request)
        let now = try await context.database.told(context.id("bot"))
        let view = BotView(now.bot)
        return try await .form(input, { SettingsForm(bot: view, fields: $0) }, into: "#settings", page: { settingsPage($0, context) }) {
            let settings = try BotSettings(input)
            return try await save(input, over: now, as: "Settings", context, { settings.apply(&$0.bot) }) { draft in
                let form = SettingsForm(draft)
                var bot = BotView(draft.told.bot)
                bot.report = draft.report
                return reply(draft, bot, into: "#settings", { form.html }) { settingsPage(form, context) }
            }
        }
    }

    /// `DELETE /bots/{bot}`
    func delete(_ request: Request, _ context: AccountContext) async throws -> Reply {
        try await context.database.deleteBot(context.id("bot"))
        return Reply(goingOnTo: "/bots", saying: .deleted)
    }

    /// `GET /bots/{bot}/context`
    func context(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let now = try await context.database.told(context.id("bot"))
        return Reply(ContextForm(try await started(request, now, context))) { page($0, of: now.bot, context) }
    }

    /// `PUT /bots/{bot}/context`
    func saveContext(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let input = try await Input(of: request)
        let now = try await context.database.told(context.id("bot"))
        let typed = try input.text("text")
        let form = { ContextForm(bot: now.bot.id.lowercased, text: typed ?? "", fields: $0) }
        return try await .form(input, form, into: "#context", page: { page($0, of: now.bot, context) }) {
            guard let typed else { throw Failure.invalid(["text": "This is needed; it may be empty."]) }
            let text = try BotSettings.context(typed)
            return try await save(input, over: now, as: "The text", context, { $0.text = text }) { draft in
                let form = ContextForm(draft)
                var reply = reply(draft, form, into: "#context", { form.html }) { page(form, of: now.bot, context) }
                // What is made of the text, as its check, looks again.
                if case .saved = draft.state { reply.headers[.hxTrigger] = "saved" }
                return reply
            }
        }
    }

    /// `POST /bots/{bot}/previews`: how a text reads.
    func preview(_ request: Request, _ context: BotContext) async throws -> Reply {
        Reply(ContextPreview(text: try BotSettings.context(await Input(of: request).text("text")))) { $0.html }
    }

    private func dashboard(_ context: AccountContext) async throws -> DashboardPage {
        let (bots, figures, newest) = try await context.database.dashboard()
        return DashboardPage(
            bots: bots.map { BotView($0) }, figures: figures, newestQuestions: newest,
            questionsToAnswer: try await context.database.openQuestionCounts(), fields: Fields(), frame: context.frame)
    }

    private func reply(
        _ draft: Draft, _ json: any JSONEncodable, into place: String, _ form: @escaping () -> HTML, page: @escaping () -> HTML
    ) -> Reply {
        switch draft.state {
        case .worse(let report): .gotWorse(report, into: place, form, page: page)
        case .meanwhile(let meanwhile): .changedMeanwhile(meanwhile, into: place, form, page: page)
        case .begun, .saved: Reply(json: json, fragment: form, page: page)
        }
    }

    private func page(_ form: ContextForm, of bot: Bot, _ context: AccountContext) -> HTML {
        BotPage(bot: BotView(bot), context: form, frame: context.frame).page
    }

    private func settingsPage(_ form: SettingsForm, _ context: AccountContext) -> HTML {
        SettingsPage(form: form, frame: context.frame).page
    }
}

extension Schema {
    static let bots = DashboardPage.schema
    static let newBot = component(
        "NewBot",
        .object(
            required: ["name": SettingRule.name.schema],
            optional: [
                "text": .string(upTo: BotSettings.maximumContext).saying("What it knows"),
                "contact_line": .string(upTo: BotField.maximumLine).saying("How to reach a person, for where it doesn’t know"),
            ]))
    /// What is sent, and what comes back.
    static let context = component(
        "Context",
        ContextForm.schema.partial.adding(required: ["text": .string(upTo: BotSettings.maximumContext)])
            .testedChange("The number of the version that this changes; if the text was saved since, this is answered with 409"))
}
