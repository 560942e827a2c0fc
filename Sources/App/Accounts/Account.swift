import FoundationEssentials
import Postgres
import Templates

extension AccountDatabase {
    /// The name of the business.
    func rename(to name: String) async throws {
        try await query("update accounts set name = \(name) where id = \(account)")
    }
}

extension Postgres {
    func rename(user: UUID, to name: String) async throws {
        try await query("update users set name = \(name) where id = \(user)")
    }

    /// Lets a session look at another of its person's accounts.
    /// - Throws: `Failure.notFound` where the person isn't a member.
    func look(at account: UUID, in session: Session) async throws {
        let changed = try await query(
            """
            update sessions s set account_id = m.account_id from members m
            where s.id = \(session.id) and m.user_id = s.user_id and m.account_id = \(account)
            """)
        if changed.affected == 0 { throw Failure.notFound }
    }

    /// Deletes an account with everything in it, and the persons who have no other.
    func deleteAccount(_ account: UUID) async throws {
        try await transaction { transaction in
            let members = try await transaction.pipeline([
                "select from accounts where id = \(account) for update",
                "select user_id from members where account_id = \(account)",
                "delete from accounts where id = \(account)",
            ])[1]
            try await transaction.forgetPersons(members.map { try $0.get("user_id", as: UUID.self) })
        }
    }
}

extension Transaction {
    /// Deletes those of these persons who have no account any more. Only for a transaction that sees all accounts: to
    /// another, everybody would look as if they had none.
    func forgetPersons(_ users: [UUID]) async throws {
        try await pipeline([
            // Nobody can make them a member meanwhile.
            "select from users where id = any(\(users)::uuid[]) order by id for update",
            "delete from users u where id = any(\(users)::uuid[]) and not exists (select from members m where m.user_id = u.id)",
        ])
    }
}

extension AccountView {
    /// The accounts of a person.
    static func all(of user: UUID) -> SQL {
        """
        select a.id, a.name, a.plan, m.role from members m join accounts a on a.id = m.account_id
        where m.user_id = \(user) order by a.created_at, a.id
        """
    }

    init(_ row: Row, current: UUID) throws {
        let id = try row.get("id", as: UUID.self)
        self.init(
            id: id.lowercased, name: try row.get("name", as: String.self), plan: try row.get("plan", as: String.self),
            role: try row.get("role", as: String.self), isCurrent: id == current)
    }
}
