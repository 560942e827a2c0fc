import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Templates

/// The chat page of a bot: in the launcher's frame, and at an address of its own.
struct Chat: Feature {
    enum Mount: String, Sendable, CaseIterable {
        case frame = "/widget/b", hosted = "/chat"

        var channel: Conversation.Channel { self == .frame ? .widget : .chat }
    }

    let mount: Mount
    let services: Services
    let assets: Assets

    var visitors: Visitors { services.visitors }
    var asking: Asking { services.asking }

    func add(to routes: RouteMap) {
        let path = mount.rawValue + "/{token}"
        routes.visitor.get(path, begin)
        routes.visitor.get(path + "/{session}", show)
        routes.visitor.post(path + "/messages", send)
        routes.visitor.post(path + "/visitor", enter)
        routes.visitor.get(path + "/{session}/messages/{message}", message)
        routes.visitor.get(path + "/{session}/messages/{message}/events", events)
        routes.visitor.post(path + "/{session}/messages/{message}/thumb", rate)
        routes.visitor.post(path + "/{session}/person", askForPerson)
        routes.visitor.get(path + "/{session}/events", follow)
        routes.visitor.get(path + "/{session}/data", showData)
        routes.visitor.get(path + "/{session}/data.json", downloadJSON)
        routes.visitor.get(path + "/{session}/data.txt", downloadText)
        routes.visitor.delete(path + "/{session}", erase)
        routes.visitor.get(path + "/{session}/leads", leadForm)
        routes.visitor.post(path + "/{session}/leads", leaveLead)
    }

    /// `GET …/{token}`: a new chat.
    func begin(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let place = ChatPlace(mount, try await asking.postgres.bot(token: context.token), ChatSession())
        return page(ChatView(place), place, request)
    }

    /// `GET …/{token}/{session}`: a chat as it stands.
    func show(_ request: Request, _ context: VisitorContext) async throws -> Response {
        do {
            let place = try await place(request, context)
            return page(try await chat(at: place, request), place, request)
        } catch let failure as Failure where failure.code == Failure.chatOfSignedVisitor.code && Output(for: request) == .page {
            return try await locked(failure, request, context)
        }
    }

    /// `POST …/{token}/messages`: what a visitor writes.
    func send(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let output = Output(for: request)
        let input = try await Input(of: request)
        let typed = try input.text("message") ?? ""
        guard let session = ChatSession(ofPage: try input.text("session_id") ?? "") else { throw Failure.notFound }
        do {
            let text = try VisitorText(input, session, mount.channel, output)
            let sent = try await visitors.send(text, to: asking.postgres.bot(token: context.token), request, context)
            return try await answer(sent, ChatPlace(mount, sent.bot, sent.session ?? session), output, request, context)
        } catch let failure as Failure where [.unprocessableContent, .tooManyRequests, .unauthorized].contains(failure.status) {
            let refusal = ChatWords.spoken(for: request, to: try await asking.postgres.bot(token: context.token)).saying(failure)
            guard output == .page, failure.status != .unauthorized else { throw refusal }
            let place = try await place(session, request, context)
            return refused(refusal, try await chat(at: place, request), place, request, typed: typed)
        }
    }

    /// `GET …/{token}/{session}/messages/{message}`: an answer has an address of its own.
    func message(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let place = try await place(request, context)
        let message = try await answer(context, at: place)
        let article = AnswerArticle(message, on: place.surface(ChatWords.spoken(for: request, to: place.bot)))
        let output = Output(for: request)
        if output == .page { return .redirect(to: place.path(to: message.id)) }
        return Reply(article) { $0.html }.response(as: output)
    }

    /// `GET …/{token}/{session}/messages/{message}/events`
    func events(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let place = try await place(request, context)
        let message = try await answer(context, at: place)
        let form = EventStream.Form.page(place.surface(ChatWords.spoken(for: request, to: place.bot)))
        try services.streamLimits.count(request, of: place.bot, context)
        return try await asking.events(of: message.id, with: place.bot, as: form, for: request, on: context.channel)
    }

    /// `POST …/{token}/{session}/messages/{message}/thumb`
    func rate(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let place = try await place(request, context)
        let id = try context.id("message")
        let (thumb, reason) = try Thumb.read(await Input(of: request))
        try await count(.rates, at: place, request, context)
        try await asking.postgres.rate(id, in: place.conversation, with: place.bot, thumb, reason: reason)
        let surface = place.surface(ChatWords.spoken(for: request, to: place.bot))
        return Reply(fragment: { ThumbForm(messageID: id.lowercased, thumb: thumb, surface: surface).html }, goingOnTo: place.path(to: id))
            .response(as: Output(for: request))
    }

    /// `POST …/{token}/visitor`: gives the page of a signed visitor, who shows their token, what goes along in its addresses.
    func enter(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let input = try await Input(of: request)
        guard var session = ChatSession(ofPage: try input.text("session_id") ?? "") else { throw Failure.notFound }
        let bot = try await asking.postgres.bot(token: context.token)
        let token = try input.text("visitor_token") ?? ""
        try await visitors.door.open(session, with: bot, token: token)
        session.pass = ChatPass(try await visitors.callers.proof(of: token, to: bot), to: session.conversation(with: bot))
        var response = Response(json: EnteredChat(session: session.text))
        response.headers[.cacheControl] = "no-store"
        return response
    }

    /// `POST …/{token}/{session}/person`: the visitor wants a person.
    func askForPerson(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let place = try await place(request, context)
        guard place.bot.offersPerson else { throw Failure.notFound }
        do {
            try await count(.asksForPerson, at: place, request, context)
        } catch let failure as Failure where Output(for: request) == .page {
            return refused(failure, try await chat(at: place, request), place, request)
        }
        try await visitors.handOff.ask(in: place.conversation, with: place.bot, mount.channel)
        let chat = try await chat(at: place, request)
        let words = ChatWords.spoken(for: request, to: place.bot)
        let handling = ChatHandling(chat: chat, bot: ChatBot(place.bot, takesLeads: place.takesLeads), words: words)
        return Reply(chat, fragment: { handling.html }, goingOnTo: "\(place.address)/\(place.session.text)").response(
            as: Output(for: request))
    }

    private func answer(_ sent: Sent, _ place: ChatPlace, _ output: Output, _ request: Request, _ context: VisitorContext) async throws
        -> Response
    {
        let words = ChatWords.spoken(for: request, to: sent.bot)
        switch (output, sent.kind) {
        case (.page, .answering(let live)):
            _ = try await asking.finished(live, on: context.channel)
            return .redirect(to: place.path(to: live.id))
        case (.page, .answered(let id)):
            _ = try await asking.finished(id, with: sent.bot, on: context.channel)
            return .redirect(to: place.path(to: id))
        case (.page, .leftForPerson(let id)): return .redirect(to: place.path(to: id))
        case (.fragment, .answering(let live)):
            let article = AnswerArticle(
                messageID: live.id.lowercased, conversationID: live.conversation.lowercased, question: sent.text,
                surface: place.surface(words))
            return Reply(article) { $0.html }.response(as: .fragment)
        case (.fragment, .answered(let id)):
            guard let message = try await asking.postgres.message(id, of: sent.bot) else { throw Failure.notFound }
            return Reply(AnswerArticle(message, on: place.surface(words))) { $0.html }.response(as: .fragment)
        case (.fragment, .leftForPerson(let id)):
            let message = VisitorMessage(id: id.lowercased, text: sent.text, note: words.personWillAnswer, words: words)
            return Reply(message) { $0.html }.response(as: .fragment)
        default: return try await asking.reply(to: sent, in: place.conversation, words, output, request, context)
        }
    }

    private func answer(_ context: VisitorContext, at place: ChatPlace) async throws -> Message {
        guard let message = try await asking.postgres.message(context.id("message"), of: place.bot),
            message.conversation == place.conversation
        else { throw Failure.notFound }
        return message
    }

    private func chat(at place: ChatPlace, _ request: Request) async throws -> ChatView {
        let stored = try await asking.postgres.chat(place.conversation, with: place.bot)
        var chat = ChatView(place, stored, ChatWords.spoken(for: request, to: place.bot))
        if stored.handling == .waiting { chat.reach = try await asking.postgres.reach(of: place.bot) }
        return chat
    }

    /// Where the request's chat is.
    /// - Throws: `Failure.notFound`; `Failure.chatOfSignedVisitor` for whoever isn't the visitor.
    func place(_ request: Request, _ context: VisitorContext) async throws -> ChatPlace {
        guard let session = ChatSession(ofPage: context.parameters.get("session") ?? "") else { throw Failure.notFound }
        return try await place(session, request, context)
    }

    private func place(_ session: ChatSession, _ request: Request, _ context: VisitorContext) async throws -> ChatPlace {
        let bot = try await asking.postgres.bot(token: context.token)
        return ChatPlace(mount, bot, session, try await visitors.door.open(session, with: bot, token: try request.visitorToken))
    }

    /// The page of a chat that isn't shown to whoever asks. Its script shows the visitor's token as soon as it has it.
    private func locked(_ failure: Failure, _ request: Request, _ context: VisitorContext) async throws -> Response {
        let bot = try await asking.postgres.bot(token: context.token)
        guard var session = ChatSession(ofPage: context.parameters.get("session") ?? "") else { throw Failure.notFound }
        session.pass = nil
        let place = ChatPlace(mount, bot, session)
        return refused(ChatWords.spoken(for: request, to: bot).saying(failure), ChatView(place), place, request, isLocked: true)
    }

    /// Counts what isn't a message.
    /// - Throws: a refusal in the visitor's language.
    func count(_ act: VisitorAct, at place: ChatPlace, _ request: Request, _ context: VisitorContext) async throws {
        try await visitors.callers.visitorLimits.count(
            act, with: place.bot, from: context.address(request, behind: visitors.proxies), place.inside.visitor?.id, in: asking.postgres,
            saying: ChatWords.spoken(for: request, to: place.bot).tooOften)
    }

    /// The page with what was refused, and what had been written.
    private func refused(
        _ failure: Failure, _ chat: ChatView, _ place: ChatPlace, _ request: Request, typed: String = "", isLocked: Bool = false
    ) -> Response {
        var response = page(chat, place, request, refusal: (failure.message, typed), isLocked: isLocked)
        response.status = failure.status
        if let seconds = failure.retryAfter { response.headers[.retryAfter] = String(seconds) }
        return response
    }

    /// The chat with what is shown where a visitor leaves an address.
    func page(at place: ChatPlace, _ request: Request, lead: HTML, status: HTTPResponse.Status) async throws -> Response {
        var response = page(try await chat(at: place, request), place, request, lead: lead)
        response.status = status
        return response
    }

    private func page(
        _ chat: ChatView, _ place: ChatPlace, _ request: Request, refusal: (message: String, typed: String)? = nil, lead: HTML? = nil,
        isLocked: Bool = false
    ) -> Response {
        let words = ChatWords.spoken(for: request, to: place.bot)
        let page = ChatPage(
            bot: ChatBot(place.bot, takesLeads: place.takesLeads), isFramed: mount == .frame, isLocked: isLocked, chat: chat,
            refusal: refusal, lead: lead, once: ChatSession().text, words: words, assets: assets)
        var response = Reply(chat) { _ in page.html }.response(as: Output(for: request))
        response.headers.append(HTTPField(name: .vary, value: "Accept-Language"))
        if mount == .frame { response.allowFrames(on: place.bot.allowedSites) }
        return response
    }
}

/// A chat that its signed visitor has come into.
private struct EnteredChat: JSONEncodable {
    let session: String

    func write(to json: inout JSONWriter) { json.object { $0.member("session", session) } }
}

extension Thumb {
    /// Unicode scalars of what was wrong with an answer.
    static let maximumReason = 500

    /// With what was wrong, if that was said.
    static func read(_ input: Input) throws(Failure) -> (Thumb, reason: String) {
        let opinion = try input.text("thumb")
        guard opinion == "up" || opinion == "down" else { throw .invalid(["thumb": "This can be up or down."]) }
        let reason = String((try input.text("reason") ?? "").trimmingBlanks.unicodeScalars.prefix(maximumReason))
        return (Thumb(isUp: opinion == "up", hasReason: !reason.isEmpty), reason)
    }
}

extension VisitorContext {
    /// Of the bot in the address.
    var token: String { parameters.get("token") ?? "" }
}

extension Schema {
    static let thumb = component(
        "Thumb",
        .object(required: ["thumb": .one(of: "up", "down")], optional: ["reason": .string(upTo: Thumb.maximumReason)]))
}
