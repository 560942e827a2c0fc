import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import Postgres
import Templates

/// The routes of signing in and out.
struct SignIn: Sendable {
    /// Mails with codes for one address. Beyond, the same page comes and no mail goes out.
    static let mails = RateLimit(name: "sign-in-mail", maximum: 5, windowSeconds: 600)
    /// Requests for a code from one network.
    static let requests = RateLimit(name: "sign-in-request", maximum: 300, windowSeconds: 600)

    let postgres: Postgres
    let secrets: Secrets
    let tokens: AccessTokens
    let mailer: Mailer
    let sessionCookie: Cookie
    /// Names the browser that asked for a code.
    let browserCookie: Cookie
    let assets: Assets
    let proxies: [AddressRange]

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
            if let wait = try await Self.requests.count(context.address(request, behind: proxies)?.prefix ?? "unknown", in: postgres) {
                throw Failure.tooManyRequests("That was often in a short time. Please wait a little, then try again.", retryAfter: wait)
            }
            // A browser that asks again stays the same: the mail that came last may be one from before.
            let browser = Output(for: request) == .json ? nil : browserCookie.value(in: request).flatMap(Token.init) ?? Token()
            try await mailCode(to: email, browser: browser)
            let form = CodeForm(email: email.text, next: next, minutes: SignInCode.minutes, fields: Fields())
            var reply = Reply(form, status: .accepted) { page($0) }
            reply.json = Accepted()
            if let browser { reply.headers.append(browserCookie.setting(browser.text, seconds: SignInCode.minutes * 60)) }
            return reply
        }
    }

    /// `POST /sign-in/token`: a code for a session. A program gets tokens, a browser a cookie.
    func exchangeCode(_ request: Request, _ context: VisitorContext) async throws -> Reply {
        let input = try await Input(of: request)
        let email = try EmailAddress(input.text("email"))
        let next = try input.text("next") ?? ""
        return try await .form(
            input, { CodeForm(email: email.text, next: next, minutes: SignInCode.minutes, fields: $0) }, page: page
        ) {
            let code = try code(input.text("code"))
            let device = Device.name(request.headers[.userAgent])
            if Output(for: request) == .json { return Reply(try await openForProgram(email, code, device), goingOnTo: "/") }
            let token = Token()
            try await open(
                email, code, browser: browserCookie.value(in: request), device: device, session: UUID(), token: token,
                replacing: sessionCookie.value(in: request))
            var reply = Reply(goingOnTo: Self.destination(next))
            reply.headers.append(sessionCookie.setting(token.text, seconds: Session.idleDays * 86_400))
            reply.headers.append(browserCookie.clearing)
            return reply
        }
    }

    /// `POST /sign-in/refresh`: a refresh token for new tokens, once.
    func refresh(_ request: Request, _ context: VisitorContext) async throws -> Reply {
        let token = try await Input(of: request).text("refresh_token") ?? ""
        guard !token.isEmpty, token.utf8.count <= Token.maximumLength else { throw Failure.invalid(["refresh_token": "This is needed."]) }
        let next = Token()
        guard let session = try await postgres.exchange(refreshToken: token, for: next) else { throw Failure.refreshRefused }
        return Reply(try await grant(session, next), goingOnTo: "/")
    }

    /// `DELETE /session`: signs out here.
    func signOut(_ request: Request, _ context: AccountContext) async throws -> Reply {
        try await postgres.endSession(context.session.id)
        var reply = Reply(goingOnTo: "/")
        reply.headers.append(sessionCookie.clearing)
        return reply
    }

    private func page(_ form: some View) -> HTML { SignInPage(content: form.html, assets: assets).html }

    private func mailCode(to email: EmailAddress, browser: Token?) async throws {
        if try await Self.mails.count(email.text, in: postgres) != nil { return }
        let code = SignInCode()
        let mail = OutgoingMail.signInCode(code.grouped, minutes: SignInCode.minutes, to: email.text)
        try await postgres.transaction { transaction in
            try await transaction.keep(code.hash(for: email, secrets), for: email, browser: browser?.hash)
            try await mailer.send(mail, in: transaction)
        }
    }

    private func code(_ typed: String?) throws(Failure) -> SignInCode {
        guard let typed, !typed.trimmingBlanks.isEmpty else { throw .invalid(["code": "Please enter the code from the mail."]) }
        guard let code = SignInCode(typed: typed) else {
            throw .invalid(["code": "A code has 8 letters and digits. Please look at the mail again."])
        }
        return code
    }

    private func openForProgram(_ email: EmailAddress, _ code: SignInCode, _ device: String) async throws -> TokenGrant {
        let session = UUID()
        let refresh = Token()
        try await open(email, code, browser: nil, device: device, session: session, token: nil, refresh: refresh)
        return try await grant(session, refresh)
    }

    private func grant(_ session: UUID, _ refresh: Token) async throws -> TokenGrant {
        TokenGrant(accessToken: try await tokens.sign(for: session), expiresIn: tokens.lifetimeSeconds, refreshToken: refresh.text)
    }

    /// Exchanges the code for a session, in one transaction: the code is gone if and only if the session is there.
    /// - Parameter old: the token of the session that this browser had until now.
    private func open(
        _ email: EmailAddress, _ code: SignInCode, browser: String?, device: String, session: UUID, token: Token?, refresh: Token? = nil,
        replacing old: String? = nil
    ) async throws {
        try await WrongCodes.check(email, in: postgres)
        let attempt = try await postgres.transaction { transaction in
            let attempt = try await transaction.attempt(code.hashes(for: email, secrets), of: email, browser: browser.map(Token.hash))
            guard attempt == .right else { return attempt }
            if let old { try await transaction.query("delete from sessions where token_hash = \(Token.hash(old))") }
            let (user, account) = try await transaction.person(with: email)
            try await transaction.open(session: session, token: token, for: user, in: account, device: device)
            if let refresh { try await transaction.keep(refresh, for: session) }
            return attempt
        }
        switch attempt {
        case .right: break
        case .wrong: throw try await wrong(email)
        case .unasked: throw Failure.wrongCode
        }
    }

    /// Counts it, and tells the owner of the address once when somebody seems to be guessing.
    private func wrong(_ email: EmailAddress) async throws -> Failure {
        if try await WrongCodes.count(email, in: postgres) {
            try await postgres.transaction { try await mailer.send(.guessing(to: email.text), in: $0) }
        }
        return .wrongCode
    }

    /// Where to go after signing in: an address of ours, or the desk.
    static func destination(_ next: String?) -> String {
        guard let next, next.hasPrefix("/"), !next.hasPrefix("//"), next.utf8.count <= 512,
            next.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }),
            let decoded = PercentEncoding.decode(next.utf8, plusIsSpace: false),
            !decoded.contains("//"), !decoded.contains("\\"), !decoded.contains(".."), !decoded.unicodeScalars.contains(where: { $0.value < 0x20 })
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
private struct Accepted: JSONEncodable {
    func write(to json: inout JSONWriter) { json.object { $0.member("status", "sent") } }
}

extension Failure {
    fileprivate static let wrongCode = Failure.invalid(["code": "This code isn’t valid, or no longer. Please check it, or ask for a new one."])
    fileprivate static let refreshRefused = Failure(
        status: .unauthorized, code: "invalid_refresh_token", message: "This refresh token isn't valid. Please sign in again.")
}
