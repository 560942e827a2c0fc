import Postgres

extension Postgres {
    /// Conversations removed at once, so that no statement runs for long.
    private static let batch = 500
    private static let mailDays = 30

    /// Removes conversations in which nothing was said for so long, with their messages.
    func forgetConversations(olderThan seconds: Int) async throws {
        while true {
            let removed = try await query(
                """
                delete from conversations where id in (
                  select old.id from bots b cross join lateral (
                    select c.id from conversations c
                    where c.bot_id = b.id and c.last_message_at < now() - \(seconds) * interval '1 second'
                    order by c.last_message_at limit \(Self.batch)) old
                  limit \(Self.batch))
                """)
            if removed.affected < Self.batch { return }
        }
    }

    /// Mails of the outbox, where nothing is mailed.
    func forgetMails() async throws {
        try await query("delete from outbox where sent_at < now() - \(Self.mailDays) * interval '1 day'")
    }
}
