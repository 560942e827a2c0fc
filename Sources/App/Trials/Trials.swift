import Answering
import FoundationEssentials
import Hummingbird
import Templates

/// The routes of trying a bot: an owner asks it as it stands on the screen, saved or not.
struct Trials: Sendable {
    /// Passages that are shown with their scores.
    static let shownPassages = 8

    let asking: Asking
    let desks: Desks
    let streams: SignedInStreams
    let streamLimits: StreamLimits
    let providers: Providers

    /// `POST /bots/{bot}/trials`
    func create(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let input = try await Input(of: request)
        let saved = try await context.database.bot(context.id("bot"))
        let output = Output(for: request)
        return try await Reply.form(
            input, { Trying(bot: saved.id.lowercased, fields: $0) },
            into: "#notice", page: { TryPage(bot: BotView(saved), trying: $0, frame: context.frame).page }
        ) {
            let incoming = try Incoming(input, .trial, output)
            let desk = try await desk(input, saved, context)
            let live = try await asking.ask(incoming, at: desk)
            let message = output == .fragment ? nil : try await asking.finished(live, on: context.channel)
            let whole = message == nil ? nil : try await context.database.message(live.id, of: saved.id)
            let trial = await desk.apart { Trial(incoming.question, $0, live, message, whole, on: surface(saved)) }
            return Reply(trial, status: .created) { trial in
                let trying = Trying(bot: saved.id.lowercased, fields: input.fields(), trial: trial)
                return TryPage(bot: BotView(saved), trying: trying, frame: context.frame).page
            }
        }
    }

    /// `GET /bots/{bot}/trials/{message}`
    func show(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let bot = try await context.database.bot(context.id("bot"))
        guard let message = try await asking.postgres.message(context.id("message"), of: bot) else { throw Failure.notFound }
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
    func events(_ request: Request, _ context: AccountContext) async throws -> Response {
        let bot = try await context.database.bot(context.id("bot"))
        let form: EventStream.Form = request.uri.path.hasPrefix("/api/") ? .json : .page(surface(bot))
        try streamLimits.count(context)
        let events = try await asking.events(of: context.id("message"), with: bot, as: form, for: request, on: context.channel)
        return streams.endWith(session: context.session.id, events, on: context.channel)
    }

    private func surface(_ bot: Bot) -> AnswerSurface { AnswerSurface(path: "/bots/\(bot.id.lowercased)/trials") }

    /// The bot with what stands on the screen in place of what is stored.
    private func desk(_ input: Input, _ saved: Bot, _ context: AccountContext) async throws -> Desk {
        let settings = try BotSettings(input)
        let text = try input.text("text").map { text throws(Failure) in try BotSettings.context(text) }
        var desk = try await desks.draft(desks.desk(of: saved)) { bot, known in
            settings.apply(&bot)
            if let text { known.replaceContext(with: text) }
        }
        desk.endpoints = providers.endpoints(for: desk.bot, try await context.database.credentials())
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
