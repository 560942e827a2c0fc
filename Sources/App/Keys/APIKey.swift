import Crypto
import FoundationEssentials
import Postgres
import Templates

/// What a program shows to ask one bot. Its owner sees the text once; we keep what is needed to know it again.
struct APIKey: Sendable {
    static let maximumNameLength = 100
    static let maximumPerBot = 20

    let id: UUID
    let name: String
    /// The text's beginning, by which its owner knows it again.
    let prefix: String
    let created: Moment
    let lastUsed: Moment?
}

/// A key as it is sent: `fd_` and 32 characters that nobody takes for each other, drawn at random: 160 bits.
struct KeyText: Sendable {
    static let mark = "fd_"
    static let characters = Array("23456789abcdefghijkmnpqrstuvwxyz".utf8)
    static let randomCharacters = 32
    static let shownCharacters = 9

    let text: String

    /// A new one.
    init() {
        var random = SystemRandomNumberGenerator()
        let drawn = (0..<Self.randomCharacters).map { _ in Self.characters.randomElement(using: &random) ?? 0 }
        text = Self.mark + String(decoding: drawn, as: UTF8.self)
    }

    /// nil for what can't be a key of ours.
    init?(_ given: String) {
        guard given.utf8.count == Self.mark.utf8.count + Self.randomCharacters, given.hasPrefix(Self.mark),
            given.utf8.dropFirst(Self.mark.utf8.count).allSatisfy(Self.characters.contains)
        else { return nil }
        text = given
    }

    var prefix: String { String(text.prefix(Self.shownCharacters)) }

    /// What is stored. The text is random, so that nobody finds it by trying, and no secret needs to go in.
    var hash: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
}

extension AccountDatabase {
    /// A bot's keys, oldest first.
    func keys(of bot: UUID) async throws -> [APIKey] {
        try await query(
            """
            select id, name, prefix, created_at, last_used_at from api_keys
            where account_id = \(account) and bot_id = \(bot) order by created_at, id
            """
        ).map(APIKey.init)
    }

    /// Makes a key, whose text is to be shown now or never.
    /// - Throws: `Failure.notFound` where the account has no such bot; a refusal where it has many keys already.
    func makeKey(named name: String, for bot: UUID) async throws -> (key: APIKey, text: String) {
        let text = KeyText()
        let results = try await pipeline([
            "select from bots where account_id = \(account) and id = \(bot)",
            """
            insert into api_keys (id, account_id, bot_id, name, prefix, key_hash)
            select \(UUID())::uuid, account_id, id, \(name), \(text.prefix), \(text.hash)::bytea
            from bots where account_id = \(account) and id = \(bot)
              and (select count(*) from api_keys where account_id = \(account) and bot_id = \(bot)) < \(APIKey.maximumPerBot)
            returning id, name, prefix, created_at, last_used_at
            """,
        ])
        guard results.first?.isEmpty == false else { throw Failure.notFound }
        guard let row = results.last?.first else { throw Failure.tooManyKeys }
        return (try APIKey(row), text.text)
    }

    /// Takes a key back: from the next request on, no process accepts it.
    /// - Throws: `Failure.notFound` where the bot has no such key.
    func revokeKey(_ id: UUID, of bot: UUID) async throws {
        let gone = try await query("delete from api_keys where id = \(id) and bot_id = \(bot) and account_id = \(account)")
        guard gone.affected == 1 else { throw Failure.notFound }
    }
}

extension APIKey {
    init(_ row: Row) throws {
        id = try row.get("id")
        name = try row.get("name")
        prefix = try row.get("prefix")
        created = try row.moment("created_at")
        lastUsed = try row.momentIfAny("last_used_at")
    }
}

extension Failure {
    static let tooManyKeys = Failure(
        status: .unprocessableContent, code: "too_many_keys",
        message: "A bot can have 20 keys. Please delete one that you don’t use any more.")
}
