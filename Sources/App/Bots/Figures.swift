import FoundationEssentials
import Postgres
import Templates

extension Sweep {
    /// Counts the days of UTC that are over and not yet counted, a while after their end, when all answers are whole.
    static func countDays(every interval: Duration) -> Sweep {
        Sweep(
            name: "count_days", interval: interval,
            work: .accounts(due: Figures.isDue("bot_days", [("messages", "created_at")])) { try await $0.countDays() })
    }
}

extension AccountDatabase {
    /// Some days; returns whether there may be more.
    func countDays() async throws -> Bool {
        try await query(
            """
            with given as (select \(account)::uuid as account_id), \(unsafeRaw: Figures.span(of: "bot_days"))
            insert into bot_days (account_id, bot_id, day, conversations, messages, answered, unanswered)
            select span.account_id, days.* from span cross join lateral (
              select c.bot_id, \(unsafeRaw: Figures.day), \(unsafeRaw: Figures.counts)
              from messages m join conversations c on c.id = m.conversation_id and c.account_id = m.account_id
              where m.account_id = span.account_id and c.channel <> 'try' and m.replaced_by is null and m.created_at >= span.since and m.created_at < span.before
              group by 1, 2) days
            on conflict do nothing
            """
        ).affected > 0
    }
}

extension AccountDatabase {
    private static let newestQuestions = 50

    /// The bots, their figures by their ids, and the newest questions: in one trip, however many bots there are.
    func dashboard() async throws -> (bots: [Bot], figures: [String: BotFigures], newest: [NewestQuestion]) {
        let rows = try await pipeline([Self.bots(of: account), days, newest])
        let bots = try rows[0].map(Bot.init)
        var figures = Dictionary(bots.map { ($0.id, BotFigures()) }) { first, _ in first }
        for row in rows[1] {
            try figures[row.get("bot_id", as: UUID.self)]?.add(BotFigures.Day(row), daysAgo: row.get("days_ago", as: Int.self))
        }
        let names = Dictionary(bots.map { ($0.id, $0.name) }) { first, _ in first }
        let newest = try rows[2].map { row in
            try NewestQuestion(row, botName: names[row.get("bot_id", as: UUID.self)] ?? "")
        }
        return (bots, Dictionary(figures.map { ($0.key.lowercased, $0.value) }) { first, _ in first }, newest)
    }

    /// The days that are over, as they were counted, but yesterday, which may not be yet; that and today as they are.
    private var days: SQL {
        """
        select bot_id, (now() at time zone 'UTC')::date - day as days_ago, conversations, messages, answered, unanswered
        from bot_days
        where account_id = \(account) and day > (now() at time zone 'UTC')::date - \(BotFigures.days)::integer and day < (now() at time zone 'UTC')::date - 1
        union all
        select c.bot_id, (now() at time zone 'UTC')::date - \(unsafeRaw: Figures.day), \(unsafeRaw: Figures.counts)
        from messages m join conversations c on c.id = m.conversation_id and c.account_id = m.account_id
        where m.account_id = \(account) and c.channel <> 'try' and m.replaced_by is null and m.created_at >= date_trunc('day', now() - interval '1 day', 'UTC')
          and c.last_message_at >= date_trunc('day', now() - interval '1 day', 'UTC')
        group by 1, 2
        """
    }

    private var newest: SQL {
        """
        select c.bot_id, c.id as conversation_id, m.id, left(q.text, \(ConversationSummary.questionLength)) as question, m.basis, m.created_at
        from messages m join messages q on q.id = m.reply_to join conversations c on c.id = m.conversation_id and c.account_id = m.account_id
        where m.account_id = \(account) and m.basis is not null and m.state = 'answered' and m.replaced_by is null and c.channel <> 'try'
        order by m.created_at desc limit \(Self.newestQuestions)
        """
    }
}

/// How days are counted, wherever they are.
enum Figures {
    /// That are counted in one go, from the first on which something was said.
    private static let daysAtOnce = 31
    /// Nothing was asked before.
    private static let beginning = "2000-01-01"

    private static let before = "date_trunc('day', now() - interval '\(Message.longestAnswerSeconds) seconds', 'UTC')"

    /// The day after the last that is counted. What claims to be counted of days to come says nothing.
    private static func since(_ table: String, of account: String) -> String {
        """
        (greatest((select max(day) from \(table) where account_id = \(account) and day < (now() at time zone 'UTC')::date) + 1, '\(beginning)')::timestamp \
        at time zone 'UTC')
        """
    }

    /// Whether an account `a` has something of days that aren't in `table` yet.
    static func isDue(_ table: String, _ moments: [(table: String, column: String)]) -> String {
        let isThere = moments.map { moment in
            Sweep.hasOne(
                of:
                    "\(moment.table) m where m.account_id = a.id and m.\(moment.column) < \(before) and m.\(moment.column) >= \(since(table, of: "a.id"))"
            )
        }
        return isThere.joined(separator: " or ")
    }

    /// The table `span` with the days of `given.account_id` that are to be counted into `table`: some, if there are many.
    static func span(of table: String) -> String {
        """
        uncounted as materialized (select account_id, \(since(table, of: "given.account_id")) as since, \(before) as before from given),
        span as materialized (
          select u.account_id, u.since, least(u.before, date_trunc('day', coalesce((
            select m.created_at from messages m join conversations c on c.id = m.conversation_id and c.account_id = m.account_id
            where m.account_id = u.account_id and m.created_at >= u.since and m.created_at < u.before and c.channel <> 'try' and m.replaced_by is null
            order by m.created_at limit 1), u.before), 'UTC') + interval '\(daysAtOnce) days') as before
          from uncounted u)
        """
    }

    static let day = "(m.created_at at time zone 'UTC')::date"
    static let counts = counts(since: "date_trunc('day', m.created_at, 'UTC')")

    /// - Parameter beginning: of the span of time that is counted.
    static func counts(since beginning: String) -> String {
        """
        count(distinct c.id) filter (where c.created_at >= \(beginning)) as conversations, \
        count(*) as messages, count(*) filter (where m.state = 'answered' and m.basis in ('quoted', 'based_on')) as answered, \
        count(*) filter (where m.state = 'answered' and m.basis = 'not_in_my_information') as unanswered
        """
    }
}

extension BotFigures.Day {
    fileprivate init(_ row: Row) throws {
        self.init(
            conversations: try row.count("conversations"), messages: try row.count("messages"),
            answered: try row.count("answered"), unanswered: try row.count("unanswered"))
    }
}

extension NewestQuestion {
    fileprivate init(_ row: Row, botName: String) throws {
        self.init(
            botID: try row.get("bot_id", as: UUID.self).lowercased, botName: botName,
            conversationID: try row.get("conversation_id", as: UUID.self).lowercased,
            messageID: try row.get("id", as: UUID.self).lowercased,
            question: try row.get("question", as: String.self),
            basis: AnswerReply.Basis(rawValue: try row.get("basis", as: String.self)) ?? .notInMyInformation,
            askedAt: try row.moment("created_at"))
    }
}
