import FoundationEssentials
import Postgres
import Templates

extension Postgres {
    /// Counts the days of UTC that are over and not yet counted, a while after their end, when all answers are whole.
    /// Account by account, as the index has them.
    func countDays() async throws {
        try await query(
            """
            with bounds as materialized (
              select date_trunc('day', now() - \(Message.longestAnswerSeconds) * interval '1 second', 'UTC') as before,
                (select coalesce(max(day) + 1, '-infinity')::timestamp at time zone 'UTC' from bot_days) as since)
            insert into bot_days (account_id, bot_id, day, conversations, messages, answered, unanswered)
            select a.id, days.* from bounds cross join accounts a cross join lateral (
              select c.bot_id, \(unsafeRaw: Figures.day), \(unsafeRaw: Figures.counts)
              from messages m join conversations c on c.id = m.conversation_id and c.account_id = m.account_id
              where m.account_id = a.id and c.channel <> 'try' and m.replaced_by is null and m.created_at >= bounds.since and m.created_at < bounds.before
              group by 1, 2) days
            where bounds.since < bounds.before
            on conflict do nothing
            """)
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
    static let day = "(m.created_at at time zone 'UTC')::date"
    static let counts = """
        count(distinct c.id) filter (where c.created_at >= date_trunc('day', m.created_at, 'UTC')) as conversations, \
        count(*) as messages, count(*) filter (where m.state = 'answered' and m.basis in ('quoted', 'based_on')) as answered, \
        count(*) filter (where m.state = 'answered' and m.basis = 'not_in_my_information') as unanswered
        """
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
            conversationID: try row.get("conversation_id", as: UUID.self).lowercased, messageID: try row.get("id", as: UUID.self).lowercased,
            question: try row.get("question", as: String.self),
            basis: AnswerReply.Basis(rawValue: try row.get("basis", as: String.self)) ?? .notInMyInformation,
            askedAt: try row.moment("created_at"))
    }
}
