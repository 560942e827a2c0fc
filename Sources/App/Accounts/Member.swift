import FoundationEssentials
import Postgres
import Templates

/// A person in an account. Known by the person's id.
enum Member {
    static func all(of account: UUID) -> SQL {
        """
        select u.id, u.name, u.email, m.role, m.created_at,
          m.role = 'owner' and count(*) filter (where m.role = 'owner') over () = 1 as is_last_owner
        from members m join users u on u.id = m.user_id
        where m.account_id = \(account) order by m.created_at, u.email
        """
    }
}

extension AccountDatabase {
    /// Whether a member is mailed when visitors wait for a person, and about leads.
    func sendMails(_ mails: Bool, to user: UUID) async throws {
        try await query("update members set mails = \(mails) where account_id = \(account) and user_id = \(user)")
    }

    func setRole(_ role: Session.Role, of user: UUID) async throws {
        try await transaction { transaction in
            if try await transaction.isLastOwner(user, of: account), role != .owner { throw Failure.lastOwner }
            try await transaction.query(
                "update members set role = \(role.rawValue) where account_id = \(account) and user_id = \(user)")
        }
    }
}

extension Postgres {
    /// Takes a person out of an account. Sessions that look at it end; a person without another account is forgotten.
    func removeMember(_ user: UUID, of account: UUID) async throws {
        try await transaction { transaction in
            if try await transaction.isLastOwner(user, of: account) { throw Failure.lastOwner }
            try await transaction.query("delete from members where account_id = \(account) and user_id = \(user)")
            try await transaction.forgetPersons([user])
        }
    }
}

extension Transaction {
    /// Locks the account, so that of two owners who leave at once one is the last.
    /// - Throws: `Failure.notFound` where the person isn't a member.
    fileprivate func isLastOwner(_ user: UUID, of account: UUID) async throws -> Bool {
        let found = try await pipeline([
            "select from accounts where id = \(account) for update",
            """
            select role = 'owner' and not exists (
              select from members o where o.account_id = m.account_id and o.role = 'owner' and o.user_id <> m.user_id) as is_last
            from members m where account_id = \(account) and user_id = \(user)
            """,
        ])[1].first
        guard let found else { throw Failure.notFound }
        return try found.get("is_last", as: Bool.self)
    }
}

extension Failure {
    static let lastOwner = Failure(
        status: .unprocessableContent, code: "last_owner",
        message: "An account needs an owner. Please make somebody else an owner first, or delete the account.")
}

extension MemberView {
    init(_ row: Row, seenBy session: Session) throws {
        let id = try row.get("id", as: UUID.self)
        let isLastOwner = try row.get("is_last_owner", as: Bool.self)
        self.init(
            id: id.lowercased, name: try row.get("name", as: String.self), email: try row.get("email", as: String.self),
            role: try row.get("role", as: String.self), joinedAt: try row.moment("created_at"), isYou: id == session.user,
            canChange: session.role == .owner && !isLastOwner, canGo: (session.role == .owner || id == session.user) && !isLastOwner)
    }
}
