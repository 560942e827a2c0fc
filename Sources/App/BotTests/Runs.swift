import FoundationEssentials
import Hummingbird
import Templates

/// The routes of changes that were tested.
struct Runs: Sendable {
    let assets: Assets

    /// `GET /bots/{bot}/runs/{run}`
    func show(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let bot = try await context.database.bot(context.id("bot"))
        let run = try await context.database.run(context.id("run"), of: bot.id)
        return Reply(json: run, fragment: { run.section }, page: { TestRunPage(name: bot.name, run: run, frame: Frame(context.session, assets)).page })
    }

    /// `POST /bots/{bot}/runs/{run}/publication`: publishes what was held back.
    func publish(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let bot = try context.id("bot")
        let id = try context.id("run")
        let held = try await context.database.heldChange(id, of: bot)
        try await context.database.publish(held, of: bot)
        try await context.database.notePublished(id, of: bot)
        let run = try await context.database.run(id, of: bot)
        return Reply(run, fragment: { run.section }, goingOnTo: "/bots/\(bot.lowercased)/runs/\(run.id)")
    }

    /// `POST /bots/{bot}/runs/{run}/attempts`: asks the model once more.
    func tryAgain(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let bot = try context.id("bot")
        let id = try context.id("run")
        _ = try await context.database.heldChange(id, of: bot)
        try await context.database.testAgain(id, of: bot)
        let run = try await context.database.run(id, of: bot)
        return Reply(status: .accepted, run, fragment: { run.section }, goingOnTo: "/bots/\(bot.lowercased)/runs/\(run.id)")
    }
}

/// What an owner has written into a form, held until a model was asked.
struct HeldChange: Sendable {
    let fields: [String: String]

    var text: String? { fields["text"] }

    func apply(_ bot: inout Bot) throws(Failure) { try BotSettings(Input(fields: fields)).apply(&bot) }
}

extension AccountDatabase {
    /// Holds a change until a model was asked.
    func hold(_ change: HeldChange, _ report: TestReport, of bot: UUID, after cause: String) async throws -> UUID {
        let id = UUID()
        var candidate = JSONWriter()
        change.fields.write(to: &candidate)
        try await pipeline([
            .run(id, report, of: bot, in: account, cause: cause, published: false),
            """
            update test_runs set state = 'waiting', total = \(min(report.tests.count, TestRun.maximumQuestions)),
              candidate = \(String(decoding: candidate.bytes, as: UTF8.self))::jsonb
            where id = \(id) and account_id = \(account)
            """,
            .forgetRuns(of: bot, in: account), TestWithModel.enqueueing(id, of: account),
        ])
        return id
    }

    /// - Throws: `Failure.notFound` where the run holds none.
    func heldChange(_ run: UUID, of bot: UUID) async throws -> HeldChange {
        let row = try await query(
            "select candidate from test_runs where id = \(run) and bot_id = \(bot) and account_id = \(account) and candidate is not null and not published"
        ).first
        guard let row, case .object(let members) = try JSON(parsing: row.get("candidate", as: String.self).utf8) else { throw Failure.notFound }
        return HeldChange(fields: members.compactMapValues(\.string))
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

    func publish(_ held: HeldChange, of bot: UUID) async throws {
        _ = try await changeBot(bot) { try held.apply(&$0) }
        if let text = held.text { try await saveContext(text, of: bot) }
    }

    func notePublished(_ run: UUID, of bot: UUID) async throws {
        try await query(
            "update test_runs set published = true, state = 'done' where id = \(run) and bot_id = \(bot) and account_id = \(account)")
    }
}
