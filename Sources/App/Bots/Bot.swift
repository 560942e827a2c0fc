import Answering
import FoundationEssentials
import Postgres

/// What an owner makes: it answers from their text.
struct Bot: Sendable {
    let id: UUID
    let account: UUID
    let name: String
    /// How to reach a person, as a sentence. Shown where the bot doesn't know.
    let contactLine: String
    /// Raised with every change of what the bot knows.
    let version: Int64

    /// Says kindly that the text doesn't hold the answer.
    var decline: String {
        let sorry = "Sorry, I don’t find that in my information, and I’d rather not guess."
        return contactLine.isEmpty ? sorry : "\(sorry) \(contactLine)"
    }
}

/// A bot with its passages indexed: ready to answer.
struct Desk: Sendable {
    let bot: Bot
    let answerer: BuiltInAnswerer
}

extension Postgres {
    func bot(publicKey: String) async throws -> Bot? {
        try await query(
            "select id, account_id, name, contact_line, version from bots where public_key = \(publicKey)"
        ).first.map(Bot.init)
    }

    func passages(of bot: Bot) async throws -> [Passage] {
        try await query(
            """
            select id, title, text from passages
            where bot_id = \(bot.id) and account_id = \(bot.account) order by position
            """
        ).map { row in
            Passage(
                id: try row.get("id", as: Int64.self), title: try row.get("title", as: String.self),
                text: try row.get("text", as: String.self))
        }
    }
}

extension Bot {
    init(_ row: Row) throws {
        id = try row.get("id", as: UUID.self)
        account = try row.get("account_id", as: UUID.self)
        name = try row.get("name", as: String.self)
        contactLine = try row.get("contact_line", as: String.self)
        version = try row.get("version", as: Int64.self)
    }
}
