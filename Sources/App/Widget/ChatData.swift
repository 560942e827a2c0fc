import FoundationEssentials
import HTTPTypes
import Hummingbird
import Postgres
import Templates

/// What a visitor may do with their own chat: see it, take it with them, and erase it.
extension Chat {
    /// `GET …/{token}/{session}/data`
    func showData(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let place = try await place(request, context)
        var response = try await place.data(asking.postgres, request, assets).response(as: Output(for: request))
        if mount == .frame { response.allowFrames(on: place.bot.allowedSites) }
        return response
    }

    /// `GET …/{token}/{session}/data.json`
    func downloadJSON(_ request: Request, _ context: VisitorContext) async throws -> Response {
        try await Transcript(place(request, context), asking.postgres).response(TranscriptJSON())
    }

    /// `GET …/{token}/{session}/data.txt`
    func downloadText(_ request: Request, _ context: VisitorContext) async throws -> Response {
        try await Transcript(place(request, context), asking.postgres).text(for: request)
    }

    /// `DELETE …/{token}/{session}`
    func erase(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let place = try await place(request, context)
        _ = try await AccountDatabase(asking.postgres, account: place.bot.account).erase(place.conversation, of: place.bot.id, .visitor)
        return Reply(goingOnTo: "\(place.address)/\(place.session.text)/data").response(as: Output(for: request))
    }
}

/// The same for somebody who is signed in.
extension ChatSessions {
    /// `GET /chat/{token}/sessions/{conversation}/data`
    func showData(_ request: Request, _ context: AccountContext) async throws -> Reply {
        try await place(context).data(postgres, request, context.assets)
    }

    /// `GET /chat/{token}/sessions/{conversation}/data.json`
    func downloadJSON(_ request: Request, _ context: AccountContext) async throws -> Response {
        try await Transcript(place(context), postgres).response(TranscriptJSON())
    }

    /// `GET /chat/{token}/sessions/{conversation}/data.txt`
    func downloadText(_ request: Request, _ context: AccountContext) async throws -> Response {
        try await Transcript(place(context), postgres).text(for: request)
    }

    private func place(_ context: AccountContext) async throws -> ChatPlace {
        let chats = try await chats(context)
        let id = try context.id("conversation")
        _ = try await chats.summary(of: id)
        return chats.place(of: id)
    }
}

extension ChatPlace {
    fileprivate func data(_ postgres: Postgres, _ request: Request, _ assets: Assets) async throws -> Reply {
        let part = try await Transcript(self, postgres).part(after: 0)
        let words = ChatWords.spoken(for: request, to: bot)
        let data = ChatData(messages: part.messages, isWhole: part.next == nil)
        var reply = Reply(data) { ChatDataPage(bot: ChatBot(bot), chat: ChatView(self), data: $0, words: words, assets: assets).html }
        reply.headers = [.vary: "Accept-Language"]
        return reply
    }
}

extension Widget {
    /// `GET /api/chat/{token}?session_id=`: what was said in a session, with `Accept: text/plain` as a text.
    func transcript(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let bot = try await asking.postgres.bot(token: context.token)
        return try await forOtherSites(request, bot) {
            let transcript = try await Transcript(bot: bot, conversation: conversation(request, bot), asking.postgres)
            guard request.headers[.accept]?.contains("text/plain") == true else { return try await transcript.response(TranscriptJSON()) }
            return try await transcript.text(for: request)
        }
    }

    /// `DELETE /api/chat/{token}?session_id=`: erases it, at once.
    func erase(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let bot = try await asking.postgres.bot(token: context.token)
        return try await forOtherSites(request, bot) {
            guard try await AccountDatabase(asking.postgres, account: bot.account).erase(conversation(request, bot), of: bot.id, .visitor)
            else {
                throw Failure.notFound
            }
            return Response(status: .noContent, headers: StandardHeaders.plain)
        }
    }

    /// The one that the address names.
    /// - Throws: `Failure.chatOfSignedVisitor` for whoever isn't its visitor.
    func conversation(_ request: Request, _ bot: Bot) async throws -> UUID {
        let session = try ChatSession(given: Form(parsing: request.uri.query ?? "")["session_id"])
        try await services.visitors.door.open(session, with: bot, token: try request.visitorToken)
        return session.conversation(with: bot)
    }
}

extension Schema {
    /// As a file, it is whole.
    static let chatData = component("ChatData", ChatData.schema.partial.adding(required: ["messages": [TranscriptMessage].schema]))
}
