import Answering
import FoundationEssentials
import Postgres
import Templates

extension AccountDatabase {
    static let topQuestions = 20
    static let topHosts = 20
    /// Ends in milliseconds of what is shown as one.
    static let bands = [100, 500, 1_000, 2_000, 5_000, 10_000]

    /// The day of UTC that it is.
    func today() async throws -> CalendarDay {
        let row = try await query("select (now() at time zone 'UTC')::date::text as today").first
        guard let today = try row.flatMap({ CalendarDay(try $0.get("today", as: String.self)) }) else { throw Failure.unexpected }
        return today
    }

    /// What a bot, or all of the account's, did in these days.
    func numbers(of bot: UUID?, in range: NumberRange) async throws -> NumbersView {
        // By itself: the planner must know from when on messages are read.
        guard
            let uncounted = try await query(
                "select \(unsafeRaw: RecentCounts.since(of: "given.id")) as since from (select \(account)::uuid as id) given"
            ).first?
            .get("since", as: PostgresTimestamp.self)
        else { throw Failure.unexpected }
        let rows = try await pipeline([days(bot, range, since: uncounted), parts(bot, range, since: uncounted), questions(bot, range)])
        var days: [String: DayNumbers] = [:]
        for day in range.all { days[day.text] = DayNumbers(day: day.text) }
        for row in rows[0] {
            let day = try row.get("day", as: String.self)
            days[day]?.conversations = try row.count("conversations")
            days[day]?.messages = try row.count("messages")
            days[day]?.answered = try row.count("answered")
            days[day]?.unanswered = try row.count("unanswered")
        }
        var parts = Parts()
        for row in rows[1] { try parts.add(row, &days) }
        let asked = try rows[2].map { try $0.get("question", as: String.self) }
        return NumbersView(
            from: range.from.text, to: range.to.text, days: range.all.compactMap { days[$0.text] }, hours: parts.hours,
            responseTimes: ResponseTimesView(
                answers: parts.whole.count, firstWordMedianMS: parts.firstWord.percentile(50),
                firstWord95MS: parts.firstWord.percentile(95),
                wholeMedianMS: parts.whole.percentile(50), whole95MS: parts.whole.percentile(95),
                bands: zip(Self.bands.map(Optional.some) + [nil], parts.whole.bands(Self.bands)).map { .init(belowMS: $0, count: $1) }),
            channels: parts.channels.ranked(Self.topHosts), hosts: parts.hosts.ranked(Self.topHosts), questions: Self.grouped(asked))
    }

    private struct Parts {
        var hours = [[Int]](repeating: [Int](repeating: 0, count: 24), count: 7)
        var firstWord = ResponseTimes()
        var whole = ResponseTimes()
        var channels: [String: Int] = [:]
        var hosts: [String: Int] = [:]

        mutating func add(_ row: Row, _ days: inout [String: DayNumbers]) throws {
            let (key, count) = (try row.get("key", as: String.self), try row.count("count"))
            let day = try row.get("day", as: String?.self) ?? ""
            switch try row.get("kind", as: String.self) {
            case "hour":
                guard let hour = Int(key), let weekday = try row.get("weekday", as: Int?.self), hours.indices.contains(weekday - 1),
                    (0..<24).contains(hour)
                else { return }
                hours[weekday - 1][hour] += count
            case "first_word": firstWord.add(count, step: Int(key) ?? -1)
            case "whole": whole.add(count, step: Int(key) ?? -1)
            case "channel": channels[key, default: 0] += count
            case "host": hosts[key, default: 0] += count
            case "handoff": days[day]?.handoffs = count
            case "thumb_up": days[day]?.thumbsUp = count
            case "thumb_down": days[day]?.thumbsDown = count
            case "cost": days[day]?.costMicros = count
            default: break
            }
        }
    }

    /// The days that are over, as they were counted, but yesterday, which may not be yet; that and today as far as they were, and
    /// the rest as it is.
    private func days(_ bot: UUID?, _ range: NumberRange, since uncounted: PostgresTimestamp) -> SQL {
        """
        select day::text, coalesce(sum(conversations), 0)::bigint as conversations, coalesce(sum(messages), 0)::bigint as messages,
          coalesce(sum(answered), 0)::bigint as answered, coalesce(sum(unanswered), 0)::bigint as unanswered
        from (
          select bot_id, day, conversations, messages, answered, unanswered from bot_days
          where account_id = \(account) and day < (now() at time zone 'UTC')::date - 1
          union all
          select bot_id, (since at time zone 'UTC')::date, case kind when 'conversations' then count end, case kind when 'messages' then count end,
            case kind when 'answered' then count end, case kind when 'unanswered' then count end
          from recent_counts
          where account_id = \(account) and since >= date_trunc('day', now() - interval '1 day', 'UTC')
            and kind in ('conversations', 'messages', 'answered', 'unanswered')
          union all
          select c.bot_id, \(unsafeRaw: Figures.day), \(unsafeRaw: Figures.counts)
          from messages m join conversations c on c.id = m.conversation_id and c.account_id = m.account_id
          where m.account_id = \(account) and c.channel <> 'try' and m.replaced_by is null
            and m.created_at >= to_timestamp(\(uncounted.microseconds) / 1000000.0) and c.last_message_at >= to_timestamp(\(uncounted.microseconds) / 1000000.0)
          group by 1, 2) d
        where day between \(range.from.text)::date and \(range.to.text)::date and bot_id = coalesce(\(bot)::uuid, bot_id)
        group by day
        """
    }

    private func parts(_ bot: UUID?, _ range: NumberRange, since uncounted: PostgresTimestamp) -> SQL {
        """
        with span as (
          select \(account)::uuid as account_id, to_timestamp(\(uncounted.microseconds) / 1000000.0) as since, 'infinity'::timestamptz as before),
        parts as (
          select bot_id, day, kind, key, count from bot_counts where account_id = \(account) and day < (now() at time zone 'UTC')::date - 1
            and day between \(range.from.text)::date and \(range.to.text)::date
          union all
          select bot_id, (since at time zone 'UTC')::date, kind, key, count from recent_counts
          where account_id = \(account) and since >= date_trunc('day', now() - interval '1 day', 'UTC')
            and kind not in ('conversations', 'messages', 'answered', 'unanswered')
          union all
          select counted.* from span cross join lateral (\(unsafeRaw: BotCounts.counted)) counted)
        select case when kind in ('handoff', 'thumb_up', 'thumb_down', 'cost') then day::text end as day,
          case when kind = 'hour' then extract(isodow from day)::integer end as weekday, kind, key, \(unsafeRaw: BotCounts.sum("count")) as count
        from parts
        where day between \(range.from.text)::date and \(range.to.text)::date and bot_id = coalesce(\(bot)::uuid, bot_id)
        group by 1, 2, 3, 4
        """
    }

    /// Of the conversations that are still kept: visitors' words aren't counted beyond them. Each is looked up by itself, as a
    /// join would read everybody's.
    private func questions(_ bot: UUID?, _ range: NumberRange) -> SQL {
        """
        select left(m.text, \(ConversationSummary.questionLength)) as question
        from (
          select conversation_id, account_id, role, text, replaced_by, created_at from messages
          where account_id = \(account) and created_at >= \(range.from.text)::date::timestamp at time zone 'UTC'
            and created_at < (\(range.to.text)::date + 1)::timestamp at time zone 'UTC'
          order by created_at desc limit \(BotCounts.maximumMessages)) m
        where m.role = 'visitor' and m.replaced_by is null and (
          select c.channel <> 'try' and c.bot_id = coalesce(\(bot)::uuid, c.bot_id) from conversations c
          where c.id = m.conversation_id and c.account_id = m.account_id)
        order by m.created_at desc limit \(BotCounts.maximumQuestions)
        """
    }

    /// By their words, with the wording that most chose.
    private static func grouped(_ questions: [String]) -> [NamedCount] {
        var groups: [String: [String: Int]] = [:]
        var keys = Wording.Keys()
        for question in questions { groups[keys.key(of: question), default: [:]][question, default: 0] += 1 }
        let named = groups.compactMap { _, wordings -> (String, Int)? in
            let usual = wordings.min { ($1.value, $0.key) < ($0.value, $1.key) }
            return usual.map { ($0.key, wordings.values.reduce(0, +)) }
        }
        return Dictionary(named) { $0 + $1 }.ranked(topQuestions)
    }
}

extension [String: Int] {
    fileprivate func ranked(_ count: Int) -> [NamedCount] {
        sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(count).map { NamedCount(name: $0.key, count: $0.value) }
    }
}
