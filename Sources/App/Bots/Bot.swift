import Answering
import FoundationEssentials
import Postgres
import Templates

/// What an owner makes: it answers from their text.
struct Bot: Sendable {
    enum Position: String, Sendable, CaseIterable { case left, right }

    let id: UUID
    let account: UUID
    /// Public: it stands in the widget's address.
    var token = ""
    var name: String
    /// How to reach a person, as a sentence. Shown where the bot doesn't know.
    var contactLine = ""
    var welcomeMessage = ""
    /// What stands in the empty message box; empty: what the language says.
    var placeholder = ""
    /// As `#c2185b`.
    var primaryColor = "#c2185b"
    var position = Position.right
    /// The owner's own notes to the model.
    var systemPrompt = ""
    /// nil is the server's default.
    var provider: String?
    var model: String?
    var temperature = 0.2
    /// Providers in the order in which they are tried when the first fails.
    var fallbacks: [String] = []
    /// Of the answers, as `de`; nil is the visitor's own.
    var language: String?
    /// Origins, as `https://shop.example`, whose pages may show the widget; none: any page may.
    var allowedSites: [String] = []
    /// Whether visitors can ask for a person.
    var offersPerson = true
    var caps = Caps()
    /// How long its conversations are kept; nil: as long as the server keeps them.
    var retentionDays: Int?
    /// How long leads are kept; nil: until somebody deletes them.
    var leadDays: Int?
    /// What a visitor reads who asks for a person outside the opening hours; empty: when it opens again.
    var closedMessage = ""
    /// What visitors may leave, so that somebody gets in touch; nothing: there is no form.
    var leadFields: [Lead.Field] = []
    /// What they agree to then, and which of the texts that there have been this one is.
    var consentText = ""
    var consentVersion = 1
    /// Raised with every change of what the bot knows or how it answers.
    var version: Int64 = 1

    /// What it may answer in a day and in a month of UTC, and what its models may cost in them, in millionths of a dollar;
    /// nil: as much as is asked for.
    struct Caps: Sendable, Equatable {
        var dailyMessages: Int?
        var monthlyMessages: Int?
        var dailyCostMicros: Int64?
        var monthlyCostMicros: Int64?
    }

    /// Says kindly that the text doesn't hold the answer.
    var decline: String {
        let sorry = words.decline
        return contactLine.isEmpty ? sorry : "\(sorry) \(contactLine)"
    }

    /// What it says of itself, in the language that it answers in.
    var words: ChatWords { ChatWords.spoken(language: language, accepted: nil) }
}

extension Bot {
    static let columns =
        "id, account_id, token, closed_message, lead_fields, consent_text, consent_version, version, \(BotField.all.columns)"

    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"), account: try row.get("account_id"), token: try row.get("token"), name: "",
            closedMessage: try row.get("closed_message"), leadFields: try row.elements("lead_fields").compactMap(Lead.Field.init),
            consentText: try row.get("consent_text"), consentVersion: try row.get("consent_version"), version: try row.get("version"))
        for field in BotField.all { try field.read(row, &self) }
    }
}

extension Postgres {
    func bot(publicKey: String) async throws -> Bot? {
        try await query("select \(unsafeRaw: Bot.columns) from bots where public_key = \(publicKey)").first.map(Bot.init)
    }

    /// As rows of `Desk.Known`; of as many as 50,000, reading them takes long too.
    func passages(of bot: Bot, limit: Int = .max) async throws -> Rows {
        try await query(
            """
            select \(unsafeRaw: Desk.Known.columns) from passages
            where bot_id = \(bot.id) and account_id = \(bot.account) order by source_id nulls first, position limit \(limit)
            """)
    }
}

extension Desk.Known {
    static let columns = "id, title, text, is_answer, source_id, place, url"

    init(_ row: Row) throws {
        passage = Passage(
            id: try row.get("id", as: Int64.self), title: try row.get("title", as: String.self), text: try row.get("text", as: String.self))
        isAnswer = try row.get("is_answer", as: Bool.self)
        origin = try row.get("source_id", as: UUID?.self).map { source in
            Origin(source: source, place: try row.get("place", as: String.self), url: try row.get("url", as: String?.self))
        }
    }
}

extension AccountDatabase {
    /// - Throws: `Failure.notFound` where the account has no such bot.
    func bot(_ id: UUID) async throws -> Bot {
        let row = try await query("select \(unsafeRaw: Bot.columns) from bots where id = \(id) and account_id = \(account)").first
        guard let row else { throw Failure.notFound }
        return try Bot(row)
    }

    func bots() async throws -> [Bot] {
        try await query(Self.bots(of: account)).map(Bot.init)
    }

    static func bots(of account: UUID) -> SQL {
        "select \(unsafeRaw: Bot.columns) from bots where account_id = \(account) order by created_at, id"
    }

    /// Makes a bot that knows this text.
    /// - Throws: `Failure` where the plan has no room for one more.
    func makeBot(named name: String, knowing text: String, contactLine: String = "", plan: Plan) async throws -> Bot {
        let id = UUID()
        try await transaction { transaction in
            // Locks the account, so that of two at once one is counted after the other.
            try await transaction.query("select from accounts where id = \(account) for update")
            let count = try await transaction.query("select count(*) as count from bots where account_id = \(account)").first
            if try (count?.get("count", as: Int.self) ?? 0) >= plan.maximumBots { throw Failure.planIsFull }
            try await transaction.query(
                "insert into bots (id, account_id, name, contact_line) values (\(id), \(account), \(name), \(contactLine))")
            try await transaction.keep(text, asContextOf: id, in: account)
        }
        return try await bot(id)
    }

    /// Changes a bot's settings; nobody else's change is lost.
    func changeBot(_ id: UUID, _ change: (inout Bot) throws -> Void) async throws -> Bot {
        try await transaction { transaction in
            let row = try await transaction.query(
                "select \(unsafeRaw: Bot.columns) from bots where id = \(id) and account_id = \(account) for update"
            ).first
            guard let row else { throw Failure.notFound }
            var bot = try Bot(row)
            try change(&bot)
            try await transaction.save(bot)
            return bot
        }
    }

    func deleteBot(_ id: UUID) async throws {
        let deleted = try await query("delete from bots where id = \(id) and account_id = \(account)")
        guard deleted.affected > 0 else { throw Failure.notFound }
    }

    /// The owner's own text.
    func context(of bot: UUID) async throws -> String {
        let row = try await query("select knowledge from bots where id = \(bot) and account_id = \(account)").first
        guard let row else { throw Failure.notFound }
        return try row.get("knowledge", as: String.self)
    }

    func saveContext(_ text: String, of bot: UUID) async throws {
        try await transaction { try await $0.keep(text, asContextOf: bot, in: account) }
    }
}

extension Transaction {
    /// Stores a bot's settings.
    func save(_ bot: Bot) async throws {
        let columns = BotField.all.columns
        try await query(
            """
            update bots b set (\(unsafeRaw: columns), version, updated_at) = (
              select \(unsafeRaw: columns), version + 1, now() from jsonb_populate_record(b, \(BotField.all.stored(bot))::jsonb))
            where id = \(bot.id) and account_id = \(bot.account)
            """)
    }

    /// Stores the text and the passages that it falls into.
    func keep(_ text: String, asContextOf bot: UUID, in account: UUID) async throws {
        let passages = Splitter.passages(ofMarkdown: text)
        let updated = try await query(
            "update bots set knowledge = \(text), version = version + 1, updated_at = now() where id = \(bot) and account_id = \(account)")
        guard updated.affected > 0 else { throw Failure.notFound }
        try await pipeline([
            "delete from passages where bot_id = \(bot) and account_id = \(account) and source_id is null",
            """
            insert into passages (account_id, bot_id, position, title, text)
            select \(account), \(bot), position, title, text
            from unnest(\(passages.map(\.title))::text[], \(passages.map(\.text))::text[])
              with ordinality as given (title, text, position)
            """,
        ])
    }
}

extension Failure {
    static let planIsFull = Failure(
        status: .unprocessableContent, code: "plan_is_full",
        message: """
            The free plan has one bot, and you have it. You can teach that one more, or give it the other's text too. If you \
            need a second bot, write to us.
            """)
}
