import HTTPTypes
import Hummingbird

/// Hummingbird's router with the table of what it knows, and who may call what.
final class RouteMap {
    private let router = Router(context: VisitorContext.self, options: [.autoGenerateHeadEndpoints])
    private let withKey: RouterGroup<KeyContext>
    private let withSession: RouterGroup<VisitorContext>
    private let withAccount: RouterGroup<AccountContext>
    private let withOwner: RouterGroup<OwnerContext>
    private let withBot: RouterGroup<BotContext>
    private let inDevelopment: RouterGroup<VisitorContext>
    private(set) var table = RouteTable()

    init(_ keys: KeyMiddleware, _ sessions: SessionMiddleware, _ door: DevelopmentDoor) {
        withKey = router.group().add(middleware: keys).group(context: KeyContext.self)
        withSession = router.group().add(middleware: sessions)
        withAccount = withSession.group(context: AccountContext.self)
        withOwner = withAccount.group(context: OwnerContext.self)
        withBot = withAccount.group().add(middleware: BotMiddleware()).group(context: BotContext.self)
        inDevelopment = router.group().add(middleware: door)
    }

    var responder: RouterResponder<VisitorContext> { router.buildResponder() }

    /// Routes for anybody.
    var visitor: Door<VisitorContext> { Door(routes: self) { [router] in router.on($0, method: $1, use: $2) } }

    /// Routes for anybody, which do something else for those who are signed in.
    var guest: Door<VisitorContext> { Door(routes: self) { [withSession] in withSession.on($0, method: $1, use: $2) } }

    /// Routes for programs with a bot's key.
    var program: Door<KeyContext> { Door(routes: self, access: .key) { [withKey] in withKey.on($0, method: $1, use: $2) } }

    /// Routes for those who are signed in, for browsers and, below `/api/v1`, for programs.
    var account: Door<AccountContext> { signedIn { [withAccount] in withAccount.on($0, method: $1, use: $2) } }

    /// The same for owners of the account.
    var owner: Door<OwnerContext> { signedIn { [withOwner] in withOwner.on($0, method: $1, use: $2) } }

    /// The same about a bot: the one at `{bot}` in the path.
    var bot: Door<BotContext> { signedIn { [withBot] in withBot.on($0, method: $1, use: $2) } }

    private func signedIn<Context>(_ mount: @escaping Door<Context>.Mount) -> Door<Context> {
        Door(routes: self, access: .account, prefixes: ["", "/api/v1"], mount: mount)
    }

    /// Routes that exist for development only.
    var development: Door<VisitorContext> {
        Door(routes: self, access: .thisMachine) { [inDevelopment] in inDevelopment.on($0, method: $1, use: $2) }
    }

    /// The last route: what it shows is made from the table of all of them, itself included.
    func describe(at path: String, _ about: Operation, _ content: (RouteTable) -> FixedContent) {
        table.add(.get, path, about)
        let content = content(table)
        router.get(RouterPath(path)) { request, _ in content.response(to: request) }
    }

    struct Door<Context: RequestContext> {
        typealias Handler = @Sendable (Request, Context) async throws -> Response
        typealias Replier = @Sendable (Request, Context) async throws -> Reply
        typealias Mount = (RouterPath, HTTPRequest.Method, @escaping Handler) -> Void

        fileprivate let routes: RouteMap
        fileprivate var access = Access.anybody
        fileprivate var prefixes = [""]
        fileprivate let mount: Mount

        func get(_ path: String, _ handler: @escaping Handler, _ about: Operation? = nil) { on(.get, path, handler, about) }
        func post(_ path: String, _ handler: @escaping Handler, _ about: Operation? = nil) { on(.post, path, handler, about) }

        func get(_ path: String, _ handler: @escaping Replier, _ about: Operation? = nil) { on(.get, path, replying(handler), about) }
        func post(_ path: String, _ handler: @escaping Replier, _ about: Operation? = nil) { on(.post, path, replying(handler), about) }
        func options(_ path: String, _ handler: @escaping Handler) { on(.options, path, handler, nil) }
        func delete(_ path: String, _ handler: @escaping Handler) { on(.delete, path, handler, nil) }

        func put(_ path: String, _ handler: @escaping Replier, _ about: Operation? = nil) { on(.put, path, replying(handler), about) }
        func patch(_ path: String, _ handler: @escaping Replier, _ about: Operation? = nil) { on(.patch, path, replying(handler), about) }
        func delete(_ path: String, _ handler: @escaping Replier, _ about: Operation? = nil) { on(.delete, path, replying(handler), about) }

        private func on(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler, _ about: Operation?) {
            for prefix in prefixes {
                routes.table.add(method, prefix + path, for: access, about)
                mount(RouterPath(prefix + path), method, handler)
            }
        }

        private func replying(_ handler: @escaping Replier) -> Handler {
            { request, context in try await handler(request, context).response(as: Output(for: request)) }
        }
    }
}
