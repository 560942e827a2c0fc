import FoundationEssentials
import Hummingbird
import Postgres
import Templates

/// Somebody who is signed in, on one device, looking at one of their accounts.
struct Session: Sendable {
    enum Role: String, Sendable, CaseIterable { case owner, member }

    /// Of a browser that nobody used for so long.
    static let idleDays = 60
    /// `last_seen_at` is written this often at most.
    static let seenMinutes = 5

    let id: UUID
    let user: UUID
    let email: String
    let name: String
    let account: UUID
    let accountName: String
    let role: Role
    let plan: Plan
    /// The newest change of theirs that waits to be published or given up.
    let unpublished: Unpublished?
    /// What this browser's last change did, for the page that it goes on to.
    var said: Said?
}

/// What an account may do. Changed by an admin until payment is built.
enum Plan: String, Sendable, CaseIterable {
    case free, paid

    var maximumBots: Int { self == .free ? 1 : 100 }
}

extension Postgres {
    /// A browser's, by its cookie.
    func session(token: String) async throws -> Session? { try await session(hash: Token.hash(token), id: nil) }

    /// A program's, by its access token.
    func session(_ id: UUID) async throws -> Session? { try await session(hash: nil, id: id) }

    /// Notes, once in a while, that it is in use.
    private func session(hash: [UInt8]?, id: UUID?) async throws -> Session? {
        try await query(
            """
            with found as materialized (
              select * from sessions
              where (token_hash = \(hash) or id = \(id) and kind = 'api') and expires_at > now()),
            seen as (
              update sessions set last_seen_at = now(), expires_at = now() + \(Session.idleDays) * interval '1 day'
              where id = (select id from found where last_seen_at < now() - \(Session.seenMinutes) * interval '1 minute'))
            select f.id, f.user_id, f.account_id, u.email, u.name, m.role, a.name as account_name, a.plan,
              held.bot_id as held_bot, held.name as held_name, held.id as held_run
            from found f join users u on u.id = f.user_id
            join members m on m.account_id = f.account_id and m.user_id = f.user_id join accounts a on a.id = f.account_id
            left join lateral (
              select r.id, r.bot_id, b.name from test_runs r join bots b on b.id = r.bot_id and b.account_id = r.account_id
              where r.account_id = f.account_id and r.candidate is not null and not r.published and r.state = 'done'
                and r.candidate->>'author' = f.user_id::text
                -- What a model found fault with is only waited for until something else is tried.
                and (r.candidate ? 'aside' or not exists (
                  select from test_runs later where later.bot_id = r.bot_id and later.account_id = r.account_id and later.created_at > r.created_at))
              order by r.created_at desc limit 1) held on f.kind = 'browser'
            """
        ).first.map(Session.init)
    }

    func endSession(_ id: UUID) async throws { try await query("delete from sessions where id = \(id)") }
}

extension Transaction {
    /// - Parameter token: a browser's; nil for a program.
    func open(session id: UUID, token: Token?, for user: UUID, in account: UUID, device: String) async throws {
        try await query(
            """
            insert into sessions (id, kind, token_hash, user_id, account_id, device, expires_at)
            values (\(id), \(token == nil ? "api" : "browser"), \(token?.hash), \(user), \(account), \(device),
              now() + \(Session.idleDays) * interval '1 day')
            """)
    }
}

extension Session {
    init(_ row: Row) throws {
        id = try row.get("id", as: UUID.self)
        user = try row.get("user_id", as: UUID.self)
        email = try row.get("email", as: String.self)
        name = try row.get("name", as: String.self)
        account = try row.get("account_id", as: UUID.self)
        accountName = try row.get("account_name", as: String.self)
        role = Role(rawValue: try row.get("role", as: String.self)) ?? .member
        plan = Plan(rawValue: try row.get("plan", as: String.self)) ?? .free
        unpublished = try row.get("held_run", as: UUID?.self).map { run in
            Unpublished(
                bot: try row.get("held_bot", as: UUID.self).lowercased, name: try row.get("held_name", as: String.self), run: run.lowercased
            )
        }
    }
}
