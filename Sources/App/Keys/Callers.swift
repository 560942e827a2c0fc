import FoundationEssentials
import Postgres

/// What one key, and all keys of an account together, may ask.
enum KeyLimits {
    static let perKey = RateLimit(name: "key-minute", maximum: 60, windowSeconds: 60)
    static let perAccount = RateLimit(name: "account-minute", maximum: 600, windowSeconds: 60)
    /// On the free plan.
    static let perDay = RateLimit(name: "account-day", maximum: 2_000, windowSeconds: 86_400)
}

/// What visitors of one network may write to a bot.
enum VisitorLimits {
    static let perNetwork = RateLimit(name: "visitor-minute", maximum: 30, windowSeconds: 60)
}

/// Who asks: the desk that the key is for, and what may still be asked.
struct Caller: Sendable {
    let desk: Desk
    /// nil where nothing was counted.
    let allowance: Allowance?
}

/// Finds out who asks, and whether they may. What was revoked or changed a moment ago counts at once for every process,
/// as nothing but the index of a bot's passages is remembered between two requests.
struct Callers: Sendable {
    static let lastUseSeconds = 60

    let postgres: Postgres
    let desks: Desks
    let demoLimits: DemoLimits

    /// The bot of a key. A question is counted; a look at an answer isn't.
    /// - Throws: `Failure.unauthorized`, and where too much was asked, a refusal that says until when.
    func caller(key: String, from address: Address?, counts: Bool) async throws -> Caller {
        if key == DemoBot.publicKey { return try await demo(from: address, counts: counts) }
        guard let text = KeyText(key) else { throw Failure.unauthorized }
        let rows = try await postgres.query(Self.find(text, counts: counts))
        return try await caller(rows.first, standings: rows, otherwise: .unauthorized)
    }

    /// The landing page's bot, which anybody may ask.
    func demo(from address: Address?, counts: Bool) async throws -> Caller {
        let counters = counts ? demoLimits.counters(address) : []
        let find: SQL = "select \(unsafeRaw: Bot.columns) from bots where public_key = \(DemoBot.publicKey)"
        let results = try await postgres.pipeline(counters.isEmpty ? [find] : [find, .count(counters)])
        return try await caller(results.first?.first, standings: results.dropFirst().last, otherwise: .unavailable)
    }

    /// The bot of a widget. A message is counted; a look at a chat isn't.
    /// - Parameter signedVisitor: who the business says that its visitor is.
    /// - Throws: `Failure.notFound` where no bot has the token, and where too much was asked, a refusal that says until when.
    func visitor(token: String, from address: Address?, signedVisitor: String?, counts: Bool) async throws -> Caller {
        let limit = VisitorLimits.perNetwork, network = address?.prefix ?? "unknown"
        let rows = try await postgres.query(
            """
            with caller as (select \(unsafeRaw: Bot.columns) from bots where token = \(token)),
            given as (
              select \("\(limit.name):")::text || id || ':' || \(network) as key, \(limit.maximum)::integer as maximum, \(limit.windowSeconds)::integer as seconds
              from caller where \(counts)),
            \(unsafeRaw: RateLimit.counting)
            select caller.*, standing.* from caller left join standing on true
            """)
        return try await caller(rows.first, standings: rows, otherwise: .notFound)
    }

    private func caller(_ bot: Row?, standings: Rows?, otherwise failure: Failure) async throws -> Caller {
        guard let bot else { throw failure }
        let allowance = try standings.flatMap { try Allowance($0) }
        try allowance?.check()
        return Caller(desk: try await desks.desk(of: try Bot(bot)), allowance: allowance)
    }

    /// Finds, counts and notes the use in one trip.
    private static func find(_ key: KeyText, counts: Bool) -> SQL {
        let perKey = KeyLimits.perKey, perAccount = KeyLimits.perAccount, perDay = KeyLimits.perDay
        return """
            with caller as (
              select k.id as key_id, a.plan, b.*
              from api_keys k join accounts a on a.id = k.account_id, lateral (
                select \(unsafeRaw: Bot.columns) from bots where account_id = k.account_id and id = k.bot_id) b
              where k.key_hash = \(key.hash)),
            used as (
              update api_keys k set last_used_at = now() from caller c
              where k.id = c.key_id and (k.last_used_at is null or k.last_used_at < now() - \(lastUseSeconds) * interval '1 second')),
            given as (
              select limits.* from caller, lateral (values
                (\("\(perKey.name):")::text || caller.key_id, \(perKey.maximum)::integer, \(perKey.windowSeconds)::integer),
                (\("\(perAccount.name):")::text || caller.account_id, \(perAccount.maximum), \(perAccount.windowSeconds)),
                (case plan when 'free' then \("\(perDay.name):")::text || caller.account_id end, \(perDay.maximum), \(perDay.windowSeconds))
              ) as limits (key, maximum, seconds)
              where \(counts) and limits.key is not null),
            \(unsafeRaw: RateLimit.counting)
            select caller.*, standing.* from caller left join standing on true
            """
    }
}
