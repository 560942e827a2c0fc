import FoundationEssentials
import Jobs
import Postgres
import Templates

/// A change of a bot that was tested.
enum TestRun {
    /// Of each bot.
    static let kept = 20
    static let shown = 5
    /// What a model is asked; the owner pays for it.
    static let maximumQuestions = 30

    enum IfWorse: String, CaseIterable { case publish, refuse, update }
}

extension Input {
    /// What is done where a change makes something worse. A browser's form asks first; a program's change is published, and the
    /// answer says what became worse.
    func ifWorse() throws(Failure) -> TestRun.IfWorse {
        guard let given = try text("if_worse") else { return isJSON ? .publish : .refuse }
        guard let choice = TestRun.IfWorse(rawValue: given) else { throw .invalid(["if_worse": "This can be publish, refuse or update."]) }
        return choice
    }
}

/// A refusal with what became worse, for programs that asked for it.
struct GotWorse: JSONEncodable {
    let report: TestReport

    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("error", Self.words)
            $0.member("report", report)
        }
    }

    private static let words = Failure.Words(
        code: "got_worse",
        message: "This would make something worse, so nothing was changed. With “if_worse”: “publish” it is changed all the same.")
}

/// A refusal with what somebody saved in the same fields since the change was begun.
struct ChangedMeanwhile: JSONEncodable {
    let conflicts: [FieldConflict]

    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("error", Self.words)
            $0.member("conflicts", conflicts)
        }
    }

    private static let words = Failure.Words(
        code: "changed_meanwhile",
        message:
            "Somebody saved something else here meanwhile, so nothing was changed. With the newest version’s number as “based_on” it is overwritten."
    )
}

extension Reply {
    /// The form once more, with what is saved and what its sender wrote.
    static func changedMeanwhile(_ meanwhile: Meanwhile, into place: String, _ form: @escaping () -> HTML, page: @escaping () -> HTML)
        -> Reply
    {
        var reply = Reply(status: .conflict, json: ChangedMeanwhile(conflicts: meanwhile.conflicts), fragment: form, page: page)
        reply.headers = [.hxRetarget: place, .hxReswap: "outerHTML"]
        return reply
    }

    /// The form once more, with what would become worse.
    static func gotWorse(_ report: TestReport, into place: String, _ form: @escaping () -> HTML, page: @escaping () -> HTML) -> Reply {
        var reply = Reply(status: .conflict, json: GotWorse(report: report), fragment: form, page: page)
        reply.headers = [.hxRetarget: place, .hxReswap: "outerHTML"]
        return reply
    }
}

extension AccountDatabase {
    func runs(of bot: UUID, limit: Int = TestRun.shown) async throws -> [TestRunView] {
        try await query(
            """
            select \(unsafeRaw: TestRunView.columns) from test_runs where bot_id = \(bot) and account_id = \(account)
            order by created_at desc, id limit \(limit)
            """
        ).map { try TestRunView($0, bot: bot) }
    }

    /// - Throws: `Failure.notFound` where the bot has no such run.
    func run(_ id: UUID, of bot: UUID) async throws -> TestRunView {
        let row = try await query(
            "select \(unsafeRaw: TestRunView.columns) from test_runs where id = \(id) and bot_id = \(bot) and account_id = \(account)"
        ).first
        guard let row else { throw Failure.notFound }
        return try TestRunView(row, bot: bot)
    }
}

extension Transaction {
    /// Keeps what a change did, where there was anything to say of it.
    func keepRun(_ report: TestReport, of bot: UUID, in account: UUID, after cause: String) async throws {
        guard !report.tests.isEmpty || !report.changes.isEmpty else { return }
        try await pipeline([
            .run(UUID(), report, of: bot, in: account, cause: cause, published: true), .forgetRuns(of: bot, in: account),
        ])
    }
}

extension SQL {
    static func run(_ id: UUID, _ report: TestReport, of bot: UUID, in account: UUID, cause: String, published: Bool) -> SQL {
        """
        insert into test_runs (id, account_id, bot_id, cause, published, report)
        values (\(id), \(account), \(bot), \(cause), \(published), \(report.stored)::jsonb)
        """
    }

    static func forgetRuns(of bot: UUID, in account: UUID) -> SQL {
        """
        delete from test_runs
        where bot_id = \(bot) and account_id = \(account) and (candidate ? 'aside') is not true and id not in (
          select id from test_runs where bot_id = \(bot) and account_id = \(account) order by created_at desc limit \(TestRun.kept))
        """
    }
}

extension TestReport {
    var stored: String {
        var json = JSONWriter()
        write(to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// What can't be read is left out.
    init(stored text: String) {
        let json = (try? JSON(parsing: text.utf8)) ?? .null
        self.init(
            tests: (json["tests"]?.items ?? []).compactMap { item in
                guard let id = item["id"]?.string, let question = item["question"]?.string else { return nil }
                return TestResult(
                    id: id, question: question, passed: item["passed"]?.bool ?? false, problem: item["problem"]?.string,
                    checked: item["checked"]?.bool ?? true,
                    updates: (item["updates"]?.items ?? []).compactMap { update in
                        guard let was = update["was"]?.string, let now = update["now"]?.string else { return nil }
                        return WordUpdate(was: was, now: now)
                    }, updated: item["updated"]?.bool ?? false)
            },
            changes: (json["changes"]?.items ?? []).compactMap { item in
                guard let kind = item["kind"]?.string, let about = item["about"]?.string, let was = item["was"]?.string else { return nil }
                return ReportedChange(kind: kind, about: about, was: was, now: item["now"]?.string)
            })
    }
}

extension JSON {
    fileprivate var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
}

extension TestRunView {
    static let columns = "id, state, cause, published, report, done, total, candidate is not null as is_held, created_at"

    init(_ row: Row, bot: UUID) throws {
        self.init(
            id: try row.get("id", as: UUID.self).lowercased, bot: bot.lowercased, state: try row.get("state", as: String.self),
            cause: try row.get("cause", as: String.self), published: try row.get("published", as: Bool.self),
            report: try TestReport(stored: row.get("report", as: String.self)), done: try row.count("done"),
            total: try row.count("total"), createdAt: try row.moment("created_at"), isHeld: try row.get("is_held", as: Bool.self))
    }
}

extension Schema {
    static let testRun = TestRunView.schema

    /// With what goes along with a change that is tested before it is published.
    /// - Parameter words: on the version that it is based on.
    func testedChange(_ words: String) -> Schema {
        let ifWorse = Schema.one(of: TestRun.IfWorse.self).otherwise(TestRun.IfWorse.publish.rawValue)
            .saying("What to do where something gets worse; update: publish, and let tests expect the new values")
        return adding(optional: ["if_worse": ifWorse, "based_on": .integer(from: 1).saying(words)])
    }
}
