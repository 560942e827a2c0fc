import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Templates
import Zip

/// What other sites load and call: the launcher, and the two routes for programs that bring a chat of their own.
struct Widget: Feature {
    /// A change of colour is seen after this time.
    static let launcherSeconds = 300
    static let colorSeconds = 86_400

    let services: Services
    /// The launcher, a function of what a bot looks like.
    let launcher: String

    var asking: Asking { services.asking }

    func add(to routes: RouteMap) {
        routes.visitor.get("/widget/embed/{token}.js", launcher)
        routes.visitor.get("/widget/colors/{color}.css") { try color($0, $1) }
        routes.visitor.post("/api/send/{token}", send)
        routes.visitor.options("/api/send/{token}", preflight)
        routes.visitor.get("/api/stream/{token}", stream)
        routes.visitor.options("/api/stream/{token}", preflight)
        routes.visitor.get("/api/chat/{token}", transcript)
        routes.visitor.delete("/api/chat/{token}", erase)
        routes.visitor.options("/api/chat/{token}", preflight)
    }

    /// `GET /widget/embed/{token}.js`
    func launcher(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let bot = try await asking.postgres.bot(token: context.token)
        var json = JSONWriter()
        Launcher(bot, ChatWords.spoken(for: request, to: bot)).write(to: &json)
        let script = "(\(launcher))(\(String(decoding: json.bytes, as: UTF8.self)))\n"
        return script.response(to: request, type: "text/javascript; charset=utf-8", seconds: Self.launcherSeconds)
    }

    /// `GET /widget/colors/{color}.css`: a bot's colour, on the chat page that allows no inline style.
    func color(_ request: Request, _ context: VisitorContext) throws -> Response {
        guard let color = Color(hex: "#" + (context.parameters.get("color") ?? "")) else { throw Failure.notFound }
        let css = ":root{--bot:\(color.hex);--on-bot:\(color.legible.hex)}\n"
        return css.response(to: request, type: "text/css; charset=utf-8", seconds: Self.colorSeconds)
    }

    /// `POST /api/send/{token}`
    func send(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let bot = try await asking.postgres.bot(token: context.token)
        return try await forOtherSites(request, bot) {
            let output = Output(for: request)
            let input = try await Input(of: request)
            let session = try ChatSession(given: input.text("session_id"))
            let sent = try await services.visitors.send(VisitorText(input, session, .widget, output), to: bot, request, context)
            var response = try await asking.reply(
                to: sent, in: session.conversation(with: bot), ChatWords.spoken(for: request, to: bot), output, request, context)
            if case .answered = sent.kind { response.headers[.idempotentReplayed] = "true" }
            return response
        }
    }

    /// `GET /api/stream/{token}?session_id=`: the newest answer of a session, while it is made or after.
    func stream(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let bot = try await asking.postgres.bot(token: context.token)
        return try await forOtherSites(request, bot) {
            guard let id = try await asking.postgres.newestAnswer(in: conversation(request, bot), with: bot) else { throw Failure.notFound }
            try services.streamLimits.count(request, of: bot, context)
            return try await asking.events(of: id, with: bot, as: .json, for: request, on: context.channel)
        }
    }

    /// `OPTIONS` of them: what a browser asks before it sends JSON from another site.
    func preflight(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let bot = try await asking.postgres.bot(token: context.token)
        return try await forOtherSites(request, bot) {
            Response(
                status: .noContent,
                headers: [
                    .accessControlAllowMethods: "GET, POST, DELETE, OPTIONS",
                    .accessControlAllowHeaders: "Accept, Content-Type, Idempotency-Key, Last-Event-ID",
                    .accessControlMaxAge: String(OtherSites.preflightSeconds),
                ])
        }
    }

    /// With the headers that let a page of an allowed site read what comes, a refusal too.
    func forOtherSites(_ request: Request, _ bot: Bot, _ body: () async throws -> Response) async throws -> Response {
        let headers = try OtherSites.headers(for: request, to: bot, scheme: services.configuration.scheme)
        do {
            var response = try await body()
            response.headers.append(contentsOf: headers)
            return response
        } catch var failure as Failure {
            failure.headers.append(contentsOf: headers)
            throw failure
        }
    }
}

/// What the launcher knows of its bot.
private struct Launcher: JSONEncodable {
    let bot: Bot
    let words: ChatWords

    init(_ bot: Bot, _ words: ChatWords) {
        self.bot = bot
        self.words = words
    }

    func write(to json: inout JSONWriter) {
        let color = Color(hex: bot.primaryColor) ?? .black
        json.object {
            $0.member("token", bot.token)
            $0.member("name", bot.name)
            $0.member("color", color.hex)
            $0.member("ink", color.legible.hex)
            $0.member("side", bot.position.rawValue)
            $0.member("sites", bot.allowedSites)
            $0.member("open", words.openChat)
            $0.member("close", words.close)
        }
    }
}

extension String {
    /// What browsers and caches keep for a while, compressed for those who take that.
    fileprivate func response(to request: Request, type: String, seconds: Int) -> Response {
        var headers = StandardHeaders.plain
        let tag = utf8.withContiguousStorageIfAvailable { "\"\(Fingerprint(UnsafeRawBufferPointer($0)).text)\"" } ?? ""
        headers[.contentType] = type
        headers[.cacheControl] = "public, max-age=\(seconds)"
        headers[.vary] = "Accept-Encoding, Accept-Language"
        headers[.eTag] = tag
        headers[.crossOriginResourcePolicy] = "cross-origin"
        if request.isFresh(tag) { return Response(status: .notModified, headers: headers) }
        guard request.headers[.acceptEncoding]?.accepts("gzip") == true, let packed = gzipped(Array(utf8)) else {
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: self)))
        }
        headers[.contentEncoding] = "gzip"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: packed)))
    }
}
