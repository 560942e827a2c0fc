import FoundationEssentials
import Hummingbird
import Templates

/// The routes of whether and when a bot's visitors can reach a person.
struct Receptions: Feature {
    /// Unicode scalars.
    static let maximumMessage = 300

    func add(to routes: RouteMap) {
        routes.bot.get("/bots/{bot}/reception", show, .init("Whether and when visitors can reach a person", gives: .reception))
        routes.bot.put("/bots/{bot}/reception", save, .init("Changes that", takes: .reception, gives: .reception))
    }

    /// `GET /bots/{bot}/reception`
    func show(_ request: Request, _ context: BotContext) async throws -> Reply {
        Reply(try await form(context.bot, context)) { page($0, context) }
    }

    /// `PUT /bots/{bot}/reception`: what isn't given stays.
    func save(_ request: Request, _ context: BotContext) async throws -> Reply {
        let input = try await Input(of: request)
        let before = try await form(context.bot, context)
        return try await .form(input, { before.with($0) }, page: { page($0, context) }) {
            let hours = try await save(input, before, context)
            let saved = try await form(context.database.bot(context.bot.id), context)
            return Reply(saved.with(Fields(notice: Notice(message: "Saved. \(hours.inWords)", isGood: true)))) { page($0, context) }
        }
    }

    private func save(_ input: Input, _ before: ReceptionForm, _ context: BotContext) async throws -> OpeningHours {
        let (bot, account) = (context.bot.id, context.database.account)
        var hours = try await context.database.openingHours(of: bot)
        try hours.read(input)
        let message = (try input.text("closed_message") ?? before.closedMessage).split(whereSeparator: \.isNewline).joined(separator: " ")
            .trimmingBlanks
        guard message.unicodeScalars.count <= Self.maximumMessage else {
            throw Failure.invalid(["closed_message": "This can have up to \(Self.maximumMessage) characters."])
        }
        try await context.database.transaction { transaction in
            try await transaction.keep(hours, of: bot, in: account)
            try await transaction.query(
                """
                update bots set closed_message = \(message), updated_at = now() where id = \(bot) and account_id = \(account)
                """)
        }
        return hours
    }

    private func form(_ bot: Bot, _ context: BotContext) async throws -> ReceptionForm {
        let hours = try await context.database.openingHours(of: bot.id)
        let texts = zip(OpeningHours.days, hours.spans).map { ($0, OpeningHours.text($1)) }
        return ReceptionForm(
            bot: bot.id.lowercased, offersPerson: bot.offersPerson, timeZone: hours.zone,
            hours: Dictionary(texts) { first, _ in first }, closedMessage: bot.closedMessage, fields: Fields())
    }

    private func page(_ form: ReceptionForm, _ context: BotContext) -> HTML {
        ReceptionPage(form: form, name: context.bot.name, frame: context.frame).page
    }
}

extension ReceptionForm {
    fileprivate func with(_ fields: Fields) -> ReceptionForm {
        ReceptionForm(
            bot: bot, offersPerson: offersPerson, timeZone: timeZone, hours: hours, closedMessage: closedMessage, fields: fields)
    }
}

extension Schema {
    private static let hours = Dictionary(OpeningHours.days.map { ($0, string) }) { first, _ in first }
    /// What is sent, and what comes back.
    static let reception = component(
        "Reception",
        ReceptionForm.schema.partial.adding(optional: hours).adding(optional: [
            "monday": .string.saying("In requests, as 9:00-12:30, 14:00-18:00; so are the other days"),
            "closed_message": .string(upTo: Receptions.maximumMessage),
        ]))
}
