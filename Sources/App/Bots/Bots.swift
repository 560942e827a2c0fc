import FoundationEssentials
import Hummingbird
import Templates

/// The routes of bots: the dashboard, the settings, the context.
struct Bots: Sendable {
    let assets: Assets

    /// `GET /bots`
    func list(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let (bots, figures, newest) = try await context.database.dashboard()
        let page = DashboardPage(
            bots: bots.map { BotView($0) }, figures: figures, newestQuestions: newest, fields: Fields(), frame: frame(context))
        return Reply(page) { $0.page }
    }

    /// `POST /bots`
    func create(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let input = try await Input(of: request)
        return try await .form(
            input, { NewBotForm(fields: $0) },
            page: { form in DashboardPage(bots: [], fields: form.fields, frame: frame(context)).page }
        ) {
            let name = try BotSettings.name(input.text("name"))
            let text = try BotSettings.context(input.text("text"))
            let bot = try await context.database.makeBot(named: name, knowing: text, plan: context.session.plan)
            return Reply(status: .created, BotView(bot), goingOnTo: "/bots/\(bot.id.lowercased)")
        }
    }

    /// `GET /bots/{bot}`: what it knows, and a place to try it.
    func show(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let id = try context.id("bot")
        let bot = try await context.database.bot(id)
        let text = try await context.database.context(of: id)
        let bars = bot.caps.isEmpty ? nil : SpendingBars(lines: try await context.database.spending(of: id).lines(bot.caps))
        return Reply(BotView(bot)) { view in
            BotPage(bot: view, context: ContextForm(bot: view.id, text: text, fields: Fields()), spending: bars, frame: frame(context)).page
        }
    }

    /// `GET /bots/{bot}/settings`
    func settings(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let bot = BotView(try await context.database.bot(context.id("bot")))
        return Reply(SettingsForm(bot: bot, fields: bot.fields)) { settingsPage($0, context) }
    }

    /// `PATCH /bots/{bot}`
    func update(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let id = try context.id("bot")
        let input = try await Input(of: request)
        let before = BotView(try await context.database.bot(id))
        return try await .form(input, { SettingsForm(bot: before, fields: $0) }, into: "#settings", page: { settingsPage($0, context) }) {
            let change = try BotSettings(input)
            let bot = BotView(try await context.database.changeBot(id, change.apply))
            let saved = SettingsForm(bot: bot, fields: bot.fields(saying: "Saved. Your bot answers with it from now on."))
            return Reply(json: bot, fragment: { saved.html }, page: { settingsPage(saved, context) })
        }
    }

    /// `DELETE /bots/{bot}`
    func delete(_ request: Request, _ context: AccountContext) async throws -> Reply {
        try await context.database.deleteBot(context.id("bot"))
        return Reply(goingOnTo: "/bots")
    }

    /// `GET /bots/{bot}/context`
    func context(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let id = try context.id("bot")
        let form = ContextForm(bot: id.lowercased, text: try await context.database.context(of: id), fields: Fields())
        let bot = BotView(try await context.database.bot(id))
        return Reply(form) { BotPage(bot: bot, context: $0, frame: frame(context)).page }
    }

    /// `PUT /bots/{bot}/context`
    func saveContext(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let id = try context.id("bot")
        let input = try await Input(of: request)
        let bot = BotView(try await context.database.bot(id))
        let page = { @Sendable (form: ContextForm) in BotPage(bot: bot, context: form, frame: frame(context)).page }
        let typed = try input.text("text")
        return try await .form(input, { ContextForm(bot: bot.id, text: typed ?? "", fields: $0) }, into: "#context", page: page) {
            guard let typed else { throw Failure.invalid(["text": "This is needed; it may be empty."]) }
            let text = try BotSettings.context(typed)
            try await context.database.saveContext(text, of: id)
            let saved = ContextForm(bot: bot.id, text: text, fields: Fields(notice: Notice(message: "Saved. Try it: ask something.", isGood: true)))
            return Reply(saved, page: page)
        }
    }

    /// `POST /bots/{bot}/previews`: how a text reads.
    func preview(_ request: Request, _ context: AccountContext) async throws -> Reply {
        _ = try await context.database.bot(context.id("bot"))
        return Reply(ContextPreview(text: try BotSettings.context(await Input(of: request).text("text")))) { $0.html }
    }

    private func settingsPage(_ form: SettingsForm, _ context: AccountContext) -> HTML {
        SettingsPage(form: form, frame: frame(context)).page
    }

    private func frame(_ context: AccountContext) -> Frame { Frame(context.session, assets) }
}

extension Frame {
    init(_ session: Session, _ assets: Assets) {
        self.init(email: session.email, accountName: session.accountName, isOwner: session.role == .owner, assets: assets)
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
