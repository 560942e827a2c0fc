import FoundationEssentials
import Hummingbird
import Templates

/// The routes of bots: the dashboard, the settings, the context.
struct Bots: Sendable {
    let desks: Desks
    let providers: Providers

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
        return Reply(ContextForm(try await started(request, now, context))) {
            BotPage(bot: BotView(now.bot), context: $0, frame: context.frame).page
        }
    }

    /// `PUT /bots/{bot}/context`
    func saveContext(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let input = try await Input(of: request)
        let now = try await context.database.told(context.id("bot"))
        let bot = BotView(now.bot)
        let page = { @Sendable (form: ContextForm) in BotPage(bot: bot, context: form, frame: context.frame).page }
        let typed = try input.text("text")
        return try await .form(input, { ContextForm(bot: bot.id, text: typed ?? "", fields: $0) }, into: "#context", page: page) {
            guard let typed else { throw Failure.invalid(["text": "This is needed; it may be empty."]) }
            let text = try BotSettings.context(typed)
            return try await save(input, over: now, as: "The text", context, { $0.text = text }) { draft in
                let form = ContextForm(draft)
                var reply = reply(draft, form, into: "#context", { form.html }) { page(form) }
                // What is made of the text, as its check, looks again.
                if case .saved = draft.state { reply.headers[.hxTrigger] = "saved" }
                return reply
            }
        }
    }

    /// `POST /bots/{bot}/previews`: how a text reads.
    func preview(_ request: Request, _ context: AccountContext) async throws -> Reply {
        _ = try await context.database.bot(context.id("bot"))
        return Reply(ContextPreview(text: try BotSettings.context(await Input(of: request).text("text")))) { $0.html }
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

    private func settingsPage(_ form: SettingsForm, _ context: AccountContext) -> HTML {
        SettingsPage(form: form, frame: context.frame).page
    }
}

extension BotView {
    init(_ bot: Bot) {
        self.init(
            id: bot.id.lowercased, token: bot.token, name: bot.name, contactLine: bot.contactLine, welcomeMessage: bot.welcomeMessage,
            primaryColor: bot.primaryColor, position: bot.position.rawValue, systemPrompt: bot.systemPrompt, provider: bot.provider,
            model: bot.model, temperature: bot.temperature, fallbacks: bot.fallbacks, language: bot.language,
            retentionDays: bot.retentionDays, leadDays: bot.leadDays, allowedSites: bot.allowedSites, offersPerson: bot.offersPerson)
    }
}
