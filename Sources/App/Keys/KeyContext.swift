import HTTPTypes
import Hummingbird
import NIOCore

/// A program's request, with the key of one bot.
struct KeyContext: ChildRequestContext, ConnectedContext {
    var coreContext: CoreRequestContextStorage
    let channel: any NIOCore.Channel
    private let found: Shared<Desk>
    var desk: Desk { found.value }

    init(context: VisitorContext) throws {
        guard let desk = context.desk else { throw Failure.unauthorized }
        coreContext = context.coreContext
        channel = context.channel
        found = desk
    }
}

/// Finds the desk of the key that a program sent, and says in every answer what may still be asked.
struct KeyMiddleware: RouterMiddleware {
    static let maximumKeyBytes = 256

    let callers: Callers
    let proxies: [AddressRange]

    func handle(
        _ request: Request, context: VisitorContext, next: (Request, VisitorContext) async throws -> Response
    ) async throws -> Response {
        guard let key = request.bearer, key.utf8.count <= Self.maximumKeyBytes else { throw Failure.unauthorized }
        let caller = try await callers.caller(
            key: key, from: context.address(request, behind: proxies), counts: request.method == .post && request.resumes == nil)
        var context = context
        context.desk = Shared(caller.desk)
        let headers = caller.allowance?.headers ?? [:]
        do {
            var response = try await next(request, context)
            response.headers.append(contentsOf: headers)
            return response
        } catch var failure as Failure {
            failure.headers.append(contentsOf: headers)
            throw failure
        }
    }
}
