import FoundationEssentials
import Hummingbird
import Templates

/// The routes of questions and answers.
struct Ask: Sendable {
    let asking: Asking
    let callers: Callers
    let landing: Landing
    let proxies: [AddressRange]

    /// `POST /ask`: a visitor of the landing page asks the demo.
    func fromPage(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let output = Output(for: request)
        var typed = ""
        do {
            let input = try await Input(of: request)
            typed = try input.text("question") ?? ""
            let desk = try await callers.demo(from: context.address(request, behind: proxies), counts: true).desk
            let incoming = try incoming(input, .page, output)
            return try await answer(begin(incoming, at: desk), question: typed, output, desk, context)
        } catch let failure as Failure where output == .page && failure.isAboutQuestion {
            return landing.refusal(failure, question: typed)
        }
    }

    /// `POST /api/v1/ask`: a program asks the bot whose key it has.
    func fromProgram(_ request: Request, _ context: KeyContext) async throws -> Response {
        if let id = request.resumes { return try await events(of: id.message, from: id.place, at: context.desk, as: .json, context) }
        let output = Output(for: request)
        var incoming = try incoming(try await Input(of: request), .api, output)
        incoming.idempotencyKey = try IdempotencyKey(request, asking: incoming.question, in: incoming.place)
        guard let key = incoming.idempotencyKey else {
            return try await answer(begin(incoming, at: context.desk), question: "", output, context.desk, context)
        }
        return try await answerOnce(incoming, key, output, context)
    }

    /// A request that may have come before: whoever is first makes the answer, and all others get the same.
    private func answerOnce(_ incoming: Incoming, _ key: IdempotencyKey, _ output: Output, _ context: KeyContext) async throws -> Response {
        let desk = context.desk
        for _ in 1...2 {
            if let earlier = try await asking.postgres.earlierAnswer(key, of: desk.bot) {
                var response =
                    output == .events
                    ? try await events(of: earlier, from: nil, at: desk, as: .json, context)
                    : try await Response(json: asking.finished(earlier, at: desk, on: context.channel).replyOrFailure)
                response.headers[.cacheControl] = "no-store"
                response.headers[.idempotentReplayed] = "true"
                return response
            }
            if let live = try await asking.ask(incoming, at: desk) {
                return try await answer(live, question: "", output, desk, context)
            }
        }
        throw Failure.answeredElsewhere
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
        let id = try context.messageID
        let last = request.lastEventID.flatMap { $0.message == id ? $0.place : nil }
        let form: EventStream.Form = request.uri.path.hasPrefix("/api/") ? .json : .html
        return try await events(of: id, from: last, at: try await demo(), as: form, context)
    }

    /// `GET /api/v1/ask/{message}/events`: the same for a program.
    func eventsForProgram(_ request: Request, _ context: KeyContext) async throws -> Response {
        let id = try context.messageID
        let last = request.lastEventID.flatMap { $0.message == id ? $0.place : nil }
        return try await events(of: id, from: last, at: context.desk, as: .json, context)
    }

    private func demo() async throws -> Desk { try await callers.demo(from: nil, counts: false).desk }

    private func incoming(_ input: Input, _ channel: Conversation.Channel, _ output: Output) throws -> Incoming {
        let question = try Asking.question(input.text("question"))
        var incoming = Incoming(question: question, channel: channel, isWatched: output == .events || output == .fragment)
        if let conversation = try input.text("conversation_id") {
            guard let id = UUID(text: conversation[...]) else { throw Failure.invalid(["conversation_id": "This isn’t a conversation’s id."]) }
            incoming.place = .conversation(id)
        }
        return incoming
    }

    private func begin(_ incoming: Incoming, at desk: Desk) async throws -> LiveAnswer {
        guard let live = try await asking.ask(incoming, at: desk) else { throw Failure.answeredElsewhere }
        return live
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
        case .json, .openAI:
            let reply = try await asking.finished(live, on: context.channel).replyOrFailure
            return Reply(json: reply, fragment: { reply.html }, page: { reply.html }).response(as: .json)
        case .page:
            _ = try await asking.finished(live, on: context.channel)
            return .redirect(to: "/ask/\(live.id.lowercased)#answer-\(live.id.lowercased)")
        }
    }

    private func events(
        of id: UUID, from place: EventID.Place?, at desk: Desk, as form: EventStream.Form, _ context: some ConnectedContext
    ) async throws -> Response {
        // Being made here or not: whether it is this desk's, only its row says.
        guard let message = try await asking.postgres.message(id, of: desk.bot) else { throw Failure.notFound }
        if place == .end { return Response(status: .noContent, headers: StandardHeaders.plain) }
        if let live = asking.answers[id] {
            return asking.events(of: live, question: message.question, as: form, from: place, on: context.channel)
        }
        return try await asking.events(ofStored: id, at: desk, as: form, from: place, on: context.channel)
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
            guard let id = parameters.get("message").flatMap({ UUID(text: $0[...]) }) else { throw Failure.notFound }
            return id
        }
    }
}

extension Request {
    /// Where the reader of a stream was, who comes back with the same question.
    var resumes: EventID? { Output(for: self) == .events ? lastEventID : nil }

    fileprivate var lastEventID: EventID? { headers[.lastEventID].flatMap(EventID.init) }
}

extension Failure {
    /// There is a question at this address, and there will never be an answer.
    fileprivate static let failed = Failure(status: .gone, code: "failed", message: Outcome.apology)

    /// Whether the landing page itself says what to mend.
    fileprivate var isAboutQuestion: Bool { status == .unprocessableContent || status == .tooManyRequests }
}

extension AnswerArticle {
    init(_ message: Message) {
        self.init(
            messageID: message.id.lowercased, conversationID: message.conversation.lowercased, question: message.question, reply: message.reply,
            problem: message.isFinished && message.reply == nil ? Outcome.apology : nil)
    }
}
