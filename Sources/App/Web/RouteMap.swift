import HTTPTypes
import Hummingbird

/// Hummingbird's router with the table of what it knows, and who may call what.
final class RouteMap {
    private let router = Router(context: VisitorContext.self, options: [.autoGenerateHeadEndpoints])
    private let withKey: RouterGroup<KeyContext>
    private(set) var table = RouteTable()

    init(_ desks: Desks) {
        withKey = router.group().add(middleware: KeyMiddleware(desks: desks)).group(context: KeyContext.self)
    }

    var responder: RouterResponder<VisitorContext> { router.buildResponder() }

    /// Routes for anybody.
    var visitor: Door<VisitorContext> { Door(routes: self) { [router] in router.on($0, method: $1, use: $2) } }

    /// Routes for programs with a bot's key.
    var program: Door<KeyContext> { Door(routes: self) { [withKey] in withKey.on($0, method: $1, use: $2) } }

    struct Door<Context: RequestContext> {
        typealias Handler = @Sendable (Request, Context) async throws -> Response

        fileprivate let routes: RouteMap
        fileprivate let mount: (RouterPath, HTTPRequest.Method, @escaping Handler) -> Void

        func get(_ path: String, _ handler: @escaping Handler) { on(.get, path, handler) }

        func post(_ path: String, _ handler: @escaping Handler) { on(.post, path, handler) }

        private func on(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) {
            routes.table.add(method, path)
            mount(RouterPath(path), method, handler)
        }
    }
}
