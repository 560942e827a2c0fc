import FoundationEssentials
import Hummingbird
import Templates

/// The routes of a bot's limits: what its models may take in a day and in a month.
struct Limits: Feature {
    let providers: Providers

    func add(to routes: RouteMap) {
        routes.bot.get("/bots/{bot}/limits", show, .init("What a bot’s models may take, and have taken", gives: .limits))
        routes.bot.patch("/bots/{bot}/limits", update, .init("Changes what a bot’s models may take", takes: .newLimits, gives: .limits))
    }

    /// `GET /bots/{bot}/limits`
    func show(_ request: Request, _ context: BotContext) async throws -> Reply {
        Reply(try await form(context.bot, context)) { page($0, context) }
    }

    /// `PATCH /bots/{bot}/limits`
    func update(_ request: Request, _ context: BotContext) async throws -> Reply {
        let input = try await Input(of: request)
        let before = context.bot
        let shown = try await form(before, context)
        return try await .form(input, { shown.with($0) }, into: "#limits", page: { page($0, context) }) {
            let caps = try BotSettings(input, BotField.caps)
            let bot = try await context.database.changeCaps(of: before.id) { caps.apply(&$0) }
            let saved = try await form(bot, context).saying("Saved. It counts from now on.")
            return Reply(saved) { page($0, context) }
        }
    }

    private func form(_ bot: Bot, _ context: BotContext) async throws -> LimitsForm {
        let spending = try await context.database.spending(of: bot.id)
        let endpoints = bot.caps.isOfMoney ? providers.endpoints(for: bot, try await context.database.credentials()) : []
        return LimitsForm(
            bot: bot.id.lowercased, dailyMessages: bot.caps.dailyMessages, monthlyMessages: bot.caps.monthlyMessages,
            dailyDollars: bot.caps.dailyCostMicros.map(Dollars.init), monthlyDollars: bot.caps.monthlyCostMicros.map(Dollars.init),
            used: spending, unpricedModels: endpoints.filter { $0.price == nil }.map(\.model))
    }

    private func page(_ form: LimitsForm, _ context: BotContext) -> HTML {
        LimitsPage(botName: context.bot.name, form: form, frame: context.frame).page
    }
}

extension AccountDatabase {
    func spending(of bot: UUID) async throws -> Spending {
        guard let row = try await query("select * from spending(\(account), \(bot))").first else { throw Failure.notFound }
        return try Spending(row)
    }

    /// Where no cap is left, nothing is counted any more; the next one begins from the bot's messages.
    func changeCaps(of id: UUID, _ change: (inout Bot) throws -> Void) async throws -> Bot {
        let bot = try await changeBot(id, change)
        if bot.caps.isEmpty { try await query("delete from bot_budgets where bot_id = \(id) and account_id = \(account)") }
        return bot
    }
}

extension Schema {
    static let limits = LimitsForm.schema
    static let newLimits = component("NewLimits", .object(optional: BotField.caps.schemas))
}
