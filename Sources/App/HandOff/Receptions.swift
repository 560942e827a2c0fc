import FoundationEssentials
import Hummingbird
import Templates

/// The routes of whether and when a bot's visitors can reach a person.
struct Receptions: Sendable {
    /// Unicode scalars.
    static let maximumMessage = 300

    /// `GET /bots/{bot}/reception`
    func show(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let (form, name) = try await form(context)
        return Reply(form) { page($0, name, context) }
    }

    /// `PUT /bots/{bot}/reception`: what isn't given stays.
    func save(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let input = try await Input(of: request)
        let (before, name) = try await form(context)
        return try await .form(input, { before.with($0) }, page: { page($0, name, context) }) {
            let hours = try await save(input, before, context)
            let saved = try await form(context).0.with(Fields(notice: Notice(message: "Saved. \(hours.inWords)", isGood: true)))
            return Reply(saved) { page($0, name, context) }
        }
    }

    private func save(_ input: Input, _ before: ReceptionForm, _ context: AccountContext) async throws -> OpeningHours {
        let (bot, account) = (try context.id("bot"), context.database.account)
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

    private func form(_ context: AccountContext) async throws -> (ReceptionForm, String) {
        let bot = try await context.database.bot(context.id("bot"))
        let hours = try await context.database.openingHours(of: bot.id)
        let texts = zip(OpeningHours.days, hours.spans).map { ($0, OpeningHours.text($1)) }
        let form = ReceptionForm(
            bot: bot.id.lowercased, offersPerson: bot.offersPerson, timeZone: hours.zone,
            hours: Dictionary(texts) { first, _ in first }, closedMessage: bot.closedMessage, fields: Fields())
        return (form, bot.name)
    }

    private func page(_ form: ReceptionForm, _ name: String, _ context: AccountContext) -> HTML {
        ReceptionPage(form: form, name: name, frame: context.frame).page
    }
}

extension ReceptionForm {
    fileprivate func with(_ fields: Fields) -> ReceptionForm {
        ReceptionForm(
            bot: bot, offersPerson: offersPerson, timeZone: timeZone, hours: hours, closedMessage: closedMessage, fields: fields)
    }
}
