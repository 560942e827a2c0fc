import Hummingbird
import NIOCore
import Postgres
import Templates

/// Who is signed in, and what their pages are made of.
final class SignedIn: Sendable {
    let session: Session
    /// Sees the rows of the account that they look at only.
    let database: AccountDatabase
    let assets: Assets

    init(session: Session, database: AccountDatabase, assets: Assets) {
        self.session = session
        self.database = database
        self.assets = assets
    }
}

/// A request of somebody who is signed in, about the account that they look at.
protocol SignedInContext: ConnectedContext {
    var signedIn: SignedIn { get }
}

extension SignedInContext {
    var session: Session { signedIn.session }
    var database: AccountDatabase { signedIn.database }
    var assets: Assets { signedIn.assets }
    /// What stands around every page of theirs.
    var frame: Frame { Frame(said: session.said?.sentence, unpublished: session.unpublished, assets: assets) }

    /// For what only an owner may do.
    func requireOwner() throws(Failure) {
        guard session.role == .owner else { throw .onlyOwners }
    }
}

/// An owner's or a member's request.
struct AccountContext: ChildRequestContext, SignedInContext {
    var coreContext: CoreRequestContextStorage
    let channel: any NIOCore.Channel
    let signedIn: SignedIn
    /// Found by `BotMiddleware`.
    var bot: Shared<Bot>?

    init(context: VisitorContext) throws {
        guard let signedIn = context.signedIn else { throw Failure.notSignedIn }
        coreContext = context.coreContext
        channel = context.channel
        self.signedIn = signedIn
    }
}

/// An owner's request.
struct OwnerContext: ChildRequestContext, SignedInContext {
    var coreContext: CoreRequestContextStorage
    let channel: any NIOCore.Channel
    let signedIn: SignedIn

    init(context: AccountContext) throws {
        try context.requireOwner()
        coreContext = context.coreContext
        channel = context.channel
        signedIn = context.signedIn
    }
}

/// Finds who is signed in: a browser by its cookie, a program by its access token. What is under `/api/` takes a token only,
/// elsewhere a cookie only: no page of another site can make a browser call the API.
struct SessionMiddleware: RouterMiddleware {
    let postgres: Postgres
    let cookie: Cookie
    let tokens: AccessTokens
    let assets: Assets

    func handle(
        _ request: Request, context: VisitorContext, next: (Request, VisitorContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let said = request.said
        if var session = try await session(request) {
            session.said = said
            let database = AccountDatabase(postgres, account: session.account, person: session.user)
            context.signedIn = SignedIn(session: session, database: database, assets: assets)
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
