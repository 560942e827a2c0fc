import Answering
import FoundationEssentials
import Postgres
import Templates

/// What a bot must be able to answer, whatever is changed of it.
struct BotTest: Sendable {
    /// Of one bot.
    static let maximumCount = 200
    /// Words that must or must not be in an answer.
    static let maximumWords = 20
    /// Unicode scalars of each.
    static let maximumWordLength = 200

    var id = UUID()
    var question: String
    /// Where the answer must come from: a source's id, or `Desk.contextID`. A source that is gone fails the test.
    var expectedSource: String?
    /// That must all be in the answer, and that must not.
    var words: [String] = []
    var forbidden: [String] = []
    /// Whether it must say that it doesn't know.
    var declines = false

    /// Why an answer doesn't do, as a sentence; nil where it does.
    func problem(with given: GivenAnswer) -> String? {
        if declines { return given.isDeclined ? nil : "It should say that it doesn’t know, and it answers." }
        if given.isDeclined { return "It has no answer to this." }
        if let expectedSource, !given.sources.contains(expectedSource) { return "The answer comes from somewhere else." }
        if let missing = words.first(where: { !given.says($0) }) { return "“\(missing)” is missing in the answer." }
        if let wrong = forbidden.first(where: given.says) { return "“\(wrong)” mustn’t be in the answer." }
        return nil
    }
}

/// An answer as a test looks at it.
struct GivenAnswer: Sendable {
    let text: String
    let isDeclined: Bool
    /// Of its citations.
    let sources: [String]
    var titles: [String] = []

    /// In the same words, however they are written: "3,50 €" isn't "3.50", but "Free Delivery" is "free delivery".
    func says(_ words: String) -> Bool { Wording.contains(words, in: text) }
}

extension Desk {
    /// What it answers in the owner's words, without a model.
    func quoted(_ question: String) -> GivenAnswer {
        if let pair = ownAnswers.pair(for: question) { return given(pair.text, [(pair.id, pair.title, pair.text)]) }
        switch answerer.answer(question) {
        case .quoted(let quotes):
            return given(quotes.map(\.quote).joined(separator: "\n\n"), quotes.map { ($0.passage, $0.title, $0.quote) })
        case .declined: return GivenAnswer(text: bot.decline, isDeclined: true, sources: [])
        case .smallTalk(let words): return GivenAnswer(text: words, isDeclined: false, sources: [])
        }
    }

    private func given(_ text: String, _ quotes: [(id: Passage.ID, title: String, text: String)]) -> GivenAnswer {
        let sources = quotes.map { resolved(.init(number: 1, title: $0.title, quote: $0.text, sourceID: String($0.id), url: nil)).sourceID }
        return GivenAnswer(text: text, isDeclined: false, sources: sources, titles: quotes.map(\.title).filter { !$0.isEmpty })
    }
}

extension BotTest {
    fileprivate static let columns = """
        id, question, expected_source, to_json(words) as words, to_json(forbidden) as forbidden, declines
        """

    init(_ row: Row) throws {
        self.init(
            id: try row.get("id", as: UUID.self), question: try row.get("question", as: String.self),
            expectedSource: try row.get("expected_source", as: String?.self), words: try row.texts("words"),
            forbidden: try row.texts("forbidden"),
            declines: try row.get("declines", as: Bool.self))
    }
}

extension Row {
    /// Of `to_json(an array of texts)`.
    fileprivate func texts(_ column: String) throws -> [String] {
        guard case .array(let items) = try JSON(parsing: get(column, as: String.self).utf8) else { return [] }
        return items.compactMap(\.string)
    }
}

extension AccountDatabase {
    func tests(of bot: UUID) async throws -> [BotTest] {
        try await query(
            "select \(unsafeRaw: BotTest.columns) from bot_tests where bot_id = \(bot) and account_id = \(account) order by created_at, id"
        ).map(BotTest.init)
    }

    /// - Throws: `Failure.notFound` where the bot has no such test.
    func test(_ id: UUID, of bot: UUID) async throws -> BotTest {
        let row = try await query(
            "select \(unsafeRaw: BotTest.columns) from bot_tests where id = \(id) and bot_id = \(bot) and account_id = \(account)"
        ).first
        guard let row else { throw Failure.notFound }
        return try BotTest(row)
    }

    func addTest(_ test: BotTest, to bot: UUID) async throws {
        try await transaction { transaction in
            try await transaction.query("select from bots where id = \(bot) and account_id = \(account) for update")
            let row = try await transaction.query(
                "select count(*) as count from bot_tests where bot_id = \(bot) and account_id = \(account)"
            ).first
            guard try (row?.get("count", as: Int.self) ?? 0) < BotTest.maximumCount else {
                throw Failure.invalid(["question": "A bot can have \(BotTest.maximumCount) tests. Please remove one first."])
            }
            try await transaction.add(test, to: bot, of: account)
        }
    }

    func changeTest(_ test: BotTest, of bot: UUID) async throws {
        let updated = try await query(
            """
            update bot_tests set question = \(test.question), expected_source = \(test.expectedSource), words = \(test.words)::text[],
              forbidden = \(test.forbidden)::text[], declines = \(test.declines)
            where id = \(test.id) and bot_id = \(bot) and account_id = \(account)
            """)
        guard updated.affected > 0 else { throw Failure.notFound }
    }

    func deleteTest(_ id: UUID, of bot: UUID) async throws {
        let deleted = try await query("delete from bot_tests where id = \(id) and bot_id = \(bot) and account_id = \(account)")
        guard deleted.affected > 0 else { throw Failure.notFound }
    }
}

extension Transaction {
    /// Brings tests up to date. A test whose words are others by now stays as it is.
    func updateTests(of report: TestReport, of bot: UUID, in account: UUID) async throws {
        for test in report.updatable {
            guard let id = UUID(text: test.id[...]) else { continue }
            try await pipeline(
                test.updates.map { update in
                    """
                    update bot_tests set words = array_replace(words, \(update.was), \(update.now))
                    where id = \(id) and bot_id = \(bot) and account_id = \(account)
                    """
                })
        }
    }

    func add(_ test: BotTest, to bot: UUID, of account: UUID) async throws {
        try await query(
            """
            insert into bot_tests (id, account_id, bot_id, question, expected_source, words, forbidden, declines)
            values (\(test.id), \(account), \(bot), \(test.question), \(test.expectedSource), \(test.words)::text[], \(test.forbidden)::text[], \(test.declines))
            """)
    }
}
