import FoundationEssentials
import Hummingbird
import Templates

/// The routes of questions and answers.
struct Ask: Sendable {
    let asking: Asking
    let desks: Desks
    let limits: DemoLimits
    let landing: Landing
    let proxies: [AddressRange]

    /// `POST /ask`: a visitor of the landing page asks the demo.
    func fromPage(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let output = Output(for: request)
        let desk = try await demo()
        var typed = ""
        do {
            let input = try await Input(of: request)
            typed = try input.text("question") ?? ""
            try await limits.count(context.address(request, behind: proxies))
            let live = try await begin(input, .page, at: desk, output)
            return try await answer(live, question: typed, output, desk, context)
        } catch let failure as Failure where output == .page && failure.isAboutQuestion {
            return landing.refusal(failure, question: typed)
        }
    }

    /// `POST /api/v1/ask`: a program asks the bot whose key it has.
    func fromProgram(_ request: Request, _ context: KeyContext) async throws -> Response {
        let output = Output(for: request)
        if output == .events, let id = request.lastEventID {
            return try await asking.events(of: id.message, with: context.desk.bot, as: .json, for: request, on: context.channel)
        }
        let input = try await Input(of: request)
        try await limits.count(context.address(request, behind: proxies))
        let live = try await begin(input, .api, at: context.desk, output)
        return try await answer(live, question: "", output, context.desk, context)
    }

    /// `GET /ask/{message}`: an answer has an address of its own.
    func show(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let desk = try await demo()
        let message = try await message(context, at: desk)
        let output = Output(for: request)
        let reply = message.reply
        if output == .json, reply == nil { throw message.isFinished ? Failure.failed : Failure.notFound }
        return Reply(
            json: reply, fragment: { AnswerArticle(message).html }, page: { landing.page(AnswerArticle(message)) }
        ).response(as: output)
    }

    /// `GET /ask/{message}/events`: the answer as it comes, from where the reader was.
    func events(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let form: EventStream.Form = request.uri.path.hasPrefix("/api/") ? .json : .html
        return try await asking.events(of: context.messageID, with: demo().bot, as: form, for: request, on: context.channel)
    }

    /// `GET /api/v1/ask/{message}/events`: the same for a program.
    func eventsForProgram(_ request: Request, _ context: KeyContext) async throws -> Response {
        try await asking.events(of: context.messageID, with: context.desk.bot, as: .json, for: request, on: context.channel)
    }

    private func demo() async throws -> Desk {
        guard let desk = try await desks.desk(publicKey: DemoBot.publicKey) else { throw Failure.unavailable }
        return desk
    }

    private func begin(_ input: Input, _ channel: Conversation.Channel, at desk: Desk, _ output: Output) async throws -> LiveAnswer {
        let question = try Asking.question(input.text("question"))
        let conversation = try input.text("conversation_id").map { text in
            guard let id = UUID(uuidString: text) else { throw Failure.invalid(["conversation_id": "This isn’t a conversation’s id."]) }
            return id
        }
        return try await asking.ask(
            question, in: conversation, channel: channel, at: desk, isWatched: output == .events || output == .fragment)
    }

    private func answer(
        _ live: LiveAnswer, question: String, _ output: Output, _ desk: Desk, _ context: some ConnectedContext
    ) async throws -> Response {
        switch output {
        case .events: return asking.events(of: live, question: question, as: .json, from: nil, on: context.channel)
        case .fragment:
            var response = Response(html: AnswerArticle(
                    messageID: live.id.lowercased, conversationID: live.conversation.lowercased, question: question.trimmingBlanks).html)
            response.headers[.cacheControl] = "no-store"
            return response
        case .json:
            guard let reply = try await asking.finished(live, on: context.channel).reply else { throw Failure.unexpected }
            return Reply(json: reply, fragment: { reply.html }, page: { reply.html }).response(as: .json)
        case .page:
            _ = try await asking.finished(live, on: context.channel)
            return .redirect(to: "/ask/\(live.id.lowercased)#answer-\(live.id.lowercased)")
        }
    }

    private func message(_ context: VisitorContext, at desk: Desk) async throws -> Message {
        guard let message = try await asking.postgres.message(context.messageID, of: desk.bot) else { throw Failure.notFound }
        return message
    }
}

extension RequestContext {
    /// The id in the address.
    fileprivate var messageID: UUID {
        get throws {
            guard let id = parameters.get("message").flatMap({ UUID(uuidString: $0) }) else { throw Failure.notFound }
            return id
        }
    }
}

extension Request {
    var lastEventID: EventID? { headers[.lastEventID].flatMap(EventID.init) }
}

extension Failure {
    /// There is a question at this address, and there will never be an answer.
    fileprivate static let failed = Failure(status: .gone, code: "failed", message: Outcome.apology)

    /// Whether the landing page itself says what to mend.
    fileprivate var isAboutQuestion: Bool { status == .unprocessableContent || status == .tooManyRequests }
}

extension AnswerArticle {
    /// - Parameter path: where the answer has its address, without its id.
    init(_ message: Message, path: String = "/ask") {
        self.init(
            messageID: message.id.lowercased, conversationID: message.conversation.lowercased, question: message.question, reply: message.reply,
            problem: message.isFinished && message.reply == nil ? Outcome.apology : nil, path: path)
    }
}
