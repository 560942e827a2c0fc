import FoundationEssentials
import Hummingbird
import Templates

/// The routes of questions and answers.
struct Ask: Feature {
    let services: Services
    let landing: Landing

    func add(to routes: RouteMap) {
        routes.visitor.post("/ask", fromPage)
        routes.visitor.get("/ask/{message}", show)
        routes.visitor.get("/ask/{message}/events", events)
        routes.program.post(
            "/api/v1/ask", fromProgram,
            .init("Answers a question from the bot’s text", takes: .question, gives: .answer, streams: true, isIdempotent: true))
        routes.program.get(
            "/api/v1/ask/{message}/events", eventsForProgram, .init("Streams an answer, also after it was given", gives: .events))
    }

    /// `POST /ask`: a visitor of the landing page asks the demo.
    func fromPage(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let output = Output(for: request)
        var typed = ""
        do {
            let input = try await Input(of: request)
            typed = try input.text("question") ?? ""
            let desk = try await services.callers.demo(
                from: context.address(request, behind: services.configuration.trustedProxies), counts: true
            ).desk
            let live = try await services.asking.ask(Incoming(input, .page, output), at: desk)
            return try await answer(live, question: typed, output, desk, context)
        } catch let failure as Failure where output == .page && failure.isAboutQuestion {
            return landing.refusal(failure, question: typed, context)
        }
    }

    /// `POST /api/v1/ask`: a program asks the bot whose key it has.
    func fromProgram(_ request: Request, _ context: KeyContext) async throws -> Response {
        if let id = request.resumes {
            try services.streamLimits.count(programOf: context.desk.bot, context)
            return try await services.asking.events(of: id.message, with: context.desk.bot, as: .json, for: request, on: context.channel)
        }
        let output = Output(for: request)
        var incoming = try Incoming(try await Input(of: request), .api, output)
        if let key = try IdempotencyKey(request, asking: incoming.question, in: incoming.place) {
            if let earlier = try await services.postgres.earlierAnswer(key, of: context.desk.bot) {
                return try await again(earlier, request, output, context)
            }
            incoming.idempotencyKey = key
        }
        let live = try await services.asking.ask(incoming, at: context.desk)
        return try await answer(live, question: "", output, context.desk, context)
    }

    /// The answer to the same request before.
    private func again(_ earlier: UUID, _ request: Request, _ output: Output, _ context: KeyContext) async throws -> Response {
        let bot = context.desk.bot
        var response =
            output == .events
            ? try await services.asking.events(of: earlier, with: bot, as: .json, for: request, on: context.channel)
            : try await Response(json: services.asking.finished(earlier, with: bot, on: context.channel).replyOrFailure)
        response.headers[.cacheControl] = "no-store"
        response.headers[.idempotentReplayed] = "true"
        return response
    }

    /// `GET /ask/{message}`: an answer has an address of its own.
    func show(_ request: Request, _ context: VisitorContext) async throws -> Response {
        guard let message = try await services.postgres.demoMessage(context.messageID) else { throw Failure.notFound }
        let output = Output(for: request)
        let article = AnswerArticle(message)
        if output == .json, article.reply == nil { throw message.isFinished ? Failure.failed : Failure.notFound }
        return Reply(json: article.reply, fragment: { article.html }, page: { landing.page(article, context) }).response(as: output)
    }

    /// `GET /ask/{message}/events`: the answer as it comes, from where the reader was.
    func events(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let form: EventStream.Form = request.uri.path.hasPrefix("/api/") ? .json : .html
        let bot = try await demo().bot
        try services.streamLimits.count(request, of: bot, context)
        return try await services.asking.events(of: context.messageID, with: bot, as: form, for: request, on: context.channel)
    }

    /// `GET /api/v1/ask/{message}/events`: the same for a program.
    func eventsForProgram(_ request: Request, _ context: KeyContext) async throws -> Response {
        try services.streamLimits.count(programOf: context.desk.bot, context)
        return try await services.asking.events(of: context.messageID, with: context.desk.bot, as: .json, for: request, on: context.channel)
    }

    private func demo() async throws -> Desk { try await services.callers.demo(from: nil, counts: false).desk }

    private func answer(
        _ live: LiveAnswer, question: String, _ output: Output, _ desk: Desk, _ context: some ConnectedContext
    ) async throws -> Response {
        switch output {
        case .events: return services.asking.events(of: live, question: question, as: .json, from: nil, on: context.channel)
        case .fragment:
            var response = Response(
                html: AnswerArticle(
                    messageID: live.id.lowercased, conversationID: live.conversation.lowercased, question: question.trimmingBlanks
                ).html)
            response.headers[.cacheControl] = "no-store"
            return response
        case .json, .openAI:
            let reply = try await services.asking.finished(live, on: context.channel).replyOrFailure
            return Reply(json: reply, fragment: { reply.html }, page: { reply.html }).response(as: .json)
        case .page:
            _ = try await services.asking.finished(live, on: context.channel)
            return .redirect(to: "/ask/\(live.id.lowercased)#answer-\(live.id.lowercased)")
        }
    }
}

extension RequestContext {
    /// The id in the address.
    fileprivate var messageID: UUID {
        get throws {
            guard let id = parameters.get("message").flatMap({ UUID(text: $0[...]) }) else { throw Failure.notFound }
            return id
        }
    }
}

extension Request {
    /// Where the reader of a stream was, who comes back with the same question.
    var resumes: EventID? { Output(for: self) == .events ? lastEventID : nil }

    var lastEventID: EventID? { headers[.lastEventID].flatMap(EventID.init) }
}

extension Failure {
    /// There is a question at this address, and there will never be an answer.
    static let failed = Failure(status: .gone, code: "failed", message: Outcome.apology)

    /// Nobody waited for the end.
    static let brokeOff = Failure(
        status: .gone, code: "abandoned", message: "The connection broke off before this answer was finished. Please ask again.")

    /// Whether the landing page itself says what to mend.
    fileprivate var isAboutQuestion: Bool { status == .unprocessableContent || status == .tooManyRequests }
}

extension AnswerArticle {
    init(_ message: Message, on surface: AnswerSurface = .landing) {
        var reply = message.reply
        reply?.surface = surface
        self.init(
            messageID: message.id.lowercased, conversationID: message.conversation.lowercased, question: message.question, reply: reply,
            problem: message.isFinished && reply == nil ? surface.words.apology : nil, surface: surface)
    }
}
