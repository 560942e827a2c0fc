import FoundationEssentials
import Postgres
import Templates

/// A secret with which a business signs who its visitors are. Kept sealed rather than hashed, as signatures are checked with it.
struct VisitorSecret: Sendable {
    /// One that is in use, and one that is to take its place.
    static let maximumPerBot = 2
    static let mark = "vs_"

    let id: UUID
    let created: Moment
    fileprivate let sealed: SealedSecret

    static func purpose(_ row: UUID) -> String { "visitor secret \(row.lowercased)" }

    func text(_ secrets: Secrets) throws(SealingProblem) -> String { try secrets.unseal(sealed, as: Self.purpose(id)) }
}

extension VisitorSecret {
    static let columns = "id, secret, key_id, created_at"

    init(_ row: Row) throws {
        id = try row.get("id", as: UUID.self)
        created = try row.moment("created_at")
        sealed = SealedSecret(bytes: try row.get("secret", as: [UInt8].self), keyID: try row.get("key_id", as: String.self))
    }
}

extension AccountDatabase {
    /// Oldest first.
    func visitorSecrets(of bot: UUID) async throws -> [VisitorSecret] {
        try await query(
            """
            select \(unsafeRaw: VisitorSecret.columns) from visitor_secrets
            where bot_id = \(bot) and account_id = \(account) order by created_at, id
            """
        ).map(VisitorSecret.init)
    }

    /// - Throws: `Failure.notFound` where the bot has no such secret.
    func visitorSecret(_ id: UUID, of bot: UUID) async throws -> VisitorSecret {
        guard let secret = try await visitorSecrets(of: bot).first(where: { $0.id == id }) else { throw Failure.notFound }
        return secret
    }

    /// - Throws: `Failure.notFound` where the account has no such bot; a refusal where it has two already.
    func makeVisitorSecret(for bot: UUID, _ secrets: Secrets) async throws -> VisitorSecret {
        let id = UUID()
        let sealed = try secrets.seal(VisitorSecret.mark + Token().text, as: VisitorSecret.purpose(id))
        let results = try await pipeline([
            "select from bots where account_id = \(account) and id = \(bot) for update",
            """
            insert into visitor_secrets (id, account_id, bot_id, secret, key_id)
            select \(id)::uuid, account_id, id, \(sealed.bytes)::bytea, \(sealed.keyID)
            from bots where account_id = \(account) and id = \(bot)
              and (select count(*) from visitor_secrets where account_id = \(account) and bot_id = \(bot)) < \(VisitorSecret.maximumPerBot)
            returning \(unsafeRaw: VisitorSecret.columns)
            """,
        ])
        guard results.first?.isEmpty == false else { throw Failure.notFound }
        guard let row = results.last?.first else { throw Failure.tooManySecrets }
        return try VisitorSecret(row)
    }

    /// From the next request on, no process accepts what was signed with it.
    /// - Throws: `Failure.notFound` where the bot has no such secret.
    func deleteVisitorSecret(_ id: UUID, of bot: UUID) async throws {
        let gone = try await query("delete from visitor_secrets where id = \(id) and bot_id = \(bot) and account_id = \(account)")
        guard gone.affected == 1 else { throw Failure.notFound }
    }
}

extension Failure {
    static let tooManySecrets = Failure(
        status: .unprocessableContent, code: "too_many_secrets",
        message: "A bot can have two secrets, so that one can take the other’s place. Please delete one first.")
}
