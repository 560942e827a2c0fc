import FoundationEssentials
import Postgres

/// What one key, and all keys of an account together, may ask.
enum KeyLimits {
    static let perKey = RateLimit(name: "key-minute", maximum: 60, windowSeconds: 60)
    static let perAccount = RateLimit(name: "account-minute", maximum: 600, windowSeconds: 60)
    /// On the free plan.
    static let perDay = RateLimit(name: "account-day", maximum: 2_000, windowSeconds: 86_400)
}

/// What keeps a few visitors from using up a bot. Counted by what a browser can't make up: its network, or who the business has
/// signed that it is. An office in which twenty people ask every twenty seconds shares a network and isn't stopped; visitors
/// who are signed don't count for their network at all.
struct VisitorLimits: Sendable {
    static let perNetwork = [
        RateLimit(name: "visitor-minute", maximum: 60, windowSeconds: 60),
        RateLimit(name: "visitor-day", maximum: 2_000, windowSeconds: 86_400),
    ]
    static let perSignedVisitor = [
        RateLimit(name: "signed-minute", maximum: 20, windowSeconds: 60),
        RateLimit(name: "signed-day", maximum: 500, windowSeconds: 86_400),
    ]
    static let perBot = RateLimit(name: "bot-minute", maximum: 600, windowSeconds: 60)
    /// Answers that one process makes at the same time: in a chat, or for one who is signed or signed in; and for a network, no more
    /// than it may begin in a minute, however long they take.
    static let answersAtOnce = 3
    static let answersAtOncePerNetwork = 60

    let isOn: Bool

    /// What a message to this bot is counted by.
    func counters(_ bot: UUID, from address: Address?, _ signed: SignedVisitor?) -> [RateLimit.Counter] {
        guard isOn else { return [] }
        let bot = bot.lowercased
        let own = signed.map { visitor in Self.perSignedVisitor.map { $0.counter("\(bot):\(visitor.id)") } }
        return (own ?? Self.perNetwork.map { $0.counter("\(bot):\(address?.prefix ?? "unknown")") }) + [Self.perBot.counter(bot)]
    }

    /// What an answer in a chat is counted by while it is made: by the chat, which anybody can make up, and so by the network too.
    func bounds(_ bot: UUID, in conversation: UUID, from address: Address?, _ signed: SignedVisitor?) -> [Bound] {
        guard isOn else { return [] }
        if let signed { return [.init(key: "signed:\(bot.lowercased):\(signed.id)", maximum: Self.answersAtOnce)] }
        return [
            .init(key: "chat:\(conversation.lowercased)", maximum: Self.answersAtOnce),
            .init(key: "network:\(bot.lowercased):\(address?.prefix ?? "unknown")", maximum: Self.answersAtOncePerNetwork),
        ]
    }

    /// The same for somebody who is signed in, in all their chats with all bots.
    func bounds(for person: UUID) -> [Bound] {
        isOn ? [.init(key: "person:\(person.lowercased)", maximum: Self.answersAtOnce)] : []
    }
}

/// Who asks: the desk that the key is for, and what may still be asked.
struct Caller: Sendable {
    let desk: Desk
    /// nil where nothing was counted.
    let allowance: Allowance?
    /// Whom the business has said that its visitor is.
    var signedVisitor: SignedVisitor?
    /// By what, where it has just done so.
    var proof: VisitorToken.Proof?
}

/// Finds out who asks, and whether they may. What was revoked or changed a moment ago counts at once for every process,
/// as nothing but the index of a bot's passages is remembered between two requests.
struct Callers: Sendable {
    static let lastUseSeconds = 60

    let postgres: Postgres
    let desks: Desks
    let demoLimits: DemoLimits
    var visitorLimits = VisitorLimits(isOn: true)
    /// nil: nothing that is sealed can be read.
    var secrets: Secrets?

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

    /// A visitor who writes in a chat, which is counted, and how it stands there.
    /// - Parameters:
    ///   - visitorToken: what the business has signed, saying who its visitor is.
    ///   - known: who that is, where it was found out before.
    /// - Throws: `Failure.visitorToken` where it doesn't count, and where too much was asked, a refusal that says until when.
    func visitor(of bot: Bot, in conversation: UUID, from address: Address?, visitorToken: String?, known: SignedVisitor?) async throws
        -> (Caller, ChatStanding)
    {
        var proof: VisitorToken.Proof?
        if let visitorToken { proof = try await self.proof(of: visitorToken, to: bot) }
        let signed = proof?.visitor ?? known
        let counters = visitorLimits.counters(bot.id, from: address, signed)
        let standing = SQL.standing(of: conversation, with: bot)
        let results = try await postgres.pipeline(counters.isEmpty ? [standing] : [standing, .count(counters)])
        let allowance = try results.dropFirst().last.flatMap { try Allowance($0) }
        try allowance?.check()
        let caller = Caller(desk: try await desks.desk(of: bot), allowance: allowance, signedVisitor: signed, proof: proof)
        return (caller, try ChatStanding(results.first?.first))
    }

    /// - Throws: `Failure.visitorToken` where it doesn't count.
    func proof(of token: String, to bot: Bot) async throws -> VisitorToken.Proof {
        try VisitorToken.proof(of: token, signedWith: try await visitorSecrets(of: bot), for: bot.token, now: .now)
    }

    /// Those with which a bot's visitors are signed. One that can't be opened any more signs nothing.
    func visitorSecrets(of bot: Bot) async throws -> [String] {
        let rows = try await postgres.query(
            """
            select \(unsafeRaw: VisitorSecret.columns) from visitor_secrets
            where account_id = \(bot.account) and bot_id = \(bot.id) order by created_at
            """)
        return try rows.map(VisitorSecret.init).compactMap { secret in try? secrets.flatMap { try secret.text($0) } }
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
