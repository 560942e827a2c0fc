import FoundationEssentials
import Hummingbird
import Postgres
import Templates

/// The routes of chats on a bot's page, for people who are signed in: whoever they are, each sees their own.
struct ChatSessions: Feature {
    static let shown = 30
    static let messagesShown = 100

    let services: Services

    var postgres: Postgres { services.postgres }

    func add(to routes: RouteMap) {
        routes.account.get("/chat/{token}/sessions", list, .init("Your chats with a bot, newest first", gives: .chatSessions))
        routes.account.post(
            "/chat/{token}/sessions", create,
            .init("Begins a chat with its first question", takes: .chatMessage, gives: .answer, status: 201, streams: true))
        routes.account.get("/chat/{token}/sessions/{conversation}", show, .init("A chat with its newest messages", gives: .chatSession))
        routes.account.patch("/chat/{token}/sessions/{conversation}", rename, .init("Names a chat", takes: .chatTitle, gives: .chatSummary))
        routes.account.get("/chat/{token}/sessions/{conversation}/data", showData, .init("All that is kept of a chat", gives: .chatData))
        routes.account.get("/chat/{token}/sessions/{conversation}/data.json", downloadJSON, .init("The same as a file", gives: .chatData))
        routes.account.get("/chat/{token}/sessions/{conversation}/data.txt", downloadText, .init("The same as a text", gives: .plainText))
        routes.account.delete("/chat/{token}/sessions/{conversation}", delete, .init("Deletes a chat with what is attached"))
        routes.account.post(
            "/chat/{token}/sessions/{conversation}/messages", send,
            .init("Asks on in a chat, or from an earlier question on", takes: .chatMessage, gives: .answer, status: 201, streams: true))
        routes.account.get(
            "/chat/{token}/sessions/{conversation}/messages/{message}", turn, .init("A question with its answer", gives: .chatBranch))
        routes.account.get(
            "/chat/{token}/sessions/{conversation}/messages/{message}/events", events, .init("Streams an answer", gives: .events))
        routes.account.get(
            "/chat/{token}/sessions/{conversation}/messages/{message}/earlier", earlier,
            .init("The branch that was left for this question", gives: .chatBranch))
        routes.account.post(
            "/chat/{token}/sessions/{conversation}/messages/{message}/thumb", rate, .init("Says what you think of an answer", takes: .thumb)
        )
        routes.account.post("/chat/{token}/sessions/{conversation}/person", askForPerson, .init("Asks for a person", gives: .chatSession))
        routes.account.get(
            "/chat/{token}/sessions/{conversation}/events", follow, .init("Streams what a person says, for browsers", gives: .events))
        routes.account.get(
            "/chat/{token}/sessions/{conversation}/attachments/{attachment}", attachment, .init("A file that you attached", gives: .file))
        routes.account.get(
            "/attachments/{attachment}", ownersAttachment, .init("A file that a visitor attached, for the bot’s owner", gives: .file))
    }

    /// `GET /chat/{token}/sessions`: the list, beside a new chat.
    func list(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let chats = try await chats(context)
        let list = try await list(of: chats, words(request, chats).personal, context, Form(parsing: request.uri.query ?? ""))
        return Reply(list) { page(chats, $0, for: request, context) }
    }

    /// `GET /chat/{token}/sessions/{conversation}`
    func show(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let chats = try await chats(context)
        let before = try Form(parsing: request.uri.query ?? "")["before"].map { text throws(Failure) in
            guard let place = Int64(text), place > 0 else { throw .badRequest("“before” must be what “previous” said.") }
            return place
        }
        let session = try await session(context.id("conversation"), of: chats, before: before, request, context)
        let list = try await list(of: chats, session.words.personal, context)
        return Reply(session) { page(chats, list, $0, for: request, context) }
    }

    /// `PATCH /chat/{token}/sessions/{conversation}`
    func rename(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let chats = try await chats(context)
        let id = try context.id("conversation")
        _ = try await chats.summary(of: id)
        let input = try await Input(of: request)
        let title = (try input.text("title") ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard title.unicodeScalars.count <= PersonalChats.maximumTitle else {
            throw Failure.invalid(["title": words(request, chats).personal.titleTooLong])
        }
        try await chats.rename(id, to: title)
        return Reply(try await chats.summary(of: id), goingOnTo: chats.path(of: id))
    }

    /// `DELETE /chat/{token}/sessions/{conversation}`
    func delete(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let chats = try await chats(context)
        try await chats.delete(context.id("conversation"))
        return Reply(goingOnTo: chats.path)
    }

    /// `GET /chat/{token}/sessions/{conversation}/attachments/{attachment}`
    func attachment(_ request: Request, _ context: AccountContext) async throws -> Response {
        try await chats(context).attachment(context.id("attachment"), of: context.id("conversation")).response
    }

    /// `GET /attachments/{attachment}`: what a visitor attached, for the owner of the bot.
    func ownersAttachment(_ request: Request, _ context: AccountContext) async throws -> Response {
        try await context.database.attachment(context.id("attachment")).response
    }

    /// `POST /chat/{token}/sessions/{conversation}/person`: the visitor wants a person.
    func askForPerson(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let chats = try await chats(context)
        let id = try context.id("conversation")
        _ = try await chats.summary(of: id)
        guard chats.bot.offersPerson else { throw Failure.notFound }
        try await count(.asksForPerson, chats, request)
        try await services.handOff.ask(in: id, with: chats.bot, .chat)
        let session = try await session(id, of: chats, request, context)
        let handling = ChatHandling(chat: session.chat(at: chats.path), bot: ChatBot(chats.bot), words: session.words)
        return Reply(session, fragment: { handling.html }, goingOnTo: chats.path(of: id))
    }

    /// `GET /chat/{token}/sessions/{conversation}/events`: what a person says, and who answers.
    func follow(_ request: Request, _ context: AccountContext) async throws -> Response {
        let chats = try await chats(context)
        let id = try context.id("conversation")
        _ = try await chats.summary(of: id)
        let stream = try ChatFeed(chats.place(of: id), postgres, for: request)
        try services.streamLimits.count(context, of: chats.bot)
        try await services.streams.close(context.channel, with: context.session.id)
        return stream.response(services.feed, on: context.channel)
    }

    /// Counts what isn't a message, by the person.
    func count(_ act: VisitorAct, _ chats: PersonalChats, _ request: Request) async throws {
        try await services.callers.visitorLimits.count(
            act, with: chats.bot, from: nil, chats.person.lowercased, in: postgres, saying: words(request, chats).tooOften)
    }

    /// What the signed-in person has with the bot of the address.
    /// - Throws: `Failure.notFound` where there is no such bot.
    func chats(_ context: AccountContext) async throws -> PersonalChats {
        PersonalChats(postgres, bot: try await postgres.bot(token: context.parameters.get("token") ?? ""), person: context.session.user)
    }

    func session(
        _ id: UUID, of chats: PersonalChats, before place: Int64? = nil, _ request: Request, _ context: AccountContext
    ) async throws -> ChatSessionView {
        let summary = try await chats.summary(of: id)
        let part = try await chats.messages(of: id, before: place, limit: Self.messagesShown)
        let chat = try await postgres.chat(id, with: chats.bot, after: .max)
        let words = words(request, chats)
        return ChatSessionView(
            id: summary.id, title: summary.title, isRenamed: summary.isRenamed, handling: chat.handling, personName: chat.personName,
            startedAt: summary.startedAt, lastMessageAt: summary.lastMessageAt, messages: part.messages,
            previous: part.previous.map(String.init),
            usage: try await usage(words.personal, context), address: summary.address, surface: chats.place(of: id).surface(words),
            words: words)
    }

    func list(of chats: PersonalChats, _ words: PersonalChatWords, _ context: AccountContext, _ query: Form? = nil) async throws
        -> ChatSessionList
    {
        let search = (query?["q"] ?? "").withoutControls.trimmingBlanks
        guard search.unicodeScalars.count <= PersonalChats.maximumSearch else {
            throw Failure.invalid(["q": words.searchTooLong])
        }
        let after = try query?["after"].map(ConversationCursor.init)
        let part = try await chats.list(search.nonEmpty, after: after, limit: Self.shown)
        let older = part.next.map { "\(chats.path)?after=\($0.text)\(search.isEmpty ? "" : "&q=\(PercentEncoding.encode(search))")" }
        return ChatSessionList(
            sessions: part.sessions, next: part.next?.text, usage: try await usage(words, context), activity: try await chats.activity(),
            older: older,
            search: search, words: words)
    }

    /// The list beside a chat, or a new one.
    func page(
        _ chats: PersonalChats, _ list: ChatSessionList, _ session: ChatSessionView? = nil, _ fields: Fields = Fields(),
        for request: Request, _ context: AccountContext
    ) -> HTML {
        ChatSessionsPage(
            bot: ChatBot(chats.bot), path: chats.path, list: list, session: session, fields: fields, words: words(request, chats),
            assets: context.assets
        ).page
    }

    func usage(_ words: PersonalChatWords, _ context: AccountContext) async throws -> MessageUsage {
        try await services.configuration.messageLimit.usage(of: context.session.user, on: context.session.plan, in: postgres, words)
    }

    func words(_ request: Request, _ chats: PersonalChats) -> ChatWords { ChatWords.spoken(for: request, to: chats.bot) }
}

extension Schema {
    static let chatSession = ChatSessionView.schema, chatSessions = ChatSessionList.schema, chatSummary = ChatSessionSummary.schema
    static let chatTitle = component(
        "ChatTitle", .object(required: ["title": .string(upTo: PersonalChats.maximumTitle).saying("Empty: its first question")]))
}
