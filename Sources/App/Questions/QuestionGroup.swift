import Answering
import FoundationEssentials
import Postgres
import Templates

/// Questions that are alike and had no good answer, until an owner has dealt with them.
enum QuestionGroup {
    enum State: String, Sendable { case open, answered, dismissed }

    /// Groups on a page.
    static let shown = 50
    /// Wordings of a group that are shown and asked again.
    static let wordings = 20
    /// Groups that new questions are compared with, newest first.
    static let compared = 2_000
    /// Questions that are grouped at once.
    static let batch = 500
    /// Of a question's need, what a passage must meet to be worth proposing; the answerer itself wants more.
    static let nearlyAnswered: Float = 0.25
    static let drafts = 2
}

extension AccountDatabase {
    /// Puts new questions into groups: those that are like others into theirs, the others into groups of their own. A group that
    /// was answered is open again when its answer didn't do.
    func groupQuestions(of bot: UUID) async throws {
        while try await groupSomeQuestions(of: bot) == QuestionGroup.batch {}
    }

    private func groupSomeQuestions(of bot: UUID) async throws -> Int {
        try await transaction { transaction in
            // One process at a time, so that two don't make a group each.
            try await transaction.query("select from bots where id = \(bot) and account_id = \(account) for update")
            let new = try await transaction.query(
                """
                select id, text, asked_at from questions where bot_id = \(bot) and account_id = \(account) and group_id is null
                order by id limit \(QuestionGroup.batch)
                """)
            if new.isEmpty { return 0 }
            var groups = QuestionGroups<UUID>()
            for row in try await transaction.query(knownWordings(of: bot)) {
                groups.add(try row.get("text", as: String.self), to: try row.get("group_id", as: UUID.self))
            }
            var placed: [(question: Int64, group: UUID)] = []
            for row in new {
                let text = try row.get("text", as: String.self)
                let group = groups.group(like: text) ?? UUID()
                groups.add(text, to: group)
                placed.append((try row.get("id", as: Int64.self), group))
            }
            try await transaction.pipeline([
                """
                insert into question_groups (id, account_id, bot_id)
                select distinct given, \(account)::uuid, \(bot)::uuid from unnest(\(placed.map(\.group.lowercased))::uuid[]) as given
                on conflict (id) do update set state = case when question_groups.state = 'answered' then 'open' else question_groups.state end
                """,
                """
                update questions set group_id = given.group_id
                from unnest(\(placed.map { Int($0.question) })::bigint[], \(placed.map(\.group.lowercased))::uuid[]) as given (id, group_id)
                where questions.id = given.id and questions.account_id = \(account)
                """,
            ])
            return new.count
        }
    }

    private func knownWordings(of bot: UUID) -> SQL {
        """
        select distinct q.group_id, q.text from questions q
        join (
          select id from question_groups where bot_id = \(bot) and account_id = \(account) order by created_at desc limit \(QuestionGroup.compared)) g
          on g.id = q.group_id
        where q.account_id = \(account)
        """
    }

    /// Those with most askers first, and of as many, those asked last.
    func questionGroups(of bot: UUID, _ state: QuestionGroup.State, limit: Int = QuestionGroup.shown) async throws -> [QuestionGroupView] {
        try await query(
            """
            select \(unsafeRaw: QuestionGroupView.columns)
            from question_groups g join questions q on q.group_id = g.id and q.account_id = g.account_id
            where g.bot_id = \(bot) and g.account_id = \(account) and g.state = \(state.rawValue)
            group by g.id order by count(distinct q.asker) desc, max(q.asked_at) desc, g.id limit \(limit)
            """
        ).map { try QuestionGroupView($0, bot: bot) }
    }

    /// - Throws: `Failure.notFound` where the bot has no such group.
    func questionGroup(_ id: UUID, of bot: UUID) async throws -> QuestionGroupView {
        let row = try await query(
            """
            select \(unsafeRaw: QuestionGroupView.columns)
            from question_groups g join questions q on q.group_id = g.id and q.account_id = g.account_id
            where g.id = \(id) and g.bot_id = \(bot) and g.account_id = \(account) group by g.id
            """
        ).first
        guard let row else { throw Failure.notFound }
        return try QuestionGroupView(row, bot: bot)
    }

    /// How many groups wait, by bot.
    func openQuestionCounts() async throws -> [String: Int] {
        let new = try await query("select distinct bot_id from questions where account_id = \(account) and group_id is null")
        for row in new { try await groupQuestions(of: row.get("bot_id", as: UUID.self)) }
        let rows = try await query(
            """
            select bot_id, count(*) as count from question_groups g
            where account_id = \(account) and state = 'open' and exists (select from questions q where q.group_id = g.id and q.account_id = g.account_id)
            group by bot_id
            """)
        return Dictionary(try rows.map { (try $0.get("bot_id", as: UUID.self).lowercased, try $0.get("count", as: Int.self)) }) { first, _ in first }
    }

    /// - Throws: `Failure.notFound` where the bot has no such group.
    func setState(_ state: QuestionGroup.State, of group: UUID, of bot: UUID) async throws {
        let updated = try await query(
            """
            update question_groups set state = \(state.rawValue), dealt_with_at = case when \(state == .open) then null else now() end
            where id = \(group) and bot_id = \(bot) and account_id = \(account)
            """)
        guard updated.affected > 0 else { throw Failure.notFound }
    }

    /// The owner's answer becomes a source, its question a test, and the group is dealt with: all or nothing.
    func answer(_ group: UUID, of bot: UUID, asking question: String, with answer: String) async throws {
        let source = UUID()
        try await transaction { transaction in
            let updated = try await transaction.query(
                """
                update question_groups set state = 'answered', dealt_with_at = now(), source_id = \(source), answer = \(answer)
                where id = \(group) and bot_id = \(bot) and account_id = \(account)
                """)
            guard updated.affected > 0 else { throw Failure.notFound }
            try await transaction.addPair(question, answer, as: source, to: bot, of: account)
            try await transaction.add(BotTest(question: question, expectedSource: source.lowercased), to: bot, of: account)
            try await transaction.query(TellAskers.enqueueing(group, of: account))
        }
    }
}

extension Postgres {
    /// Conversations that are gone for their age leave their questions behind; groups of none go.
    func tidyQuestions() async throws {
        try await query(
            """
            delete from question_groups g where created_at < now() - interval '1 day'
              and not exists (select from questions q where q.group_id = g.id)
            """)
    }
}

extension QuestionGroupView {
    fileprivate static let columns = """
        g.id, g.state, g.answer, g.dealt_with_at, count(distinct q.asker) as askers, max(q.asked_at) as last_asked_at, \
        count(*) filter (where q.reason = 'thumb') as thumbs, \
        to_json((array_agg(distinct q.text))[1:\(QuestionGroup.wordings)]) as wordings, \
        (array_agg(q.text order by length(q.text), q.text))[1 + count(*)::int / 2] as question
        """

    fileprivate init(_ row: Row, bot: UUID) throws {
        guard case .array(let wordings) = try JSON(parsing: row.get("wordings", as: String.self).utf8) else { throw JSONError.malformed(offset: 0) }
        self.init(
            id: try row.get("id", as: UUID.self).lowercased, bot: bot.lowercased, question: try row.get("question", as: String.self),
            wordings: wordings.compactMap(\.string), askers: try row.get("askers", as: Int.self), thumbsDown: try row.get("thumbs", as: Int.self),
            lastAskedAt: try row.moment("last_asked_at"), state: try row.get("state", as: String.self), answer: try row.get("answer", as: String.self))
    }
}
