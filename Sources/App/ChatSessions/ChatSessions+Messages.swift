import FoundationEssentials
import Hummingbird
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
        let id = try context.id("conversation")
        let turn = ChatBranch(messages: try await chats.turn(context.id("message"), in: id), address: chats.path(of: id))
        return Reply(turn) { ChatBranchPage(bot: ChatSessionsPage.Bot(chats.bot), branch: $0, frame: frame(context)).page }
    }

    /// `GET /chat/{token}/sessions/{conversation}/messages/{message}/events`
    func events(_ request: Request, _ context: AccountContext) async throws -> Response {
        let chats = try await chats(context)
        let message = try context.id("message")
        try await chats.require(message, in: context.id("conversation"))
        let form: EventStream.Form = request.uri.path.hasPrefix("/api/") ? .json : .html
        let events = try await asking.events(of: message, with: chats.bot, as: form, for: request, on: context.channel)
        return streams.endWith(session: context.session.id, events, on: context.channel)
    }

    /// `GET /chat/{token}/sessions/{conversation}/messages/{message}/earlier`: the branch that was left for this question.
    func earlier(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let chats = try await chats(context)
        let id = try context.id("conversation")
        let part = try await chats.messages(of: id, replacedBy: context.id("message"), before: nil, limit: Self.messagesShown)
        guard !part.messages.isEmpty else { throw Failure.notFound }
        let branch = ChatBranch(messages: part.messages, address: chats.path(of: id))
        return Reply(branch) { ChatBranchPage(bot: ChatSessionsPage.Bot(chats.bot), branch: $0, frame: frame(context)).page }
    }

    private func send(_ request: Request, to chats: PersonalChats, _ conversation: UUID?, _ context: AccountContext) async throws -> Response {
        let output = Output(for: request)
        let input = try await input(request, context)
        do {
            let incoming = try await incoming(input, chats, conversation, output)
            try await limit.count(context.session.user, on: context.session.plan, in: postgres)
            let live = try await ask(incoming, chats)
            return try await answer(live, incoming, chats, output, isNew: conversation == nil, context)
        } catch let failure as Failure where output == .page && [.unprocessableContent, .tooManyRequests].contains(failure.status) {
            return try await refusal(failure, input, chats, conversation, context)
        }
    }

    /// What couldn't be stored, as where there was no room for its files, isn't counted.
    private func ask(_ incoming: Incoming, _ chats: PersonalChats) async throws -> LiveAnswer {
        do {
            return try await asking.ask(incoming, at: desks.desk(of: chats.bot))
        } catch {
            try await limit.giveBack(to: chats.person, in: postgres)
            throw error
        }
    }

    private func input(_ request: Request, _ context: AccountContext) async throws -> Input {
        if request.headers[.contentType]?.lowercased().hasPrefix("multipart/") == true,
            let wait = try await Self.uploads.count(context.session.user.lowercased, in: postgres)
        {
            throw Failure.tooManyRequests("That was a lot at once. Please wait a minute, then send it again.", retryAfter: wait)
        }
        return try await Input(of: request, maximumFiles: Attachment.maximumCount, upTo: RequestBodyLimit.attachments)
    }

    /// Nothing is counted for what can't be sent.
    private func incoming(_ input: Input, _ chats: PersonalChats, _ conversation: UUID?, _ output: Output) async throws -> Incoming {
        var incoming = Incoming(
            question: try Asking.question(input.text("question")), place: conversation.map { .conversation($0) } ?? .newConversation,
            channel: .chat, isWatched: output == .events || output == .fragment)
        incoming.person = chats.person
        if let replaced = try input.text("replaces")?.nonEmpty {
            guard let conversation, let id = UUID(text: replaced[...]) else { throw Failure.invalid(["replaces": "This isn’t a message of this chat."]) }
            try await chats.require(id, in: conversation)
            incoming.replaces = id
        }
        incoming.attachments = try await Attachment.read(input.files)
        return incoming
    }

    private func answer(
        _ live: LiveAnswer, _ incoming: Incoming, _ chats: PersonalChats, _ output: Output, isNew: Bool, _ context: AccountContext
    ) async throws -> Response {
        let path = chats.path(of: live.conversation)
        switch output {
        case .events:
            let events = asking.events(of: live, question: incoming.question, as: .json, from: nil, on: context.channel)
            return streams.endWith(session: context.session.id, events, on: context.channel)
        case .json, .openAI:
            let reply = try await asking.finished(live, on: context.channel).replyOrFailure
            return Reply(status: .created, json: reply, fragment: { reply.html }, page: { reply.html }).response(as: .json)
        case .fragment where !isNew:
            let turn = ChatBranch(messages: try await chats.turn(live.id, in: live.conversation), address: path)
            let usage = try await usage(context)
            return Reply(status: .created, json: nil, fragment: { #html("\(turn)\(usage.update)") }, page: { turn.html }).response(as: .fragment)
        // The page of the new chat streams the answer.
        case .fragment: return .goingOn(to: "\(path)#answer-\(live.id.lowercased)")
        case .page:
            _ = try await asking.finished(live, on: context.channel)
            return .redirect(to: "\(path)#answer-\(live.id.lowercased)")
        }
    }

    /// The page comes back with what was written, and what to mend.
    private func refusal(_ failure: Failure, _ input: Input, _ chats: PersonalChats, _ conversation: UUID?, _ context: AccountContext) async throws -> Response {
        let fields = input.fields(mending: failure)
        var reply: Reply
        if let conversation {
            reply = try await page(session(conversation, of: chats, context), of: chats, context, composer: fields)
        } else {
            let list = try await list(of: chats, context)
            reply = Reply(list) { ChatSessionsPage(bot: ChatSessionsPage.Bot(chats.bot), list: $0, composer: fields, frame: frame(context)).page }
        }
        reply.status = failure.status
        if let seconds = failure.retryAfter { reply.headers[.retryAfter] = String(seconds) }
        return reply.response(as: .page)
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
