import HTTPTypes
import Hummingbird

/// The paths that are answered, and by which methods: what a router knows but doesn't tell.
struct RouteTable: Sendable {
    struct Route: Sendable {
        let method: HTTPRequest.Method
        let text: String
        let path: [Substring]
        let access: Access
        /// What it is described with, if it is of the API.
        let operation: Operation?
    }

    /// All that any address may be asked by.
    static let methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

    private(set) var routes: [Route] = []

    mutating func add(_ method: HTTPRequest.Method, _ path: String, for access: Access = .anybody, _ operation: Operation? = nil) {
        routes.append(Route(method: method, text: path, path: path.split(separator: "/"), access: access, operation: operation))
    }

    /// A line a route: its method, its path, who may call it.
    var text: String {
        routes.map { "\($0.method) \($0.text) \($0.access.rawValue)\n" }.joined()
    }

    /// What is wrong with a request that no route answers.
    func failure(for request: Request) -> Failure {
        let path = request.uri.path.split(separator: "/")
        // Of what is for this machine only, others aren't told that it is there.
        let methods = routes.filter { $0.access != .thisMachine && matches($0.path, path) }.map(\.method)
        if methods.isEmpty || methods.contains(request.method == .head ? .get : request.method) { return .notFound }
        let allowed = methods.flatMap { $0 == .get ? ["GET", "HEAD"] : [$0.rawValue] }
        return .methodNotAllowed(allowed.joined(separator: ", "))
    }

    /// Where somebody is sent who opens the address of a form, as a browser shows it after a refusal: the nearest page above it.
    func page(above path: String) -> String? {
        let parts = path.split(separator: "/")
        guard let first = parts.first, !["api", "v1", "dev"].contains(first) else { return nil }
        let above = (1..<parts.count).reversed().lazy.map { Array(parts[..<$0]) }
        let page = above.first { part in routes.contains { $0.method == .get && matches($0.path, part) } }
        return page.map { "/" + $0.joined(separator: "/") }
    }

    /// `{name}` stands for any one segment.
    private func matches(_ pattern: [Substring], _ path: [Substring]) -> Bool {
        pattern.count == path.count && zip(pattern, path).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}
