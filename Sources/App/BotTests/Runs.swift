import FoundationEssentials
import Hummingbird
import Postgres
import Templates

/// The routes of changes that were tested.
struct Runs: Feature {
    let providers: Providers

    func add(to routes: RouteMap) {
        routes.bot.post("/bots/{bot}/runs", create, .init("Asks the model the tests, with the bot as it is", gives: .testRun, status: 202))
        routes.bot.get("/bots/{bot}/runs/{run}", show, .init("A change that was tested", gives: .testRun))
        routes.account.post(
            "/bots/{bot}/runs/{run}/attempts", tryAgain,
            .init("Asks the tests again of a change that is held back", gives: .testRun, status: 202))
        routes.account.delete("/bots/{bot}/runs/{run}/change", discard, .init("Gives up a change that was held back"))
        routes.bot.post(
            "/bots/{bot}/runs/{run}/publication", publish,
            .init("Publishes a change that was held back", takes: .publication, gives: .testRun))
    }

    /// `POST /bots/{bot}/runs`: asks the model the tests, with the bot as it is.
    func create(_ request: Request, _ context: BotContext) async throws -> Reply {
        guard !providers.endpoints(for: context.bot, try await context.database.credentials()).isEmpty else { throw Failure.noModel }
        let id = try await context.database.testNow(context.bot.id)
        return decided(try await context.database.run(id, of: context.bot.id), status: .accepted)
    }

    /// `GET /bots/{bot}/runs/{run}`
    func show(_ request: Request, _ context: BotContext) async throws -> Reply {
        let run = try await context.database.runWithItsWay(context.id("run"), of: context.bot.id)
        return Reply(json: run, fragment: { run.section }, page: { page(run, context) })
    }

    /// `POST /bots/{bot}/runs/{run}/publication`: publishes what was held back. With `keep`, without those fields; with `based_on`,
    /// over what was saved up to that version; with `tests=update`, the tests that it changes on purpose are brought up to date.
    func publish(_ request: Request, _ context: BotContext) async throws -> Reply {
        let (database, bot, id) = (context.database, context.bot.id, try context.id("run"))
        let input = request.headers[.contentType] == nil ? Input(json: [:]) : try await Input(of: request)
        var change = try await database.heldChange(id, of: bot).without(input.keeping())
        if let seen = try input.basedOn() { change = change.based(on: try await database.told(bot, asOf: seen)) }
        guard !change.fields.isEmpty else {
            try await database.dropChange(id, of: bot)
            return decided(try await database.run(id, of: bot))
        }
        let report = try input.text("tests") == "update" ? try await database.run(id, of: bot).report : nil
        let conflicts = try await database.publish(change, of: bot, from: id, updatingTestsOf: report)
        let run = try await database.runWithItsWay(id, of: bot)
        guard let meanwhile = try await database.meanwhile(conflicts, of: bot) else { return decided(run) }
        return .changedMeanwhile(meanwhile, into: "#run", { run.section }, page: { page(run, context) })
    }

    /// `DELETE /bots/{bot}/runs/{run}/change`: gives up what was held back.
    func discard(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let (bot, id) = (try context.id("bot"), try context.id("run"))
        _ = try await context.database.held(id, of: bot)
        try await context.database.dropChange(id, of: bot)
        return Reply(goingOnTo: "/bots/\(bot.lowercased)", saying: .discarded)
    }

    /// `POST /bots/{bot}/runs/{run}/attempts`: asks the model once more.
    func tryAgain(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let bot = try context.id("bot")
        let id = try context.id("run")
        _ = try await context.database.heldChange(id, of: bot)
        try await context.database.testAgain(id, of: bot)
        return decided(try await context.database.run(id, of: bot), status: .accepted)
    }

    /// Goes on to what has become of a change.
    private func decided(_ run: TestRunView, status: HTTPResponse.Status = .ok) -> Reply {
        Reply(status: status, run, fragment: { run.section }, goingOnTo: run.path)
    }

    private func page(_ run: TestRunView, _ context: BotContext) -> HTML {
        TestRunPage(name: context.bot.name, run: run, frame: context.frame).page
    }
}

extension Failure {
    fileprivate static let noModel = Failure(
        status: .unprocessableContent, code: "no_model",
        message: "This bot has no model to ask: it quotes your own words, and its tests are checked with them.")
}

extension Schema {
    static let publication = component(
        "Publication",
        .object(optional: [
            "based_on": .integer(from: 1).saying(
                "The number of the version that was looked at: what was saved up to it is overwritten"),
            "keep": .string.saying("Fields, separated by commas, that stay as they are saved"),
            "tests": .one(of: "keep", "update").otherwise("keep").saying("update: tests with “updates” expect the new values"),
        ]))
}

extension AccountDatabase {
    /// Has the bot as it is tested with its model; one run at a time.
    func testNow(_ bot: UUID) async throws -> UUID {
        try await transaction { transaction in
            try await transaction.query("select from bots where id = \(bot) and account_id = \(account) for update")
            let waiting = try await transaction.query(
                "select id from test_runs where bot_id = \(bot) and account_id = \(account) and state = 'waiting' and candidate is null"
            ).first
            if let waiting { return try waiting.get("id", as: UUID.self) }
            let id = UUID()
            try await transaction.query(
                .run(id, TestReport(tests: [], changes: []), of: bot, in: account, cause: "Your bot as it is", published: true))
            try await transaction.query(
                """
                update test_runs set state = 'waiting', total = least(\(TestRun.maximumQuestions), (
                  select count(*) from bot_tests where bot_id = \(bot) and account_id = \(account)))
                where id = \(id) and account_id = \(account)
                """)
            try await transaction.query(.forgetRuns(of: bot, in: account))
            try await transaction.query(TestWithModel.enqueueing(id, of: account))
            return id
        }
    }

    /// Holds a change until a model was asked.
    func hold(_ change: BotChange, _ report: TestReport, of bot: UUID) async throws -> UUID {
        let id = UUID()
        try await pipeline([
            .run(id, report, of: bot, in: account, cause: change.cause, published: false),
            """
            update test_runs set state = 'waiting', total = \(min(report.tests.count, TestRun.maximumQuestions)),
              candidate = \(HeldChange(change: change, author: person).stored)::jsonb
            where id = \(id) and account_id = \(account)
            """,
            .forgetRuns(of: bot, in: account), TestWithModel.enqueueing(id, of: account),
        ])
        return id
    }

    /// Keeps a change that its owner was asked about, until they publish it or give it up: the newest of theirs of each kind.
    func setAside(_ change: BotChange, _ report: TestReport, of bot: UUID) async throws {
        let id = UUID()
        let held = HeldChange(change: change, author: person, isAside: true)
        try await transaction { transaction in
            try await transaction.query(forgettingAside(change.cause, of: bot))
            try await transaction.query(.run(id, report, of: bot, in: account, cause: change.cause, published: false))
            try await transaction.query(
                "update test_runs set candidate = \(held.stored)::jsonb where id = \(id) and bot_id = \(bot) and account_id = \(account)")
        }
    }

    /// Once another change of the same kind took its place.
    func forgetAside(_ cause: String, of bot: UUID) async throws { try await query(forgettingAside(cause, of: bot)) }

    private func forgettingAside(_ cause: String, of bot: UUID) -> SQL {
        """
        delete from test_runs
        where bot_id = \(bot) and account_id = \(account) and cause = \(cause) and not published
          and candidate ? 'aside' and candidate->>'author' = \(person?.lowercased)
        """
    }

    func heldChange(_ run: UUID, of bot: UUID) async throws -> BotChange { try await held(run, of: bot).change }

    /// - Throws: `Failure.notFound` where the run holds none.
    func held(_ run: UUID, of bot: UUID) async throws -> HeldChange {
        let row = try await query(
            "select candidate from test_runs where id = \(run) and bot_id = \(bot) and account_id = \(account) and candidate is not null and not published"
        ).first
        guard let row else { throw Failure.notFound }
        return try HeldChange(stored: row.get("candidate", as: String.self))
    }

    /// A run with what is in its change's way.
    func runWithItsWay(_ id: UUID, of bot: UUID) async throws -> TestRunView {
        var run = try await run(id, of: bot)
        guard run.isHeld, !run.published else { return run }
        let now = try await told(bot)
        let change = try await heldChange(id, of: bot).merged(with: now)
        run.isText = change.text != nil
        run.basedOn = now.number
        run.conflicts = change.conflicts(with: now)
        run.meanwhile = try await meanwhile(run.conflicts, of: bot)
        return run
    }

    /// Gives a change up that was held back.
    func dropChange(_ run: UUID, of bot: UUID) async throws {
        try await query(
            """
            update test_runs set candidate = null, state = 'done'
            where id = \(run) and bot_id = \(bot) and account_id = \(account) and not published
            """)
    }

    /// Once, however often it is clicked.
    func testAgain(_ run: UUID, of bot: UUID) async throws {
        try await transaction { transaction in
            let begun = try await transaction.query(
                """
                update test_runs set state = 'waiting', done = 0
                where id = \(run) and bot_id = \(bot) and account_id = \(account) and state = 'done' and candidate is not null and not published
                """)
            if begun.affected > 0 { try await transaction.query(TestWithModel.enqueueing(run, of: account)) }
        }
    }
}

/// A change as a run keeps it.
struct HeldChange: Sendable {
    let change: BotChange
    /// Whom the version names that it becomes.
    let author: UUID?
    /// Whether no model is asked: its owner is.
    var isAside = false
}

extension HeldChange {
    fileprivate var stored: String {
        var json = JSONWriter()
        json.object {
            $0.member("fields", change.fields)
            $0.member("base", change.base)
            $0.member("author", author?.lowercased)
            if isAside { $0.member("aside", true) }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// What was held by an earlier release has all of its form's fields and no base: it is asked about wherever it is another.
    fileprivate init(stored text: String) {
        let json = (try? JSON(parsing: text.utf8)) ?? .null
        change = BotChange(fields: (json["fields"] ?? json).texts, base: json["base"]?.texts ?? [:])
        author = json["author"]?.string.flatMap { UUID(text: $0[...]) }
    }
}

extension JSON {
    fileprivate var texts: [String: String] {
        guard case .object(let members) = self else { return [:] }
        return members.compactMapValues(\.string)
    }
}
