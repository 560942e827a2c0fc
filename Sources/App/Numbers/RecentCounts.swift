import FoundationEssentials
import Postgres

/// Yesterday and today are counted every ten minutes, so that their numbers cost the same however much is asked on them. Once a
/// day is over it is counted anew, from what became of it: see `countDays`.
enum RecentCounts {
    static let days = 2
    private static let minutes = 10
    /// Of time, counted in one go.
    private static let hoursAtOnce = 6

    /// The ten minutes in which a moment is.
    private static func part(_ moment: String) -> String { "date_bin('\(minutes) minutes', \(moment), '2000-01-01 00:00Z')" }

    /// The first moment that isn't counted yet.
    static func since(of account: String) -> String {
        """
        greatest(date_trunc('day', now() - interval '1 day', 'UTC'), (
          select max(since) from recent_counts where account_id = \(account) and since < now()) + interval '\(minutes) minutes')
        """
    }

    /// When all answers of before are whole.
    private static let before = part("now() - interval '\(Message.longestAnswerSeconds) seconds'")

    static let isDue = Sweep.hasOne(
        of: "messages m where m.account_id = a.id and m.created_at >= \(since(of: "a.id")) and m.created_at < \(before)")

    /// The table `span` for `given.account_id`.
    static let span = """
        uncounted as materialized (select account_id, \(since(of: "given.account_id")) as since, \(before) as before from given),
        span as materialized (
          select u.account_id, u.since, least(u.before, \(part("""
            coalesce((
            select min(m.created_at) from messages m where m.account_id = u.account_id and m.created_at >= u.since and m.created_at < u.before), u.before)
            """)) + interval '\(hoursAtOnce) hours') as before
          from uncounted u)
        """

    /// Of `span`: bot_id, since, kind, key, count. What `Figures` counts of days is of kinds of its own.
    static let counted = """
        \(BotCounts.counted(by: part))
        union all
        select bot_id, since, kind, '', count from (
          select c.bot_id, \(part("m.created_at")) as since, \(Figures.counts(since: part("m.created_at")))
          from messages m join conversations c on c.id = m.conversation_id and c.account_id = m.account_id
          where m.account_id = span.account_id and c.channel <> 'try' and m.replaced_by is null and m.created_at >= span.since and m.created_at < span.before
          group by 1, 2) figures
        cross join lateral (values
          ('conversations', conversations), ('messages', messages), ('answered', answered), ('unanswered', unanswered)) part (kind, count)
        """
}

extension Sweep {
    static func countRecent(every interval: Duration) -> Sweep {
        Sweep(name: "count_recent", interval: interval, work: .accounts(due: RecentCounts.isDue) { try await $0.countRecent() })
    }
}

extension AccountDatabase {
    /// Some hours; returns whether there may be more.
    func countRecent() async throws -> Bool {
        try await query(
            """
            with given as (select \(account)::uuid as account_id), \(unsafeRaw: RecentCounts.span)
            insert into recent_counts (account_id, bot_id, since, kind, key, count)
            select span.account_id, counted.* from span cross join lateral (\(unsafeRaw: RecentCounts.counted)) counted
            on conflict do nothing
            """
        ).affected > 0
    }
}
