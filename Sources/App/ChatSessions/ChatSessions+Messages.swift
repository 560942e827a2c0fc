import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Templates

/// Sending messages, and reading answers.
extension ChatSessions {
    /// Questions with files from one person, whether they are taken or not: looking through a file costs more than a question.
    static let uploads = RateLimit(name: "chat-upload", maximum: 20, windowSeconds: 60)

    /// `POST /chat/{token}/sessions`: begins a chat with its first question.
    func create(_ request: Request, _ context: AccountContext) async throws -> Response {
        try await send(request, to: chats(context), nil, context)
    }

    /// `POST /chat/{token}/sessions/{conversation}/messages`: asks on, or, with `replaces`, from an earlier question on.
    func send(_ request: Request, _ context: AccountContext) async throws -> Response {
        let chats = try await chats(context)
        let id = try context.id("conversation")
        _ = try await chats.summary(of: id)
        return try await send(request, to: chats, id, context)
    }

    /// `GET /chat/{token}/sessions/{conversation}/messages/{message}`: a question with its answer.
    func turn(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let chats = try await chats(context)
        let (id, message) = (try context.id("conversation"), try context.id("message"))
        let thread = thread(try await chats.turn(message, in: id), chats, id, request)
        return Reply(thread) { branchPage($0, chats, id, request, context) }
    }

    /// `GET /chat/{token}/sessions/{conversation}/messages/{message}/events`
    func events(_ request: Request, _ context: AccountContext) async throws -> Response {
        let chats = try await chats(context)
        let (id, message) = (try context.id("conversation"), try context.id("message"))
        try await chats.require(message, in: id)
        let surface = chats.place(of: id).surface(words(request, chats))
        let form: EventStream.Form = request.uri.path.hasPrefix("/api/") ? .json : .page(surface)
        try services.streamLimits.count(context, of: chats.bot)
        let events = try await services.asking.events(of: message, with: chats.bot, as: form, for: request, on: context.channel)
        return services.streams.endWith(session: context.session.id, events, on: context.channel)
    }

    /// `GET /chat/{token}/sessions/{conversation}/messages/{message}/earlier`: the branch that was left for this question.
    func earlier(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let chats = try await chats(context)
        let id = try context.id("conversation")
        let part = try await chats.messages(of: id, replacedBy: context.id("message"), before: nil, limit: Self.messagesShown)
        guard !part.messages.isEmpty else { throw Failure.notFound }
        return Reply(thread(part.messages, chats, id, isEditable: false, request)) { branchPage($0, chats, id, request, context) }
    }

    /// `POST /chat/{token}/sessions/{conversation}/messages/{message}/thumb`
    func rate(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let chats = try await chats(context)
        let (id, message) = (try context.id("conversation"), try context.id("message"))
        try await chats.require(message, in: id)
        let (thumb, reason) = try Thumb.read(await Input(of: request))
        try await count(.rates, chats, request)
        try await postgres.rate(message, in: id, with: chats.bot, thumb, reason: reason)
        let surface = chats.place(of: id).surface(words(request, chats))
        return Reply(
            fragment: { ThumbForm(messageID: message.lowercased, thumb: thumb, surface: surface).html },
            goingOnTo: "\(chats.path(of: id))#answer-\(message.lowercased)")
    }

    /// - Parameter note: what happens now with a question that nobody has answered.
    private func thread(
        _ messages: [ChatMessageView], _ chats: PersonalChats, _ id: UUID, isEditable: Bool = true, note: String? = nil, _ request: Request
    ) -> ChatThread {
        let words = self.words(request, chats)
        let surface = chats.place(of: id).surface(words)
        return ChatThread(
            messages: messages, conversation: id.lowercased,
            surface: isEditable ? surface : AnswerSurface(words: words.answer, path: surface.path),
            isEditable: isEditable, note: note, words: words)
    }

    private func branchPage(_ thread: ChatThread, _ chats: PersonalChats, _ id: UUID, _ request: Request, _ context: AccountContext) -> HTML
    {
        ChatBranchPage(
            bot: ChatBot(chats.bot), path: chats.path, address: chats.path(of: id), thread: thread, words: words(request, chats),
            assets: context.assets
        ).page
    }

    private func send(_ request: Request, to chats: PersonalChats, _ conversation: UUID?, _ context: AccountContext) async throws
        -> Response
    {
        let words = self.words(request, chats)
        let input = try await input(request, words, context)
        do {
            var incoming = try await incoming(input, chats, conversation, Output(for: request))
            incoming.idempotencyKey = try IdempotencyKey(request, writing: incoming.question, in: conversation, of: chats.person)
            incoming.idempotencyKey?.isOfPage = [.page, .fragment].contains(Output(for: request))
            if let key = incoming.idempotencyKey, let earlier = try await postgres.earlierAnswer(key, of: chats.bot) {
                return try await answer(
                    Sent(bot: chats.bot, text: incoming.question, kind: .answered(earlier)), chats, conversation, request, context)
            }
            try await services.configuration.messageLimit.count(
                context.session.user, on: context.session.plan, in: postgres, words.personal)
            let sent = try await store(incoming, chats)
            return try await answer(sent, chats, conversation, request, context)
        } catch let problem as AttachmentProblem {
            return try await refusal(problem.failure(words.personal.files), input, chats, conversation, request, context)
        } catch let failure as Failure {
            return try await refusal(words.saying(failure), input, chats, conversation, request, context)
        }
    }

    /// What couldn't be stored, as where there was no room for its files, isn't counted.
    private func store(_ incoming: Incoming, _ chats: PersonalChats) async throws -> Sent {
        do {
            let (left, mustTell) = try await postgres.leaveForPerson(incoming, with: chats.bot)
            let kind =
                if let left { Sent.Kind.leftForPerson(left) } else {
                    Sent.Kind.answering(try await services.asking.ask(incoming, at: services.desks.desk(of: chats.bot)))
                }
            if mustTell, let conversation = incoming.place.conversation {
                await services.handOff.visitorWrote(in: conversation, with: chats.bot)
            }
            return Sent(bot: chats.bot, text: incoming.question, kind: kind)
        } catch {
            try await postgres.giveBackMessage(to: chats.person)
            if let failure = error as? Failure, failure.code == Failure.answeredElsewhere.code, let key = incoming.idempotencyKey,
                let earlier = try await postgres.earlierAnswer(key, of: chats.bot)
            {
                return Sent(bot: chats.bot, text: incoming.question, kind: .answered(earlier))
            }
            throw error
        }
    }

    private func input(_ request: Request, _ words: ChatWords, _ context: AccountContext) async throws -> Input {
        if request.headers[.contentType]?.lowercased().hasPrefix("multipart/") == true,
            let wait = try await Self.uploads.count(context.session.user.lowercased, in: postgres)
        {
            throw Failure.tooManyRequests(words.tooMany, retryAfter: wait)
        }
        return try await Input(of: request, maximumFiles: Multipart.maximumParts, upTo: RequestBodyLimit.attachments)
    }

    /// Nothing is counted for what can't be sent.
    private func incoming(_ input: Input, _ chats: PersonalChats, _ conversation: UUID?, _ output: Output) async throws -> Incoming {
        var incoming = Incoming(
            question: try Asking.question(input.text("message"), field: "message"),
            place: conversation.map { .conversation($0) } ?? .newConversation,
            channel: .chat, isWatched: output == .events || output == .fragment)
        incoming.person = chats.person
        incoming.bounds = services.callers.visitorLimits.bounds(for: chats.person)
        if let replaced = try input.text("replaces")?.nonEmpty {
            guard let conversation, let id = UUID(text: replaced[...]) else {
                throw Failure.invalid(["replaces": "This isn’t a message of this chat."])
            }
            try await chats.require(id, in: conversation)
            incoming.replaces = id
        }
        incoming.attachments = try await Attachment.read(input.files)
        return incoming
    }

    private func answer(_ sent: Sent, _ chats: PersonalChats, _ known: UUID?, _ request: Request, _ context: AccountContext) async throws
        -> Response
    {
        let output = Output(for: request)
        let words = self.words(request, chats)
        switch (output, sent.kind) {
        case (.page, .answering(let live)):
            _ = try await services.asking.finished(live, on: context.channel)
            return .redirect(to: chats.place(of: live.conversation).path(to: live.id))
        // The page of a new chat streams the answer.
        case (.fragment, .answering(let live)) where known == nil: return .goingOn(to: chats.place(of: live.conversation).path(to: live.id))
        case (.fragment, .answering(let live)):
            let thread = thread(try await chats.turn(live.id, in: live.conversation), chats, live.conversation, request)
            let usage = try await usage(words.personal, context)
            return Reply(json: nil, fragment: { #html("\(thread)\(usage.update)") }, page: { thread.html }).response(as: .fragment)
        case (_, .answering(let live)):
            let response = try await services.asking.reply(to: sent, in: live.conversation, words, output, request, context)
            return output == .events
                ? services.streams.endWith(session: context.session.id, response, on: context.channel) : response.created
        case (_, .answered(let id)): return try await again(id, sent, chats, known, request, context)
        case (_, .leftForPerson(let id)): return try await left(id, sent, chats, known ?? UUID(), request, context)
        }
    }

    /// The answer to the same message before.
    private func again(
        _ id: UUID, _ sent: Sent, _ chats: PersonalChats, _ known: UUID?, _ request: Request, _ context: AccountContext
    ) async throws -> Response {
        guard let message = try await postgres.message(id, of: chats.bot) else { throw Failure.notFound }
        let words = self.words(request, chats)
        switch Output(for: request) {
        case .page: return .redirect(to: chats.place(of: message.conversation).path(to: id))
        case .fragment where known == nil: return .goingOn(to: chats.place(of: message.conversation).path(to: id))
        case .fragment:
            let thread = thread(try await chats.turn(id, in: message.conversation), chats, message.conversation, request)
            return Reply(json: nil, fragment: { thread.html }, page: { thread.html }).response(as: .fragment)
        case let output:
            let response = try await services.asking.reply(to: sent, in: message.conversation, words, output, request, context)
            return output == .events ? services.streams.endWith(session: context.session.id, response, on: context.channel) : response
        }
    }

    private func left(_ id: UUID, _ sent: Sent, _ chats: PersonalChats, _ conversation: UUID, _ request: Request, _ context: AccountContext)
        async throws -> Response
    {
        let output = Output(for: request)
        let words = self.words(request, chats)
        switch output {
        case .page: return .redirect(to: "\(chats.path(of: conversation))#message-\(id.lowercased)")
        case .fragment:
            let question = try await chats.question(id, in: conversation)
            let thread = thread([question], chats, conversation, isEditable: false, note: words.personWillAnswer, request)
            let usage = try await usage(words.personal, context)
            return Reply(json: nil, fragment: { #html("\(thread)\(usage.update)") }, page: { thread.html }).response(as: .fragment)
        default: return try await services.asking.reply(to: sent, in: conversation, words, output, request, context)
        }
    }

    /// The page comes back with what was written, and what to mend.
    /// - Throws: the failure where there is no page to bring back.
    private func refusal(
        _ failure: Failure, _ input: Input, _ chats: PersonalChats, _ conversation: UUID?, _ request: Request, _ context: AccountContext
    ) async throws -> Response {
        guard Output(for: request) == .page, [.unprocessableContent, .tooManyRequests].contains(failure.status) else { throw failure }
        let list = try await list(of: chats, words(request, chats).personal, context)
        var session: ChatSessionView?
        if let conversation { session = try await self.session(conversation, of: chats, request, context) }
        let page = page(chats, list, session, input.fields(mending: failure), for: request, context)
        var response = Response(failure.status, html: page)
        response.headers[.cacheControl] = "no-store"
        if let seconds = failure.retryAfter { response.headers[.retryAfter] = String(seconds) }
        return response
    }
}

extension Response {
    fileprivate var created: Response {
        var response = self
        if status == .ok { response.status = .created }
        return response
    }
}

extension StoredAttachment {
    /// A browser gets it as what its content was found to be, and does nothing with it but show a picture.
    var response: Response {
        var headers = StandardHeaders.plain
        let isText = mediaType == "text/plain"
        headers[.contentType] = isText ? "text/plain; charset=utf-8" : mediaType
        headers[.contentDisposition] = mediaType.hasPrefix("image/") ? FileName(name).inline : FileName(safeName).attachment
        headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
        headers[.cacheControl] = "private, no-store"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// What was taken for text is opened as text, whatever its sender calls it.
    private var safeName: String {
        let endings = ["application/pdf": [".pdf"], "text/plain": [".txt", ".md", ".csv"]][mediaType] ?? [".docx"]
        return endings.contains { name.lowercased().hasSuffix($0) } ? name : name + (endings.first ?? "")
    }
}

extension Schema {
    static let chatBranch = ChatThread.schema
    static let chatMessage = component(
        "ChatMessage",
        .object(
            required: ["message": .string(upTo: Asking.maximumQuestionLength)],
            optional: [
                "replaces": .uuid.saying(
                    "An earlier question of the chat that is written anew. Files are sent as multipart/form-data")
            ])
    ).sent(as: "application/json", "multipart/form-data")
}
