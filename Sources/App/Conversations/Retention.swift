import FoundationEssentials
import Postgres

enum Retention {
    static let mailDays = 30
    /// For mailing those who asked, and for looking back.
    static let dealtWithDays = 30
    /// How long it is known that something was erased.
    static let erasureDays = 400
}

extension Sweep {
    /// Erases conversations in which nothing was said for as long as their bot says, or else for `defaultSeconds`; nil is for
    /// ever.
    static func forgetConversations(olderThan defaultSeconds: Int?, every interval: Duration) -> Sweep {
        let due = hasOne(of: "conversations c where c.account_id = a.id")
        return Sweep(
            name: "forget_conversations", interval: interval,
            work: .accounts(due: due) { try await $0.forgetConversations(olderThan: defaultSeconds) })
    }
}

extension AccountDatabase {
    /// Some of them, once they are counted; returns whether there may be more. What can't be counted goes all the same.
    fileprivate func forgetConversations(olderThan defaultSeconds: Int?) async throws -> Bool {
        var problem: PostgresError?
        do {
            while try await countDays() {}
            while try await countParts() {}
        } catch let error as PostgresError where !error.isEverybodys {
            problem = error
        }
        let count = try await transaction { transaction in
            let old = try await transaction.query(
                """
                select old.id from bots b cross join lateral (
                  select c.id from conversations c
                  where c.bot_id = b.id and c.account_id = b.account_id
                    and c.last_message_at < now() - coalesce(b.retention_days * 86400, \(defaultSeconds)) * interval '1 second'
                  order by c.last_message_at limit \(Sweep.batch)) old
                where b.account_id = \(account) limit \(Sweep.batch)
                """)
            try await transaction.erase(try old.map { try $0.get("id", as: UUID.self) }, .retention)
            return old.count
        }
        if count == Sweep.batch { return true }
        if let problem { throw problem }
        return false
    }
}
