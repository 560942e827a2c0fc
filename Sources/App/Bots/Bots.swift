import FoundationEssentials
import Hummingbird
import Templates

/// The routes of bots: the dashboard, the settings, the context.
struct Bots: Sendable {
    let providers: Providers
    let assets: Assets

    /// `GET /bots`
    func list(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let (bots, figures, newest) = try await context.database.dashboard()
        let page = DashboardPage(
            bots: bots.map { BotView($0) }, figures: figures, newestQuestions: newest,
            questionsToAnswer: try await context.database.openQuestionCounts(), fields: Fields(), frame: frame(context))
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
        return Reply(SettingsForm(bot: bot, fields: try await heldFields(request, context) ?? bot.fields)) { settingsPage($0, context) }
    }

    /// `PATCH /bots/{bot}`
    func update(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let id = try context.id("bot")
        let input = try await Input(of: request)
        let before = BotView(try await context.database.bot(id))
        return try await .form(input, { SettingsForm(bot: before, fields: $0) }, into: "#settings", page: { settingsPage($0, context) }) {
            let change = try BotSettings(input)
            let ifWorse = try input.ifWorse()
            let candidate = try await context.database.candidate(context.database.bot(id)) { bot, _ in change.apply(&bot) }
            let report = try await candidate.report()
            if report.isWorse, ifWorse == .refuse {
                let form = SettingsForm(bot: before, fields: input.fields(), worse: report)
                return .gotWorse(report, into: "#settings", { form.html }, page: { settingsPage(form, context) })
            }
            if !input.isJSON, candidate.new.bot.asksModel(otherwiseThan: candidate.live.bot), let run = try await held(input, report, candidate, context) {
                return Reply(goingOnTo: "/bots/\(before.id)/runs/\(run)")
            }
            var bot = BotView(try await context.database.changeBot(id, change.apply))
            bot.report = report
            try await context.database.keepRun(report, of: id, after: "Settings")
            let notice = ["Saved. Your bot answers with it from now on.", report.sentence].compactMap(\.self).joined(separator: " ")
            let saved = SettingsForm(bot: bot, fields: bot.fields(saying: notice))
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
            let ifWorse = try input.ifWorse()
            let candidate = try await context.database.candidate(context.database.bot(id)) { _, passages in passages.replaceContext(with: text) }
            let report = try await candidate.report()
            if report.isWorse, ifWorse == .refuse {
                let form = ContextForm(bot: bot.id, text: text, fields: Fields(), report: report, isHeld: true)
                return .gotWorse(report, into: "#context", { form.html }, page: { page(form) })
            }
            if !input.isJSON, let run = try await held(input, report, candidate, context) { return Reply(goingOnTo: "/bots/\(bot.id)/runs/\(run)") }
            try await context.database.saveContext(text, of: id)
            try await context.database.keepRun(report, of: id, after: "The text")
            let notice = Notice(message: "Saved. \(report.sentence ?? "Try it: ask something.")", isGood: true)
            var reply = Reply(ContextForm(bot: bot.id, text: text, fields: Fields(notice: notice), report: report), page: page)
            // What is made of the text, as its check, looks again.
            reply.headers[.hxTrigger] = "saved"
            return reply
        }
    }

    /// `POST /bots/{bot}/previews`: how a text reads.
    func preview(_ request: Request, _ context: AccountContext) async throws -> Reply {
        _ = try await context.database.bot(context.id("bot"))
        return Reply(ContextPreview(text: try BotSettings.context(await Input(of: request).text("text")))) { $0.html }
    }

    /// The id of the run in which a model is asked before the change is published; nil where there is nothing to ask it.
    private func held(_ input: Input, _ report: TestReport, _ candidate: Candidate, _ context: AccountContext) async throws -> String? {
        guard try input.text("if_worse") == nil, !report.tests.isEmpty else { return nil }
        let endpoints = providers.endpoints(for: candidate.new.bot, try await context.database.credentials())
        guard !endpoints.isEmpty else { return nil }
        let change = HeldChange(fields: input.fields().values.filter { $0.key != "question" })
        let cause = change.text == nil ? "Settings" : "The text"
        return try await context.database.hold(change, report, of: candidate.live.bot.id, after: cause).lowercased
    }

    /// What was filled in, of a change that wasn't published.
    private func heldFields(_ request: Request, _ context: AccountContext) async throws -> Fields? {
        guard let given = try Form(parsing: request.uri.query ?? "")["run"], let run = UUID(text: given[...]) else { return nil }
        return Fields(values: try await context.database.heldChange(run, of: context.id("bot")).fields)
    }

    private func settingsPage(_ form: SettingsForm, _ context: AccountContext) -> HTML {
        SettingsPage(form: form, frame: frame(context)).page
    }

    private func frame(_ context: AccountContext) -> Frame { Frame(context.session, assets) }
}

extension Bot {
    /// Whether a model would be asked something else, or another one.
    fileprivate func asksModel(otherwiseThan other: Bot) -> Bool {
        (systemPrompt, provider, model, temperature) != (other.systemPrompt, other.provider, other.model, other.temperature)
            || fallbacks != other.fallbacks || language != other.language
    }
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
