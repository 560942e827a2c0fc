import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Templates

/// What a visitor may do with their own chat: see it, take it with them, and erase it.
extension Chat {
    /// `GET …/{token}/{session}/data`
    func showData(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let place = try await place(context)
        let transcript = Transcript(place, asking.postgres)
        let part = try await transcript.part(after: 0)
        let words = ChatWords(for: request, to: place.bot)
        let page = ChatDataPage(
            bot: ChatBot(place.bot), chat: ChatView(place), data: ChatData(messages: part.messages, isWhole: part.next == nil), words: words,
            assets: assets)
        var response = Reply(page.data) { _ in page.html }.response(as: Output(for: request))
        response.headers.append(HTTPField(name: .vary, value: "Accept-Language"))
        if mount == .frame { response.allowFrames(on: place.bot.allowedSites) }
        return response
    }

    /// `GET …/{token}/{session}/data.json`
    func downloadJSON(_ request: Request, _ context: VisitorContext) async throws -> Response {
        try await Transcript(place(context), asking.postgres).response(TranscriptJSON())
    }

    /// `GET …/{token}/{session}/data.txt`
    func downloadText(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let place = try await place(context)
        return try await Transcript(place, asking.postgres).response(TranscriptText(bot: place.bot.name, words: ChatWords(for: request, to: place.bot)))
    }

    /// `DELETE …/{token}/{session}`
    func erase(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let place = try await place(context)
        _ = try await AccountDatabase(asking.postgres, account: place.bot.account).erase(place.conversation, of: place.bot.id, .visitor)
        return Reply(goingOnTo: "\(place.address)/\(place.session.text)/data").response(as: Output(for: request))
    }
}

extension Widget {
    /// `GET /api/chat/{token}?session_id=`: what was said in a session, with `Accept: text/plain` as a text.
    func transcript(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let bot = try await asking.postgres.bot(token: context.token)
        return try await forOtherSites(request, bot) {
            let transcript = try Transcript(bot: bot, conversation: conversation(request, bot), asking.postgres)
            guard request.headers[.accept]?.contains("text/plain") == true else { return try await transcript.response(TranscriptJSON()) }
            return try await transcript.response(TranscriptText(bot: bot.name, words: ChatWords(for: request, to: bot)))
        }
    }

    /// `DELETE /api/chat/{token}?session_id=`: erases it, at once.
    func erase(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let bot = try await asking.postgres.bot(token: context.token)
        return try await forOtherSites(request, bot) {
            guard try await AccountDatabase(asking.postgres, account: bot.account).erase(conversation(request, bot), of: bot.id, .visitor) else {
                throw Failure.notFound
            }
            return Response(status: .noContent, headers: StandardHeaders.plain)
        }
    }

    private func conversation(_ request: Request, _ bot: Bot) throws -> UUID {
        try ChatSession(given: Form(parsing: request.uri.query ?? "")["session_id"]).conversation(with: bot)
    }
}
