import Answering
import FoundationEssentials
import Hummingbird
import Templates

/// The routes of questions that a bot had no good answer to.
struct Questions: Feature {
    let desks: Desks

    func add(to routes: RouteMap) {
        routes.bot.get(
            "/bots/{bot}/questions", list, .init("Questions without a good answer, in groups of those that are alike", gives: .questions))
        routes.bot.get("/bots/{bot}/questions/{question}", show, .init("A group of questions", gives: .questionGroup))
        routes.bot.post(
            "/bots/{bot}/questions/{question}/answer", answer,
            .init("Answers them: teaches the bot, asks it again, and keeps a test", takes: .ownAnswer, gives: .questionGroup, status: 201))
        routes.account.post("/bots/{bot}/questions/{question}/dismissal", dismiss, .init("Lays a group aside", gives: .questionGroup))
        routes.account.delete("/bots/{bot}/questions/{question}/dismissal", undismiss, .init("Takes it up again", gives: .questionGroup))
    }

    /// `GET /bots/{bot}/questions`
    func list(_ request: Request, _ context: BotContext) async throws -> Reply {
        let state = try Form(parsing: request.uri.query ?? "")["state"] ?? "open"
        guard let state = QuestionGroup.State(rawValue: state) else {
            throw Failure.badRequest("“state” can be open, answered or dismissed.")
        }
        let list = try await list(state, context)
        return Reply(list) { QuestionsPage(name: context.bot.name, list: $0, frame: context.frame).page }
    }

    /// `GET /bots/{bot}/questions/{question}`
    func show(_ request: Request, _ context: BotContext) async throws -> Reply {
        let group = try await group(context)
        return Reply(group) { QuestionPage(name: context.bot.name, group: $0, frame: context.frame).page }
    }

    /// `POST /bots/{bot}/questions/{question}/answer`: teaches it, and asks again.
    func answer(_ request: Request, _ context: BotContext) async throws -> Reply {
        let input = try await Input(of: request)
        let before = try await group(context)
        let page = { @Sendable (group: QuestionGroupView) in
            QuestionPage(name: context.bot.name, group: group, frame: context.frame).page
        }
        return try await .form(input, { before.mending($0) }, into: "closest .unanswered", page: page) {
            let question = try Sources.bounded(input.text("question") ?? before.question, "question", Source.maximumQuestion)
            let answer = try Sources.bounded(Sources.required(input, "answer", "Please write the answer."), "answer", Source.maximumAnswer)
            guard !question.isEmpty else { throw Failure.invalid(["question": "Please write the question."]) }
            try await context.database.answer(context.id("question"), of: context.bot.id, asking: question, with: answer)
            var after = try await context.database.questionGroup(context.id("question"), of: context.bot.id)
            after.proof = try await proof(after, context)
            return Reply(after, status: .created, page: page)
        }
    }

    /// `POST /bots/{bot}/questions/{question}/dismissal`
    func dismiss(_ request: Request, _ context: AccountContext) async throws -> Reply { try await setState(.dismissed, context) }

    /// `DELETE /bots/{bot}/questions/{question}/dismissal`
    func undismiss(_ request: Request, _ context: AccountContext) async throws -> Reply { try await setState(.open, context) }

    private func setState(_ state: QuestionGroup.State, _ context: AccountContext) async throws -> Reply {
        let bot = try context.id("bot")
        try await context.database.setState(state, of: context.id("question"), of: bot)
        let group = try await context.database.questionGroup(context.id("question"), of: bot)
        return Reply(group, fragment: { group.html }, goingOnTo: "/bots/\(bot.lowercased)/questions", saying: .saved)
    }

    private func list(_ state: QuestionGroup.State, _ context: BotContext) async throws -> QuestionList {
        let bot = context.bot
        let groups = try await context.database.questionGroups(of: bot.id, state)
        let isOpen = state == .open && !groups.isEmpty
        return QuestionList(bot: bot.id.lowercased, state: state.rawValue, questions: isOpen ? try await drafted(groups, of: bot) : groups)
    }

    private func group(_ context: BotContext) async throws -> QuestionGroupView {
        try await drafted([context.database.questionGroup(context.id("question"), of: context.bot.id)], of: context.bot)[0]
    }

    private func drafted(_ groups: [QuestionGroupView], of bot: Bot) async throws -> [QuestionGroupView] {
        let desk = try await desks.desk(of: bot)
        return try await Workroom.shared.run(at: desk) { _ in
            groups.map { group in
                var group = group
                group.drafts = desk.drafts(for: group.wordings)
                return group
            }
        }
    }

    /// Asks the bot every wording once more, as it is now.
    private func proof(_ group: QuestionGroupView, _ context: BotContext) async throws -> [Proof] {
        let desk = try await desks.desk(of: context.database.bot(context.bot.id))
        return try await Workroom.shared.run(at: desk) { _ in
            group.wordings.map { Proof(wording: $0, isAnswered: desk.quoted($0).text.contains(group.answer)) }
        }
    }
}

extension Desk {
    /// What the text nearly answers with, best first.
    func drafts(for wordings: [String]) -> [String] {
        var best: [Passage.ID: (passage: Passage, coverage: Float)] = [:]
        for hit in wordings.prefix(3).flatMap({ answerer.index.search($0, limit: QuestionGroup.drafts) })
        where hit.coverage >= QuestionGroup.nearlyAnswered {
            if hit.coverage > best[hit.passage.id]?.coverage ?? 0 { best[hit.passage.id] = (hit.passage, hit.coverage) }
        }
        return best.values.sorted { ($1.coverage, $0.passage.id) < ($0.coverage, $1.passage.id) }.prefix(QuestionGroup.drafts).map(
            \.passage.answer)
    }
}

extension Schema {
    static let questionGroup = QuestionGroupView.schema, questions = QuestionList.schema
    static let ownAnswer = component(
        "OwnAnswer",
        .object(
            required: ["answer": .string(upTo: Source.maximumAnswer)],
            optional: ["question": .string(upTo: Source.maximumQuestion).saying("In place of the group’s own wording")]))
}
