import FoundationEssentials
import Jobs
import Postgres
import Templates

/// Asks a bot's model the bot's tests: with a change that is held until then, and published where nothing gets worse; or the bot as it is.
struct TestWithModel: Sendable {
    static let kind = "test_with_model"
    static let timeout = Duration.seconds(10 * 60)
    static let retries = RetryPolicy(maximumAttempts: 3)
    /// Questions that a model is asked at once.
    static let concurrency = 4
    /// Questions in a row without the model's answer, after which the others aren't asked.
    static let tolerated = 3
    /// After which no further question is asked; those that are being asked may take their time.
    static let longest = Duration.seconds(4 * 60)

    let postgres: Postgres
    let providers: Providers
    let answerer: any Answerer
    let desks: Desks

    static func enqueueing(_ run: UUID, of account: UUID) -> SQL {
        .enqueue(kind, payload: run.lowercased, account: account, uniqueKey: run.lowercased)
    }

    var handlers: [Handler] {
        [Handler(Self.kind, timeout: Self.timeout, retries: Self.retries) { job, lease in try await test(job, lease) }]
    }

    private func test(_ job: Job, _ lease: Lease) async throws {
        guard let id = UUID(text: job.payload[...]), let account = job.account else { throw JobFailure.permanent("no run") }
        var database = AccountDatabase(postgres, account: account)
        let row = try await database.query(
            "select bot_id, candidate is not null as is_held from test_runs where id = \(id) and account_id = \(account) and state = 'waiting'"
        ).first
        guard let row else { return }
        let bot = try await database.bot(row.get("bot_id", as: UUID.self))
        let held = try row.get("is_held", as: Bool.self) ? try await database.held(id, of: bot.id) : nil
        database = AccountDatabase(postgres, account: account, person: held?.author)
        let candidate = try await candidate(bot, held?.change, database)
        let before = try await database.run(id, of: bot.id).report
        let report: TestReport
        do {
            report = TestReport(tests: try await results(of: candidate, isChange: held != nil, run: id, database), changes: before.changes)
        } catch  where job.attempt >= Self.retries.maximumAttempts && !Task.isCancelled {
            report = TestReport(tests: candidate.modelTests.map(TestResult.unchecked), changes: before.changes)
        }
        let isFine = !report.isWorse && report.unchecked.isEmpty
        let kept = try await database.query(
            "update test_runs set report = \(report.stored)::jsonb where id = \(id) and account_id = \(account) and state = 'waiting'")
        // Its owner may have published it meanwhile.
        guard kept.affected > 0 else { return }
        // What is in its way, its page says.
        if let held, isFine, try await database.publish(held.change, of: bot.id, from: id).isEmpty { return }
        try await database.query("update test_runs set state = 'done' where id = \(id) and account_id = \(account)")
    }

    private func candidate(_ bot: Bot, _ change: BotChange?, _ database: AccountDatabase) async throws -> Candidate {
        let credentials = try await database.credentials()
        let change = try await change?.merged(with: database.told(bot.id))
        let candidate = try await database.candidate(bot, at: desks) { try change?.apply(&$0, &$1) }
        return candidate.with { providers.endpoints(for: $0, credentials) }
    }

    /// Some at once. Of what fails, the bot as it is now is asked too: it may have failed before.
    private func results(of candidate: Candidate, isChange: Bool, run: UUID, _ database: AccountDatabase) async throws -> [TestResult] {
        let end = ContinuousClock.now + Self.longest
        return try await withThrowingTaskGroup(of: (Int, TestResult).self) { group in
            var waiting = Array(candidate.modelTests.enumerated())[...]
            var unanswered = 0
            func begin() {
                guard unanswered < Self.tolerated, ContinuousClock.now < end, let (place, test) = waiting.popFirst() else { return }
                group.addTask { (place, try await result(of: test, candidate, isChange: isChange)) }
            }
            for _ in 0..<Self.concurrency { begin() }
            var results: [Int: TestResult] = [:]
            while let (place, result) = try await group.next() {
                results[place] = result
                unanswered = result.checked ? 0 : unanswered + 1
                try await database.query(
                    "update test_runs set done = \(results.count) where id = \(run) and account_id = \(database.account)")
                begin()
            }
            for (place, test) in waiting { results[place] = .unchecked(test) }
            return results.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    /// Where only the bot as it is now can't be asked, what fails counts as worse: nobody can tell.
    private func result(of test: BotTest, _ candidate: Candidate, isChange: Bool) async throws -> TestResult {
        guard !candidate.new.endpoints.isEmpty, let given = try await ask(test.question, candidate.new) else { return .unchecked(test) }
        let problem = test.problem(with: given)
        guard isChange else { return TestResult(test, passed: problem == nil, problem: problem) }
        guard let problem else { return TestResult(test, passed: true, problem: nil) }
        guard let before = try await ask(test.question, candidate.live) else { return TestResult(test, passed: true, problem: problem) }
        return test.result(from: before, to: given)
    }

    /// nil where a model should have answered and didn't: what is quoted then says nothing of how it would.
    private func ask(_ question: String, _ desk: Desk) async throws -> GivenAnswer? {
        let live = LiveAnswer(conversation: UUID())
        let outcome = await answerer.answer(Asked(text: question, previous: [], desk: desk, isWatched: false), into: live)
        if outcome.isReserved { try await postgres.query(.settle(live.id, outcome, of: desk.bot)) }
        try Task.checkCancellation()
        guard !outcome.lacksModel, outcome.state == .answered else { return nil }
        return GivenAnswer(
            text: live.text, isDeclined: outcome.basis == .notInMyInformation, sources: outcome.citations.map { desk.resolved($0).sourceID }
        )
    }
}

extension Candidate {
    /// That a model is asked.
    fileprivate var modelTests: ArraySlice<BotTest> { tests.prefix(TestRun.maximumQuestions) }
}

extension TestResult {
    fileprivate static func unchecked(_ test: BotTest) -> TestResult { .unchecked(id: test.id.lowercased, question: test.question) }
}
