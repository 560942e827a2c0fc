import FoundationEssentials
import Postgres

extension Transaction {
    /// Who has this address, and the account that they looked at last. The first time, both are made.
    func person(with email: EmailAddress) async throws -> (user: UUID, account: UUID) {
        let user = try await query(
            """
            insert into users (id, email) values (\(UUID()), \(email.text))
            on conflict (email) do update set email = excluded.email returning id
            """
        ).first?.get("id", as: UUID.self)
        guard let user else { throw PostgresError.missingColumn("id") }
        let known = try await query(
            """
            select m.account_id from members m left join sessions s on s.account_id = m.account_id and s.user_id = m.user_id
            where m.user_id = \(user) order by s.last_seen_at desc nulls last, m.created_at limit 1
            """
        ).first
        if let known { return (user, try known.get("account_id", as: UUID.self)) }
        return (user, try await openAccount(for: user))
    }

    private func openAccount(for user: UUID) async throws -> UUID {
        let account = UUID()
        try await pipeline([
            "insert into accounts (id, name) values (\(account), 'My business')",
            "insert into members (account_id, user_id, role) values (\(account), \(user), 'owner')",
        ])
        return account
    }
}
