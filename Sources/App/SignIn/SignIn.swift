import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import Postgres
import Templates

/// The routes of signing in and out.
struct SignIn: Feature {
    /// Mails with codes for one address. Beyond, the same page comes, and a mail goes out only where none lies in the mailbox
    /// whose code works for a while yet.
    static let mails = RateLimit(name: "sign-in-mail", maximum: 5, windowSeconds: 600)
    /// Requests for a code from one network.
    static let perNetwork = RateLimit(name: "sign-in-request", maximum: 1_000, windowSeconds: 600)
    /// Requests for codes of one address, from wherever: no mails, but tries at those that were sent.
    static let perAddress = RateLimit(name: "sign-in-request-for", maximum: 10_000, windowSeconds: 600)

    let services: Services
    /// Names the browser that asked for a code.
    let browserCookie: Cookie
    let assets: Assets

    func add(to routes: RouteMap) {
        routes.guest.get("/sign-in", show)
        for prefix in ["", "/api/v1"] {
            routes.visitor.post(
                prefix + "/sign-in/code", requestCode, .init("Mails a code to sign in with", takes: .email, gives: .sent, status: 202))
            routes.visitor.post(
                prefix + "/sign-in/token", exchangeCode, .init("Exchanges the code for tokens", takes: .code, gives: .tokens))
        }
        routes.visitor.post("/api/v1/sign-in/refresh", refresh, .init("Exchanges a refresh token, once", takes: .refresh, gives: .tokens))
        routes.account.delete("/session", signOut, .init("Signs out"))
    }

    /// `GET /sign-in`
    func show(_ request: Request, _ context: VisitorContext) throws -> Reply {
        let next = try request.query["next"]
        if context.signedIn != nil { return Reply(goingOnTo: Self.destination(next)) }
        return Reply(EmailForm(next: next ?? "", fields: Fields())) { page($0) }
    }

    /// `POST /sign-in/code`: mails a code, whoever it is. Answers the same for an address that is known and one that isn't.
    func requestCode(_ request: Request, _ context: VisitorContext) async throws -> Reply {
        let input = try await Input(of: request)
        let next = try input.text("next") ?? ""
        return try await .form(input, { EmailForm(next: next, fields: $0) }, page: page) {
            let email = try EmailAddress(input.text("email"))
            let network = network(request, context)
            try await count([Self.perNetwork.counter(network), Self.perAddress.counter(email.text)])
            // A browser that asks again stays the same: the mail that came last may be one from before.
            let browser = Output(for: request) == .json ? nil : browser(request) ?? Token()
            try await sendCode(to: email, for: browser.map(CodeAsker.browser) ?? .programs(in: network))
            let form = CodeForm(email: email.text, next: next, minutes: SignInCode.minutes, fields: Fields())
            var reply = Reply(form, status: .accepted) { page($0) }
            reply.json = CodeSent()
            if let browser { reply.headers.append(browserCookie.setting(browser.text, seconds: SignInCode.minutes * 60)) }
            return reply
        }
    }

    /// `POST /sign-in/token`: a code for a session. A program gets tokens, a browser a cookie.
    func exchangeCode(_ request: Request, _ context: VisitorContext) async throws -> Reply {
        let input = try await Input(of: request)
        let email = try EmailAddress(input.text("email"))
        let next = try input.text("next") ?? ""
        return try await .form(input, { CodeForm(email: email.text, next: next, minutes: SignInCode.minutes, fields: $0) }, page: page) {
            let code = try code(input.text("code"))
            let network = network(request, context)
            let device = Device.name(request.headers[.userAgent])
            if Output(for: request) == .json { return Reply(try await openForProgram(email, code, network, device), goingOnTo: "/") }
            let token = try await openForBrowser(email, code, network, device, request)
            var reply = Reply(goingOnTo: Self.destination(next))
            reply.headers.append(services.sessionCookie.setting(token.text, seconds: Session.idleDays * 86_400))
            reply.headers.append(browserCookie.clearing)
            return reply
        }
    }

    /// `POST /sign-in/refresh`: a refresh token for new tokens, once.
    func refresh(_ request: Request, _ context: VisitorContext) async throws -> Reply {
        let token = try await Input(of: request).text("refresh_token") ?? ""
        guard !token.isEmpty, token.utf8.count <= Token.maximumLength else { throw Failure.invalid(["refresh_token": "This is needed."]) }
        let next = Token()
        guard let session = try await services.postgres.exchange(refreshToken: token, for: next) else { throw Failure.refreshRefused }
        return Reply(grant(session, next), goingOnTo: "/")
    }

    /// `DELETE /session`: signs out here.
    func signOut(_ request: Request, _ context: AccountContext) async throws -> Reply {
        try await services.postgres.endSession(context.session.id)
        var reply = Reply(goingOnTo: "/")
        reply.headers.append(services.sessionCookie.clearing)
        return reply
    }

    private func page(_ form: some View) -> HTML { SignInPage(content: form.html, assets: assets).html }

    private func browser(_ request: Request) -> Token? { browserCookie.value(in: request).flatMap(Token.init) }

    private func network(_ request: Request, _ context: VisitorContext) -> String {
        context.address(request, behind: services.configuration.trustedProxies)?.prefix ?? "unknown"
    }

    /// Mails a code or, where enough was mailed, lets the newest be entered here too.
    private func sendCode(to email: EmailAddress, for asker: CodeAsker) async throws {
        try await services.postgres.transaction { transaction in
            // One after the other: those who ask at once find the mail of whoever came first.
            try await transaction.query("select pg_advisory_xact_lock(hashtextextended(\("sign-in \(email.text)"), 0))")
            let allowance = try Allowance(await transaction.query(.count([Self.mails.counter(email.text)])))
            if let allowance, allowance.remaining < 0, try await transaction.share(codeOf: email, with: asker) { return }
            let code = SignInCode()
            try await transaction.keep(code.hash(for: email, services.secrets), for: email, asker: asker)
            try await services.mailer.send(.signInCode(code.grouped, minutes: SignInCode.minutes, to: email.text), in: transaction)
        }
    }

    private func code(_ typed: String?) throws(Failure) -> SignInCode {
        guard let typed, !typed.trimmingBlanks.isEmpty else { throw .invalid(["code": "Please enter the code from the mail."]) }
        guard let code = SignInCode(typed: typed) else {
            throw .invalid(["code": "A code has 8 letters and digits. Please look at the mail again."])
        }
        return code
    }

    private func count(_ limits: [RateLimit.Counter]) async throws {
        guard let allowance = try await services.postgres.count(limits), allowance.remaining < 0 else { return }
        throw Failure.tooManyRequests(
            "That was often in a short time. Please wait a little, then try again.", retryAfter: allowance.resetSeconds)
    }

    private func openForBrowser(
        _ email: EmailAddress, _ code: SignInCode, _ network: String, _ device: String, _ request: Request
    ) async throws -> Token {
        let token = Token()
        try await open(
            email, code, asker: browser(request).map(CodeAsker.browser), network: network, device: device, session: UUID(), token: token,
            replacing: services.sessionCookie.value(in: request))
        return token
    }

    private func openForProgram(_ email: EmailAddress, _ code: SignInCode, _ network: String, _ device: String) async throws -> TokenGrant {
        let session = UUID()
        let refresh = Token()
        try await open(
            email, code, asker: .programs(in: network), network: network, device: device, session: session, token: nil, refresh: refresh)
        return grant(session, refresh)
    }

    private func grant(_ session: UUID, _ refresh: Token) -> TokenGrant {
        TokenGrant(
            accessToken: services.tokens.sign(for: session), expiresIn: services.tokens.lifetimeSeconds, refreshToken: refresh.text)
    }

    /// Exchanges the code for a session, in one transaction: the code is gone if and only if the session is there.
    /// - Parameter old: the token of the session that this browser had until now.
    private func open(
        _ email: EmailAddress, _ code: SignInCode, asker: CodeAsker?, network: String, device: String, session: UUID, token: Token?,
        refresh: Token? = nil, replacing old: String? = nil
    ) async throws {
        let attempt = try await services.postgres.transaction { transaction in
            let attempt = try await transaction.attempt(code.hashes(for: email, services.secrets), of: email, asker: asker)
            guard attempt == .right else { return attempt }
            if let old { try await transaction.query("delete from sessions where token_hash = \(Token.hash(old))") }
            let (user, account) = try await transaction.person(with: email)
            try await transaction.open(session: session, token: token, for: user, in: account, device: device)
            if let refresh { try await transaction.keep(refresh, for: session) }
            return attempt
        }
        switch attempt {
        case .right: break
        case .wrong: throw try await wrong(email, network)
        case .unasked: throw Failure.wrongCode
        }
    }

    /// Counts it, and tells the owner of the address once when somebody seems to be guessing.
    private func wrong(_ email: EmailAddress, _ network: String) async throws -> Failure {
        if try await WrongCodes.count(email, from: network, in: services.postgres) {
            try await services.postgres.transaction { try await services.mailer.send(.guessing(to: email.text), in: $0) }
        }
        return .wrongCode
    }

    /// Where to go after signing in: an address of ours, or the desk.
    static func destination(_ next: String?) -> String {
        guard let next, next.hasPrefix("/"), !next.hasPrefix("//"), next.utf8.count <= 512,
            next.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }),
            let decoded = PercentEncoding.decode(next.utf8, plusIsSpace: false),
            !decoded.contains("//"), !decoded.contains("\\"), !decoded.contains(".."),
            !decoded.unicodeScalars.contains(where: { $0.value < 0x20 })
        else { return "/bots" }
        return next
    }

    /// The page to sign in, from where the browser then comes back.
    static func address(returningTo request: Request?) -> String {
        guard let request, request.method == .get, request.uri.path != "/bots" else { return "/sign-in" }
        return "/sign-in?next=\(request.uri.path)"
    }
}

/// What a program gets when a code is on its way.
@JSONObject("Sent")
struct CodeSent {
    let status: String = "sent"
}

extension Schema {
    static let sent = CodeSent.schema, tokens = TokenGrant.schema
    static let code = component("Code", .object(required: ["email": .emailAddress, "code": .string]))
    static let refresh = component("Refresh", .object(required: ["refresh_token": .string(upTo: Token.maximumLength)]))
}

extension Failure {
    fileprivate static let wrongCode = Failure.invalid([
        "code": "This code isn’t valid, or it has expired. Please check it, or ask for a new one."
    ])
    fileprivate static let refreshRefused = Failure(
        status: .unauthorized, code: "invalid_refresh_token", message: "This refresh token isn't valid. Please sign in again.")
}
