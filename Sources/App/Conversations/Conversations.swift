import FoundationEssentials
import Hummingbird
import Templates

/// The routes of a bot's conversations, for its owner.
struct Conversations: Sendable {
    static let shown = 50
    static let messagesShown = 200

    let assets: Assets

    /// `GET /bots/{bot}/conversations`
    func list(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let id = try context.id("bot")
        let query = try Form(parsing: request.uri.query ?? "")
        let filter = try ConversationFilter(query)
        let after = try query["after"].map(ConversationCursor.init)
        let part = try await context.database.conversations(of: id, filter, after: after, limit: Self.shown)
        let older = part.next.map { "/bots/\(id.lowercased)/conversations?after=\($0.text)\(filter.query.isEmpty ? "" : "&")\(filter.query)" }
        return Reply(ConversationList(conversations: part.conversations, next: part.next?.text, older: older)) { list in
            ConversationsPage(
                bot: id.lowercased, name: part.botName, list: list, search: Fields(values: filter.values), query: filter.query,
                isFirst: after == nil, frame: frame(context)).page
        }
    }

    /// `GET /bots/{bot}/conversations/{conversation}`
    func show(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let place = try Form(parsing: request.uri.query ?? "")["after"]
        guard let after = Int64(place ?? "0"), after >= 0 else { throw Failure.badRequest("“after” must be what “next” said.") }
        let (name, conversation) = try await context.database.conversation(
            context.id("conversation"), of: context.id("bot"), after: after, limit: Self.messagesShown)
        return Reply(conversation) { ConversationPage(botName: name, conversation: $0, frame: frame(context)).page }
    }

    /// `DELETE /bots/{bot}/conversations/{conversation}`
    func delete(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let bot = try context.id("bot")
        try await context.database.deleteConversation(context.id("conversation"), of: bot)
        return Reply(goingOnTo: "/bots/\(bot.lowercased)/conversations")
    }

    /// `GET /bots/{bot}/conversations.csv`: a row for each message.
    func exportCSV(_ request: Request, _ context: AccountContext) async throws -> Response {
        try await export(ConversationTable(), request, context)
    }

    /// `GET /bots/{bot}/conversations.json`
    func exportJSON(_ request: Request, _ context: AccountContext) async throws -> Response {
        try await export(ConversationDocument(), request, context)
    }

    private func export(_ file: some ConversationFile, _ request: Request, _ context: AccountContext) async throws -> Response {
        let filter = try ConversationFilter(Form(parsing: request.uri.query ?? ""))
        return try await ConversationExport(database: context.database, bot: context.id("bot"), filter: filter).response(file)
    }

    private func frame(_ context: AccountContext) -> Frame { Frame(context.session, assets) }
}
