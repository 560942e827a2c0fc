import FoundationEssentials
import Postgres

extension Postgres {
    /// Conversations erased at once, so that no transaction runs for long.
    private static let batch = 500
    private static let mailDays = 30
    /// For mailing those who asked, and for looking back.
    private static let dealtWithDays = 30
    /// How long it is known that something was erased.
    private static let erasureDays = 400

    /// Erases conversations in which nothing was said for as long as their bot says, or else for `defaultSeconds`; nil is for
    /// ever.
    func forgetConversations(olderThan defaultSeconds: Int?) async throws {
        while try await forgetSomeConversations(olderThan: defaultSeconds) == Self.batch {}
    }

    private func forgetSomeConversations(olderThan defaultSeconds: Int?) async throws -> Int {
        try await transaction { transaction in
            let old = try await transaction.query(
                """
                select old.id from bots b cross join lateral (
                  select c.id from conversations c
                  where c.bot_id = b.id and c.account_id = b.account_id
                    and c.last_message_at < now() - coalesce(b.retention_days * 86400, \(defaultSeconds)) * interval '1 second'
                  order by c.last_message_at limit \(Self.batch)) old
                limit \(Self.batch)
                """)
            try await transaction.erase(try old.map { try $0.get("id", as: UUID.self) }, .retention)
            return old.count
        }
    }

    /// Where their bot says for how long they are kept.
    func forgetLeads() async throws {
        try await query(
            """
            delete from leads l using bots b
            where b.id = l.bot_id and b.account_id = l.account_id and l.created_at < now() - b.lead_days * interval '1 day'
            """)
    }

    /// What a conversation that is gone had left to be answered, once somebody has dealt with it.
    func forgetAnsweredQuestions() async throws {
        try await query(
            """
            delete from questions q using question_groups g
            where g.id = q.group_id and g.account_id = q.account_id and q.message_id is null
              and g.dealt_with_at < now() - \(Self.dealtWithDays) * interval '1 day'
            """)
    }

    /// Mails of the outbox, where nothing is mailed.
    func forgetMails() async throws {
        try await query("delete from outbox where sent_at < now() - \(Self.mailDays) * interval '1 day'")
    }

    func forgetErasures() async throws {
        try await query("delete from erasures where erased_at < now() - \(Self.erasureDays) * interval '1 day'")
    }
}
