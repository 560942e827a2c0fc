import Answering
import FoundationEssentials
import NIOPosix
import Postgres
import Templates

/// Questions that are alike and had no good answer, until an owner has dealt with them.
enum QuestionGroup {
    enum State: String, Sendable, CaseIterable { case open, answered, dismissed }

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

    /// Of a question that a conversation which is gone had left to be answered: whether somebody has dealt with it.
    static let isDealtWith = """
        message_id is null and exists (select from question_groups g where g.id = questions.group_id and g.account_id = questions.account_id \
        and g.dealt_with_at < now() - interval '\(Retention.dealtWithDays) days')
        """
    /// Of a group.
    static let isEmpty =
        "created_at < now() - interval '1 day' and not exists (select from questions q where q.group_id = question_groups.id)"
}

extension Sweep {
    /// Puts new questions into groups: owners look at those.
    static func groupQuestions(every interval: Duration) -> Sweep {
        let due = "exists (select from questions q where q.account_id = a.id and q.group_id is null)"
        return Sweep(
            name: "group_questions", interval: interval,
            work: .accounts(due: due) { database in
                let bots = try await database.query(
                    "select distinct bot_id from questions where account_id = \(database.account) and group_id is null")
                for bot in bots { try await database.groupQuestions(of: bot.get("bot_id", as: UUID.self)) }
                return false
            })
    }
}

extension AccountDatabase {
    /// Puts new questions into groups: those that are like others into theirs, the others into groups of their own. A group that
    /// was answered is open again when its answer didn't do.
    func groupQuestions(of bot: UUID) async throws {
        while try await groupSomeQuestions(of: bot) {}
    }

    /// Compares them without a lock, as that takes a while. Returns whether there may be more.
    private func groupSomeQuestions(of bot: UUID) async throws -> Bool {
        let read = try await pipeline([newQuestions(of: bot), knownWordings(of: bot), groupCount(of: bot)])
        if read[0].isEmpty { return false }
        let questions = try read[0].map { (id: try $0.get("id", as: Int.self), text: try $0.get("text", as: String.self)) }
        let known = try read[1].map { (group: try $0.get("group_id", as: UUID.self), text: try $0.get("text", as: String.self)) }
        let groups = try await NIOThreadPool.singleton.runIfActive { Self.groups(of: questions.map(\.text), among: known) }
        return try await transaction { transaction in
            // One at a time, so that two don't make a group each; who comes second compares once more.
            try await transaction.query("select from bots where id = \(bot) and account_id = \(account) for no key update")
            let now = try await transaction.pipeline([newQuestions(of: bot), groupCount(of: bot)])
            guard try now[0].map({ try $0.get("id", as: Int.self) }).starts(with: questions.map(\.id)),
                try now[1].first?.get("count", as: Int.self) == read[2].first?.get("count", as: Int.self)
            else { return true }
            try await transaction.pipeline([
                """
                insert into question_groups (id, account_id, bot_id)
                select distinct given, \(account)::uuid, \(bot)::uuid from unnest(\(groups.map(\.lowercased))::uuid[]) as given
                on conflict (id) do update set state = case when question_groups.state = 'answered' then 'open' else question_groups.state end
                """,
                """
                update questions set group_id = given.group_id
                from unnest(\(questions.map(\.id))::bigint[], \(groups.map(\.lowercased))::uuid[]) as given (id, group_id)
                where questions.id = given.id and questions.account_id = \(account)
                """,
            ])
            return questions.count == QuestionGroup.batch
        }
    }

    /// For each question its group, which may be a new one.
    private static func groups(of questions: [String], among known: [(group: UUID, text: String)]) -> [UUID] {
        var groups = QuestionGroups<UUID>()
        for wording in known { groups.add(wording.text, to: wording.group) }
        return questions.map { question in
            let group = groups.group(like: question) ?? UUID()
            groups.add(question, to: group)
            return group
        }
    }

    private func newQuestions(of bot: UUID) -> SQL {
        """
        select id, text from questions where bot_id = \(bot) and account_id = \(account) and group_id is null
        order by id limit \(QuestionGroup.batch)
        """
    }

    private func groupCount(of bot: UUID) -> SQL {
        "select count(*) as count from question_groups where bot_id = \(bot) and account_id = \(account)"
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
        let rows = try await query(
            """
            select bot_id, count(*) as count from question_groups g
            where account_id = \(account) and state = 'open' and exists (select from questions q where q.group_id = g.id and q.account_id = g.account_id)
            group by bot_id
            """)
        return Dictionary(try rows.map { (try $0.get("bot_id", as: UUID.self).lowercased, try $0.get("count", as: Int.self)) }) {
            first, _ in first
        }
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

extension QuestionGroupView {
    fileprivate static let columns = """
        g.id, g.state, g.answer, g.dealt_with_at, count(distinct q.asker) as askers, max(q.asked_at) as last_asked_at, \
        count(*) filter (where q.reason = 'thumb') as thumbs, \
        to_json((array_agg(distinct q.text))[1:\(QuestionGroup.wordings)]) as wordings, \
        (array_agg(q.text order by length(q.text), q.text))[1 + count(*)::int / 2] as question
        """

    fileprivate init(_ row: Row, bot: UUID) throws {
        guard case .array(let wordings) = try JSON(parsing: row.get("wordings", as: String.self).utf8) else {
            throw JSONError.malformed(offset: 0)
        }
        self.init(
            id: try row.get("id", as: UUID.self).lowercased, bot: bot.lowercased, question: try row.get("question", as: String.self),
            wordings: wordings.compactMap(\.string), askers: try row.get("askers", as: Int.self),
            thumbsDown: try row.get("thumbs", as: Int.self),
            lastAskedAt: try row.moment("last_asked_at"), state: try row.get("state", as: String.self),
            answer: try row.get("answer", as: String.self))
    }
}
