import FoundationEssentials
import Postgres

extension Postgres {
    /// Conversations removed at once, so that no statement runs for long.
    private static let batch = 500
    private static let mailDays = 30

    /// Removes conversations in which nothing was said for so long, with their messages.
    func forgetConversations(olderThan seconds: Int) async throws {
        while true {
            // What went unanswered stays until somebody has dealt with it: only an erased conversation takes it along.
            let removed = try await query(
                """
                with old as materialized (
                  select old.id from bots b cross join lateral (
                    select c.id from conversations c
                    where c.bot_id = b.id and c.last_message_at < now() - \(seconds) * interval '1 second'
                    order by c.last_message_at limit \(Self.batch)) old
                  limit \(Self.batch)),
                kept as (update questions set message_id = null where message_id in (select m.id from messages m join old on old.id = m.conversation_id))
                select id from old
                """).map { try $0.get("id", as: UUID.self).lowercased }
            try await query("delete from conversations where id = any(\(removed)::uuid[])")
            if removed.count < Self.batch { return }
        }
    }

    /// Mails of the outbox, where nothing is mailed.
    func forgetMails() async throws {
        try await query("delete from outbox where sent_at < now() - \(Self.mailDays) * interval '1 day'")
    }
}
