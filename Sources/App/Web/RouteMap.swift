import HTTPTypes
import Hummingbird

/// Hummingbird's router with the table of what it knows, and who may call what.
final class RouteMap {
    private let router = Router(context: VisitorContext.self, options: [.autoGenerateHeadEndpoints])
    private let withKey: RouterGroup<KeyContext>
    private let withSession: RouterGroup<VisitorContext>
    private let withAccount: RouterGroup<AccountContext>
    private(set) var table = RouteTable()

    init(_ keys: KeyMiddleware, _ sessions: SessionMiddleware) {
        withKey = router.group().add(middleware: keys).group(context: KeyContext.self)
        withSession = router.group().add(middleware: sessions)
        withAccount = withSession.group(context: AccountContext.self)
    }

    var responder: RouterResponder<VisitorContext> { router.buildResponder() }

    /// Routes for anybody.
    var visitor: Door<VisitorContext> { Door("visitor", routes: self) { [router] in router.on($0, method: $1, use: $2) } }

    /// Routes for anybody, which do something else for those who are signed in.
    var guest: Door<VisitorContext> { Door("guest", routes: self) { [withSession] in withSession.on($0, method: $1, use: $2) } }

    /// Routes for programs with a bot's key.
    var program: Door<KeyContext> { Door("program", routes: self) { [withKey] in withKey.on($0, method: $1, use: $2) } }

    /// Routes for those who are signed in, for browsers and, below `/api/v1`, for programs.
    var account: Door<AccountContext> {
        Door("account", routes: self, prefixes: ["", "/api/v1"]) { [withAccount] in withAccount.on($0, method: $1, use: $2) }
    }

    struct Door<Context: RequestContext> {
        typealias Handler = @Sendable (Request, Context) async throws -> Response
        typealias Replier = @Sendable (Request, Context) async throws -> Reply

        private let name: String
        private let routes: RouteMap
        private let prefixes: [String]
        private let mount: (RouterPath, HTTPRequest.Method, @escaping Handler) -> Void

        fileprivate init(
            _ name: String, routes: RouteMap, prefixes: [String] = [""], mount: @escaping (RouterPath, HTTPRequest.Method, @escaping Handler) -> Void
        ) {
            self.name = name
            self.routes = routes
            self.prefixes = prefixes
            self.mount = mount
        }

        func get(_ path: String, _ handler: @escaping Handler) { on(.get, path, handler) }
        func post(_ path: String, _ handler: @escaping Handler) { on(.post, path, handler) }

        func get(_ path: String, _ handler: @escaping Replier) { on(.get, path, replying(handler)) }
        func post(_ path: String, _ handler: @escaping Replier) { on(.post, path, replying(handler)) }
        func put(_ path: String, _ handler: @escaping Replier) { on(.put, path, replying(handler)) }
        func patch(_ path: String, _ handler: @escaping Replier) { on(.patch, path, replying(handler)) }
        func delete(_ path: String, _ handler: @escaping Replier) { on(.delete, path, replying(handler)) }

        private func on(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) {
            for prefix in prefixes {
                routes.table.add(method, prefix + path, door: name)
                mount(RouterPath(prefix + path), method, handler)
            }
        }

        private func replying(_ handler: @escaping Replier) -> Handler {
            { request, context in try await handler(request, context).response(as: Output(for: request)) }
        }
    }
}
