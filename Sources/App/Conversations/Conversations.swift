import FoundationEssentials
import Hummingbird
import Postgres
import Templates

/// The routes of conversations, for who answers for the bots: those of one bot, and the inbox of all.
struct Conversations: Feature {
    static let shown = 50
    static let messagesShown = 200

    let services: Services
    let rows: InboxRows

    func add(to routes: RouteMap) {
        routes.account.get("/bots/{bot}/conversations", list, .init("A bot’s conversations, newest first", gives: .conversations))
        routes.account.get("/bots/{bot}/conversations.csv", exportCSV, .init("The same as a table, all of them", gives: .table))
        routes.account.get("/bots/{bot}/conversations.json", exportJSON, .init("The same with all messages", gives: .empty))
        routes.account.get(
            "/bots/{bot}/conversations/{conversation}", show, .init("A conversation with its messages", gives: .conversation))
        routes.account.delete("/bots/{bot}/conversations/{conversation}", delete, .init("Deletes a conversation"))
        routes.account.get(
            "/bots/{bot}/conversations/{conversation}/events", events,
            .init("Streams what is said from now on, and who answers", gives: .events))
        routes.account.put(
            "/bots/{bot}/conversations/{conversation}/takeover", takeOver,
            .init("Answers in the bot’s place", takes: .takeover, gives: .handling))
        routes.account.delete(
            "/bots/{bot}/conversations/{conversation}/takeover", handBack, .init("Lets the bot answer again", gives: .handling))
        routes.account.post(
            "/bots/{bot}/conversations/{conversation}/messages", say,
            .init("Says something to the visitor, as a person", takes: .answerText, gives: .message, status: 201))
        routes.account.get("/inbox", inbox, .init("The conversations of all bots, newest first", gives: .conversations))
        routes.account.get("/inbox/events", inboxEvents, .init("Streams what happens in them", gives: .events))
    }

    /// `GET /bots/{bot}/conversations`
    func list(_ request: Request, _ context: AccountContext) async throws -> Reply {
        try await list(of: context.id("bot"), request, context)
    }

    /// `GET /inbox`
    func inbox(_ request: Request, _ context: AccountContext) async throws -> Reply {
        try await list(of: nil, request, context)
    }

    private func list(of bot: UUID?, _ request: Request, _ context: AccountContext) async throws -> Reply {
        let query = try Form(parsing: request.uri.query ?? "")
        let filter = try ConversationFilter(query)
        let after = try query["after"].map(ConversationCursor.init)
        let part = try await context.database.conversations(of: bot, filter, .after(after), limit: Self.shown)
        let list = ConversationList(part, of: bot, filter, isLive: after == nil)
        return Reply(list) { list in
            ConversationsPage(
                bot: bot?.lowercased, name: part.botName, list: list, search: Fields(values: filter.values), query: filter.query,
                isFirst: after == nil, events: InboxStream.address(of: bot, filter, since: part.moment), frame: context.frame
            ).page
        }
    }

    /// `GET /inbox/events`: what happens from now on, of all bots or of `?bot=`, as far as the filter has it.
    func inboxEvents(_ request: Request, _ context: AccountContext) async throws -> Response {
        let query = try Form(parsing: request.uri.query ?? "")
        let bot = try query["bot"].map { text throws(Failure) in
            guard let id = UUID(text: text[...]) else { throw .notFound }
            return id
        }
        if let bot { _ = try await context.database.bot(bot) }
        let selection = InboxSelection(bot: bot, filter: try ConversationFilter(query), isJSON: request.uri.path.hasPrefix("/api/"))
        let since = (request.headers[.lastEventID] ?? query["since"]).flatMap(Int64.init).map(PostgresTimestamp.init)
        let stream = InboxStream(selection, in: context.database, rows: rows, since: since)
        try services.streamLimits.count(context)
        try await services.streams.close(context.channel, with: context.session.id)
        return stream.response(services.feed, on: context.channel)
    }

    /// `GET /bots/{bot}/conversations/{conversation}`
    func show(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let place = try Form(parsing: request.uri.query ?? "")["after"]
        guard let after = Int64(place ?? "0"), after >= 0 else { throw Failure.badRequest("“after” must be what “next” said.") }
        let (bot, id) = (try context.id("bot"), try context.id("conversation"))
        let (name, conversation) = try await context.database.conversation(id, of: bot, after: after, limit: Self.messagesShown)
        if Output(for: request) == .page { try await context.database.markSeen(id, of: bot) }
        return Reply(conversation) {
            ConversationPage(botName: name, conversation: $0, isYours: context.has($0), frame: context.frame).page
        }
    }

    /// `GET /bots/{bot}/conversations/{conversation}/events`: what is said from now on, and who answers.
    func events(_ request: Request, _ context: AccountContext) async throws -> Response {
        let query = try Form(parsing: request.uri.query ?? "")
        let stream = ConversationStream(
            database: context.database, bot: try context.id("bot"), conversation: try context.id("conversation"),
            person: context.session.user,
            form: request.uri.path.hasPrefix("/api/") ? .json : .html,
            place: max(0, (request.headers[.lastEventID] ?? query["after"]).flatMap(Int64.init) ?? 0))
        let response = try await stream.response(services.feed, on: context.channel)
        try services.streamLimits.count(context)
        try await services.streams.close(context.channel, with: context.session.id)
        return response
    }

    /// `PUT /bots/{bot}/conversations/{conversation}/takeover`: who asks answers from now on.
    func takeOver(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let other = try await Input(of: request).text("from").flatMap { UUID(text: $0[...]) }
        try await context.database.takeOver(context.id("conversation"), of: context.id("bot"), by: context.session.user, from: other)
        return try await handling(context)
    }

    /// `DELETE /bots/{bot}/conversations/{conversation}/takeover`: the bot answers again.
    func handBack(_ request: Request, _ context: AccountContext) async throws -> Reply {
        try await context.database.handBack(context.id("conversation"), of: context.id("bot"), by: context.session.user)
        return try await handling(context)
    }

    /// `POST /bots/{bot}/conversations/{conversation}/messages`: what a person says to the visitor.
    func say(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let input = try await Input(of: request)
        let (bot, id) = (try context.id("bot"), try context.id("conversation"))
        let (name, conversation) = try await context.database.conversation(id, of: bot, after: 0, limit: Self.messagesShown)
        let page = { @Sendable (form: AnswerForm) in
            ConversationPage(
                botName: name, conversation: conversation, answer: form.fields, isYours: context.has(conversation), frame: context.frame
            ).page
        }
        return try await .form(input, { AnswerForm(botID: bot.lowercased, id: id.lowercased, fields: $0) }, into: "#answer", page: page) {
            let said = try await context.database.say(Takeover.message(input.text("text")), in: id, of: bot, by: context.session.user)
            let message = try await context.database.message(said, of: bot)
            let sent = AnswerSent(message: message, form: AnswerForm(botID: bot.lowercased, id: id.lowercased, fields: Fields()))
            return Reply(status: .created, message, fragment: { sent.html }, goingOnTo: "\(path(bot, id))#answer", saying: .sent)
        }
    }

    private func handling(_ context: AccountContext) async throws -> Reply {
        let (bot, id) = (try context.id("bot"), try context.id("conversation"))
        let conversation = try await context.database.conversation(id, of: bot, after: 0, limit: 0).1
        let view = HandlingView(conversation, isYours: context.has(conversation))
        return Reply(view, fragment: { view.html }, goingOnTo: "\(path(bot, id))#answer")
    }

    private func path(_ bot: UUID, _ conversation: UUID) -> String { "/bots/\(bot.lowercased)/conversations/\(conversation.lowercased)" }

    /// `DELETE /bots/{bot}/conversations/{conversation}`
    func delete(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let bot = try context.id("bot")
        try await context.database.deleteConversation(context.id("conversation"), of: bot)
        return Reply(goingOnTo: "/bots/\(bot.lowercased)/conversations", saying: .deleted)
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
}

extension AccountContext {
    /// Whether who asks answers the visitor.
    fileprivate func has(_ conversation: ConversationView) -> Bool { conversation.takenByID == session.user.lowercased }
}

extension Schema {
    static let conversation = ConversationView.schema, conversations = ConversationList.schema
    static let handling = HandlingView.schema, message = MessageView.schema
    static let takeover = component("Takeover", .object(optional: ["from": .uuid.saying("Whom it is taken from, knowingly")]))
    static let answerText = component(
        "AnswerText", .object(required: ["text": .string(upTo: Takeover.maximumMessage).saying("Markdown")]))
}
