import FoundationEssentials
import Hummingbird
import Postgres
import Templates

/// The routes of chats on a bot's page, for people who are signed in: whoever they are, each sees their own.
struct ChatSessions: Sendable {
    static let shown = 30
    static let messagesShown = 100

    let asking: Asking
    let desks: Desks
    let streams: SignedInStreams
    let limit: MessageLimit
    let assets: Assets

    var postgres: Postgres { asking.postgres }

    /// `GET /chat/{token}/sessions`: the list, beside a new chat.
    func list(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let chats = try await chats(context)
        let query = try Form(parsing: request.uri.query ?? "")
        let list = try await list(of: chats, context, query)
        return Reply(list) { ChatSessionsPage(bot: ChatSessionsPage.Bot(chats.bot), list: $0, frame: frame(context)).page }
    }

    /// `GET /chat/{token}/sessions/{conversation}`
    func show(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let chats = try await chats(context)
        let before = try Form(parsing: request.uri.query ?? "")["before"].map { text throws(Failure) in
            guard let place = Int64(text), place > 0 else { throw .badRequest("“before” must be what “previous” said.") }
            return place
        }
        let session = try await session(context.id("conversation"), of: chats, before: before, context)
        guard Output(for: request) == .page else { return Reply(session) { $0.html } }
        return try await page(session, of: chats, context)
    }

    /// `PATCH /chat/{token}/sessions/{conversation}`
    func rename(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let chats = try await chats(context)
        let id = try context.id("conversation")
        _ = try await chats.summary(of: id)
        let input = try await Input(of: request)
        let title = (try input.text("title") ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard title.unicodeScalars.count <= PersonalChats.maximumTitle else {
            throw Failure.invalid(["title": "A name can have up to \(PersonalChats.maximumTitle) characters."])
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

    /// What the signed-in person has with the bot of the address.
    /// - Throws: `Failure.notFound` where there is no such bot.
    func chats(_ context: AccountContext) async throws -> PersonalChats {
        guard let token = context.parameters.get("token"), let bot = try await postgres.bot(token: token) else { throw Failure.notFound }
        return PersonalChats(postgres, bot: bot, person: context.session.user)
    }

    func session(_ id: UUID, of chats: PersonalChats, before place: Int64? = nil, _ context: AccountContext) async throws -> ChatSessionView {
        let summary = try await chats.summary(of: id)
        let part = try await chats.messages(of: id, before: place, limit: Self.messagesShown)
        return ChatSessionView(
            id: summary.id, title: summary.title, isRenamed: summary.isRenamed, startedAt: summary.startedAt, lastMessageAt: summary.lastMessageAt,
            messages: part.messages, previous: part.previous.map(String.init), usage: try await usage(context), address: summary.address)
    }

    func list(of chats: PersonalChats, _ context: AccountContext, _ query: Form? = nil) async throws -> ChatSessionList {
        let search = (query?["q"] ?? "").withoutControls.trimmingBlanks
        guard search.unicodeScalars.count <= PersonalChats.maximumSearch else {
            throw Failure.invalid(["q": "This can have up to \(PersonalChats.maximumSearch) characters."])
        }
        let after = try query?["after"].map(ConversationCursor.init)
        let part = try await chats.list(search.nonEmpty, after: after, limit: Self.shown)
        let older = part.next.map { "\(chats.path)?after=\($0.text)\(search.isEmpty ? "" : "&q=\(PercentEncoding.encode(search))")" }
        return ChatSessionList(
            sessions: part.sessions, next: part.next?.text, usage: try await usage(context), activity: try await chats.activity(), older: older,
            search: search)
    }

    /// A chat beside the list.
    func page(_ session: ChatSessionView, of chats: PersonalChats, _ context: AccountContext, composer: Fields = Fields()) async throws -> Reply {
        let list = try await list(of: chats, context)
        return Reply(session) {
            ChatSessionsPage(bot: ChatSessionsPage.Bot(chats.bot), list: list, session: $0, composer: composer, frame: frame(context)).page
        }
    }

    func usage(_ context: AccountContext) async throws -> MessageUsage {
        try await limit.usage(of: context.session.user, on: context.session.plan, in: postgres)
    }

    func frame(_ context: AccountContext) -> Frame { Frame(context.session, assets) }
}

extension ChatSessionsPage.Bot {
    init(_ bot: Bot) {
        self.init(
            name: bot.name, welcome: bot.welcomeMessage, color: String(bot.primaryColor.dropFirst()), path: "/chat/\(bot.token)/sessions")
    }
}
