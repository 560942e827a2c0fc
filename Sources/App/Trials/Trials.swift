import Answering
import FoundationEssentials
import Hummingbird
import Templates

/// The routes of trying a bot: an owner asks it as it stands on the screen, saved or not.
struct Trials: Feature {
    /// Passages that are shown with their scores.
    static let shownPassages = 8

    let services: Services

    func add(to routes: RouteMap) {
        routes.bot.post(
            "/bots/{bot}/trials", create,
            .init("Tries a bot with other settings or another text", takes: .trialRequest, gives: .trial, status: 201))
        routes.bot.get("/bots/{bot}/trials/{message}", show, .init("The answer of a trial", gives: .trialAnswer))
        routes.account.get("/bots/{bot}/trials/{message}/figures", figures, .init("What the answer of a trial took", gives: .empty))
        routes.bot.get("/bots/{bot}/trials/{message}/events", events, .init("Streams the answer of a trial", gives: .events))
    }

    /// `POST /bots/{bot}/trials`
    func create(_ request: Request, _ context: BotContext) async throws -> Reply {
        let input = try await Input(of: request)
        let output = Output(for: request)
        let bot = BotView(context.bot)
        return try await .form(
            input, { Trying(bot: bot.id, fields: $0) }, into: "#notice",
            page: { TryPage(bot: bot, trying: $0, frame: context.frame).page }
        ) {
            Reply(try await trial(input, output, context), status: .created) { trial in
                TryPage(bot: bot, trying: Trying(bot: bot.id, fields: input.fields(), trial: trial), frame: context.frame).page
            }
        }
    }

    private func trial(_ input: Input, _ output: Output, _ context: BotContext) async throws -> Trial {
        let incoming = try Incoming(input, .trial, output)
        let desk = try await desk(input, context)
        let live = try await services.asking.ask(incoming, at: desk)
        let message = output == .fragment ? nil : try await services.asking.finished(live, on: context.channel)
        let whole = message == nil ? nil : try await context.database.message(live.id, of: context.bot.id)
        return await desk.apart { Trial(incoming.question, $0, live, message, whole, on: surface(context.bot)) }
    }

    /// `GET /bots/{bot}/trials/{message}`
    func show(_ request: Request, _ context: BotContext) async throws -> Reply {
        let bot = context.bot
        guard let message = try await services.postgres.message(context.id("message"), of: bot) else { throw Failure.notFound }
        let article = AnswerArticle(message, on: surface(bot))
        return Reply(article) { article in
            let trying = Trying(bot: bot.id.lowercased, fields: Fields(), article: article)
            return TryPage(bot: BotView(bot), trying: trying, frame: context.frame).page
        }
    }

    /// `GET /bots/{bot}/trials/{message}/figures`
    func figures(_ request: Request, _ context: AccountContext) async throws -> Reply {
        Reply(TrialFigures(message: try await context.database.message(context.id("message"), of: context.id("bot")))) { $0.html }
    }

    /// `GET /bots/{bot}/trials/{message}/events`
    func events(_ request: Request, _ context: BotContext) async throws -> Response {
        let bot = context.bot
        let form: EventStream.Form = request.uri.path.hasPrefix("/api/") ? .json : .page(surface(bot))
        try services.streamLimits.count(context)
        let events = try await services.asking.events(of: context.id("message"), with: bot, as: form, for: request, on: context.channel)
        return services.streams.endWith(session: context.session.id, events, on: context.channel)
    }

    private func surface(_ bot: Bot) -> AnswerSurface { AnswerSurface(path: "/bots/\(bot.id.lowercased)/trials") }

    /// The bot with what stands on the screen in place of what is stored.
    private func desk(_ input: Input, _ context: BotContext) async throws -> Desk {
        let settings = try BotSettings(input)
        let text = try input.text("text").map { text throws(Failure) in try BotSettings.context(text) }
        var desk = try await services.desks.draft(services.desks.desk(of: context.bot)) { bot, known in
            settings.apply(&bot)
            if let text { known.replaceContext(with: text) }
        }
        desk.endpoints = services.providers.endpoints(for: desk.bot, try await context.database.credentials())
        return desk
    }
}

extension Trial {
    init(_ question: String, _ desk: Desk, _ live: LiveAnswer, _ message: Message?, _ whole: MessageView?, on surface: AnswerSurface) {
        let found = desk.answerer.index.search(question, limit: Trials.shownPassages)
        let prompt = Prompt(Asked(text: question, previous: [], desk: desk, isWatched: false))
        self.init(
            article: AnswerArticle(
                messageID: live.id.lowercased, conversationID: live.conversation.lowercased, question: question, reply: message?.reply,
                problem: message.map { $0.isFinished && $0.reply == nil } == true ? Outcome.apology : nil, surface: surface),
            passages: found.map { hit in
                .init(title: hit.passage.title, text: hit.passage.text, score: Double(hit.score), coverage: Double(hit.coverage))
            },
            prompt: prompt?.text ?? "", message: whole,
            figuresAddress: "\(surface.path)/\(live.id.lowercased)/figures",
            testAddress: "/bots/\(desk.bot.id.lowercased)/tests?from=\(live.id.lowercased)")
    }
}

extension Schema {
    static let trial = Trial.schema, trialAnswer = AnswerArticle.schema
    static let trialRequest = component(
        "TrialRequest",
        .all(
            of: .question, .botSettings,
            .object(optional: ["text": .string(upTo: BotSettings.maximumContext).saying("In place of the stored context")])))
}
