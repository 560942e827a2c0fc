import FoundationEssentials
import Hummingbird
import NIOCore
import Postgres

/// Anybody's request.
struct VisitorContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any NIOCore.Channel
    var requestID = ""
    /// Whether a session's cookie came along, whatever it is worth: enough to choose a header by, without asking the database.
    var hasSession = false
    /// The desk whose key came with the request, found by `KeyMiddleware`.
    var desk: Desk?
    /// Who is signed in, with the database as their account sees it; found by `SessionMiddleware`.
    var signedIn: (session: Session, database: AccountDatabase)?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// A request of somebody who is signed in, about the account that they look at.
struct AccountContext: ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any NIOCore.Channel
    let session: Session
    /// Sees the rows of this account only.
    let database: AccountDatabase

    init(context: VisitorContext) throws {
        guard let (session, database) = context.signedIn else { throw Failure.notSignedIn }
        coreContext = context.coreContext
        channel = context.channel
        self.session = session
        self.database = database
    }

    /// For what only an owner may do.
    func requireOwner() throws(Failure) {
        guard session.role == .owner else { throw .onlyOwners }
    }
}

/// A request that came over a connection, whoever may make it.
protocol ConnectedContext: RequestContext {
    var channel: any NIOCore.Channel { get }
}

extension VisitorContext: ConnectedContext {}
extension AccountContext: ConnectedContext {}

/// Finds who is signed in: a browser by its cookie, a program by its access token. What is under `/api/` takes a token only,
/// elsewhere a cookie only: no page of another site can make a browser call the API.
struct SessionMiddleware: RouterMiddleware {
    let postgres: Postgres
    let cookie: Cookie
    let tokens: AccessTokens

    func handle(
        _ request: Request, context: VisitorContext, next: (Request, VisitorContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let said = request.said
        if var session = try await session(request) {
            session.said = said
            context.signedIn = (session, AccountDatabase(postgres, account: session.account, person: session.user))
        }
        var response = try await next(request, context)
        if said != nil { response.headers.append(Said.forgetting) }
        return response
    }

    private func session(_ request: Request) async throws -> Session? {
        guard request.uri.path.hasPrefix("/api/") else {
            guard let token = cookie.value(in: request) else { return nil }
            return try await postgres.session(token: token)
        }
        guard let token = request.bearer, let id = tokens.session(of: token) else { return nil }
        return try await postgres.session(id)
    }
}

extension Request {
    /// The token of `Authorization: Bearer …`.
    var bearer: String? {
        guard let value = headers[.authorization], value.utf8.allSatisfy({ $0 < 0x7F }) else { return nil }
        let parts = value.split(separator: " ", omittingEmptySubsequences: true)
        return parts.count == 2 && parts[0].lowercased() == "bearer" ? String(parts[1]) : nil
    }
}

extension RequestContext {
    /// The id at this place of the address.
    func id(_ name: String) throws(Failure) -> UUID {
        guard let id = parameters.get(name).flatMap({ UUID(text: $0[...]) }) else { throw .notFound }
        return id
    }
}
