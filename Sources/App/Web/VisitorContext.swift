import Hummingbird
import NIOCore

/// Anybody's request.
struct VisitorContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any NIOCore.Channel
    var requestID = ""
    /// The desk whose key came with the request, found by `KeyMiddleware`.
    var desk: Desk?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// A program's request, with the key of one bot.
struct KeyContext: ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any NIOCore.Channel
    let desk: Desk

    init(context: VisitorContext) throws {
        guard let desk = context.desk else { throw Failure.unauthorized }
        coreContext = context.coreContext
        channel = context.channel
        self.desk = desk
    }
}

/// A request that came over a connection, whoever may make it.
protocol ConnectedContext: RequestContext {
    var channel: any NIOCore.Channel { get }
}

extension VisitorContext: ConnectedContext {}
extension KeyContext: ConnectedContext {}

/// Finds the desk of the key that a program sent.
struct KeyMiddleware: RouterMiddleware {
    static let maximumKeyBytes = 256

    let desks: Desks

    func handle(
        _ request: Request, context: VisitorContext, next: (Request, VisitorContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let key = request.bearer, key.utf8.count <= Self.maximumKeyBytes { context.desk = try await desks.desk(publicKey: key) }
        return try await next(request, context)
    }
}

extension Request {
    /// The token of `Authorization: Bearer …`.
    fileprivate var bearer: String? {
        guard let value = headers[.authorization], value.utf8.allSatisfy({ $0 < 0x7F }) else { return nil }
        let parts = value.split(separator: " ", omittingEmptySubsequences: true)
        return parts.count == 2 && parts[0].lowercased() == "bearer" ? String(parts[1]) : nil
    }
}
