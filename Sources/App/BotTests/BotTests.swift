import Answering
import FoundationEssentials
import Hummingbird
import Postgres
import Templates

/// The routes of a bot's tests.
struct BotTests: Feature {
    let desks: Desks
    let providers: Providers

    func add(to routes: RouteMap) {
        routes.bot.get("/bots/{bot}/tests", list, .init("What a bot must be able to answer", gives: .tests))
        routes.bot.post("/bots/{bot}/tests", create, .init("Adds a test", takes: .newTest, gives: .test, status: 201))
        routes.bot.get("/bots/{bot}/tests/{test}", show, .init("A test", gives: .test))
        routes.bot.patch("/bots/{bot}/tests/{test}", update, .init("Changes a test", takes: .newTest, gives: .test))
        routes.account.delete("/bots/{bot}/tests/{test}", delete, .init("Removes a test"))
    }

    /// `GET /bots/{bot}/tests`; with `?from=` a message's id, its question and answer stand in the form.
    func list(_ request: Request, _ context: BotContext) async throws -> Reply {
        let from = try Form(parsing: request.uri.query ?? "")["from"].flatMap { UUID(text: $0[...]) }
        let fields = Fields(values: try await from.asyncMap { try await context.database.proposal(from: $0, of: context.bot.id) } ?? [:])
        let list = try await list(context)
        return Reply(list) { TestsPage(name: context.bot.name, list: $0, fields: fields, frame: context.frame).page }
    }

    /// `POST /bots/{bot}/tests`
    func create(_ request: Request, _ context: BotContext) async throws -> Reply {
        let input = try await Input(of: request)
        let list = try await list(context)
        return try await .form(
            input, { TestForm(bot: list.bot, test: nil, fields: $0) },
            page: { TestsPage(name: context.bot.name, list: list, fields: $0.fields, frame: context.frame).page }
        ) {
            let test = try BotTest(input)
            try await context.database.addTest(test, to: context.bot.id)
            return Reply(status: .created, TestView(test, bot: context.bot.id), goingOnTo: "/bots/\(list.bot)/tests", saying: .added)
        }
    }

    /// `GET /bots/{bot}/tests/{test}`
    func show(_ request: Request, _ context: BotContext) async throws -> Reply {
        let view = TestView(try await context.database.test(context.id("test"), of: context.bot.id), bot: context.bot.id)
        return Reply(view) { TestPage(name: context.bot.name, test: $0, form: TestForm($0), frame: context.frame).page }
    }

    /// `PATCH /bots/{bot}/tests/{test}`
    func update(_ request: Request, _ context: BotContext) async throws -> Reply {
        let bot = context.bot
        let input = try await Input(of: request)
        let before = try await context.database.test(context.id("test"), of: bot.id)
        let view = TestView(before, bot: bot.id)
        return try await .form(
            input, { TestForm(bot: view.bot, test: view.id, fields: $0) },
            page: { TestPage(name: bot.name, test: view, form: $0, frame: context.frame).page }
        ) {
            let test = try BotTest(input, before)
            try await context.database.changeTest(test, of: bot.id)
            return Reply(TestView(test, bot: bot.id), goingOnTo: "/bots/\(view.bot)/tests", saying: .saved)
        }
    }

    /// `DELETE /bots/{bot}/tests/{test}`
    func delete(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let bot = try context.id("bot")
        try await context.database.deleteTest(context.id("test"), of: bot)
        return Reply(goingOnTo: "/bots/\(bot.lowercased)/tests", saying: .removed)
    }

    private func list(_ context: BotContext) async throws -> TestList {
        let bot = context.bot
        let candidate = try await context.database.candidate(bot, at: desks)
        let (tests, proposals) = try await Workroom.shared.run(at: candidate.live) { _ in (candidate.views, candidate.proposals) }
        return TestList(
            bot: bot.id.lowercased, tests: tests, proposals: proposals,
            runs: try await context.database.runs(of: bot.id),
            hasModel: try await !providers.endpoints(for: bot, context.database.credentials()).isEmpty)
    }
}

extension Optional {
    fileprivate func asyncMap<R>(_ transform: (Wrapped) async throws -> R) async rethrows -> R? {
        guard let self else { return nil }
        return try await transform(self)
    }
}

extension BotTest {
    /// What isn't given stays as it was.
    init(_ input: Input, _ before: BotTest? = nil) throws(Failure) {
        let question = try Sources.bounded(input.text("question") ?? before?.question ?? "", "question", Source.maximumQuestion)
        guard !question.isEmpty else { throw .invalid(["question": "Please write the question."]) }
        self.init(id: before?.id ?? UUID(), question: question)
        expectedSource = try input.text("expected_source").map { $0.nonEmpty } ?? before?.expectedSource
        if let expectedSource, expectedSource != Desk.contextID, UUID(text: expectedSource[...]) == nil {
            throw .invalid(["expected_source": "This is a source’s id, or “\(Desk.contextID)”."])
        }
        words = try Self.lines(input, "words") ?? before?.words ?? []
        forbidden = try Self.lines(input, "forbidden") ?? before?.forbidden ?? []
        declines = try input.scalar("declines").map { $0 == "true" || $0 == "on" } ?? (input.isJSON ? before?.declines ?? false : false)
        guard declines ? expectedSource == nil && words.isEmpty && forbidden.isEmpty : true else {
            throw .invalid(["declines": "Where it should say that it doesn’t know, there are no words and no source to expect."])
        }
        guard declines || expectedSource != nil || !words.isEmpty || !forbidden.isEmpty else {
            throw .invalid(["words": "Please say what must be in the answer, or that it should say that it doesn’t know."])
        }
    }

    /// A line each in a form, a list in JSON.
    private static func lines(_ input: Input, _ field: String) throws(Failure) -> [String]? {
        guard let given = try input.list(field) else { return nil }
        guard given.count <= maximumWords, given.allSatisfy({ $0.unicodeScalars.count <= maximumWordLength }) else {
            throw .invalid([field: "These can be up to \(maximumWords) lines of \(maximumWordLength) characters."])
        }
        return given
    }
}

extension Schema {
    static let test = TestView.schema, tests = TestList.schema
    static let newTest = component(
        "NewTest",
        .object(optional: [
            "question": .string(upTo: Source.maximumQuestion),
            "expected_source": .string.orNull.saying("A source’s id, or “\(Desk.contextID)”"),
            "words": BotTest.lines, "forbidden": BotTest.lines, "declines": .boolean.saying("Whether it must say that it doesn’t know"),
        ]))
}

extension BotTest {
    fileprivate static var lines: Schema { .array(of: .string(upTo: maximumWordLength), upTo: maximumWords) }
}

extension TestView {
    init(_ test: BotTest, bot: UUID) {
        self.init(
            id: test.id.lowercased, bot: bot.lowercased, question: test.question, expectedSource: test.expectedSource, words: test.words,
            forbidden: test.forbidden, declines: test.declines)
    }
}

extension AccountDatabase {
    /// The form of a test that holds what a message answered.
    fileprivate func proposal(from message: UUID, of bot: UUID) async throws -> [String: String] {
        let row = try await query(
            """
            select left(q.text, \(Source.maximumQuestion)) as question, m.basis, m.citations from messages m join messages q on q.id = m.reply_to
            join conversations c on c.id = m.conversation_id and c.account_id = m.account_id
            where m.id = \(message) and m.account_id = \(account) and c.bot_id = \(bot)
            """
        ).first
        guard let row else { throw Failure.notFound }
        var values = ["question": try row.get("question", as: String.self)]
        let isAnswered = try row.get("basis", as: String?.self).map { $0 != AnswerReply.Basis.notInMyInformation.rawValue } ?? false
        if isAnswered {
            values["expected_source"] = try [AnswerReply.Citation](stored: row.get("citations", as: String.self)).first?.sourceID ?? ""
        } else {
            values["declines"] = "on"
        }
        return values
    }
}

extension Candidate {
    fileprivate var views: [TestView] {
        tests.map { test in
            var view = TestView(test, bot: live.bot.id)
            view.problem = test.problem(with: live.quoted(test.question))
            return view
        }
    }

    /// Tests that are worth keeping: own answers, and what is asked most.
    fileprivate var proposals: [TestProposal] {
        let kept = Set(tests.map(\.question))
        var seen: Set<String> = []
        let new = (asked + live.ownAnswers.questions).filter { !kept.contains($0) && seen.insert($0).inserted }
        return new.lazy.compactMap { question in
            let given = live.quoted(question)
            return given.isDeclined
                ? nil : given.sources.first.map { TestProposal(question: question, expectedSource: $0, answer: given.text) }
        }.prefix(TestProposal.shown).map(\.self)
    }
}
