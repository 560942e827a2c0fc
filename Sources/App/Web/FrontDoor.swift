import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Postgres
import Synchronization
import Templates

/// Every request comes through here: it is checked, routed and answered, whatever happens; then noted.
struct FrontDoor<Router: HTTPResponder>: HTTPResponder where Router.Context == VisitorContext {
    let router: Router
    let table: RouteTable
    let assets: Assets
    let sessionCookie: Cookie
    let requests: RequestMetrics
    let log: RequestLog
    let alarms: Alarms
    /// By which browsers reach us: `https`, or `http`.
    let scheme: String
    let connections: Connections
    let proxies: [AddressRange]

    func respond(to request: Request, context: VisitorContext) async throws -> Response {
        let start = NIODeadline.now()
        var context = context
        context.requestID = RequestID.next()
        context.hasSession = sessionCookie.value(in: request) != nil
        var response = try await Output(for: request) == .events ? answerApart(request, context) : answer(request, context)
        if request.method == .head { response = response.createHeadResponse() }
        response.headers.append(HTTPField(name: .xRequestID, value: context.requestID))
        let nanoseconds = (NIODeadline.now() - start).nanoseconds
        requests.count(response.status, nanoseconds: nanoseconds)
        log.write(request, response, context, nanoseconds: nanoseconds)
        return response
    }

    /// In a task of its own, whose stack goes with it: a connection's task would keep the place of all that was called on
    /// the way for as long as the stream lasts.
    private func answerApart(_ request: Request, _ context: VisitorContext) async throws -> Response {
        async let response = answer(request, context)
        return try await response
    }

    private func answer(_ request: Request, _ context: VisitorContext) async throws -> Response {
        do {
            if !proxies.isEmpty { try connections.countRequest(of: context.address(request, behind: proxies), on: context.channel) }
            try RequestRules.check(request, scheme: scheme)
            let request = request.withIntendedMethod
            let response = try await router.respond(to: request, context: context)
            guard response.status == .notFound, response.headers[.contentType] == nil else { return response }
            let failure = table.failure(for: request)
            if failure.status == .methodNotAllowed, request.isOfBrowser, let page = table.page(above: request.uri.path) {
                return .redirect(to: page)
            }
            throw failure
        } catch let error as HTTPParserError {
            throw error
        } catch {
            return failure(of: error, context).response(
                as: Output(for: request), to: request, requestID: context.requestID, assets: assets, isSignedIn: context.hasSession)
        }
    }

    private func failure(of error: any Error, _ context: VisitorContext) -> Failure {
        switch error {
        case let failure as Failure: return failure
        case let error as PostgresError where error.isTransient:
            log.problem("the database can't be reached", error, context)
            return .unavailable
        case is CancellationError: return .unavailable
        default:
            log.problem("a request failed", error, context)
            alarms.raise("a request failed", "The request \(context.requestID) failed in a way that nobody foresaw: \(error)")
            return .unexpected
        }
    }
}

/// Names a request in its answer and in the log: 16 hexadecimal digits, unlike any other's of this process.
enum RequestID {
    private static let seed = UInt64.random(in: 0 ... .max)
    private static let counter = Atomic<UInt64>(0)

    static func next() -> String {
        // An odd factor makes neighbours look unlike each other, and keeps them apart.
        let number = (counter.wrappingAdd(1, ordering: .relaxed).newValue &* 0x9E37_79B9_7F4A_7C15) ^ seed
        return String(unsafeUninitializedCapacity: 16) { digits in
            for place in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: number >> UInt64(60 - 4 * place)) & 0xF
                digits[place] = digit < 10 ? 0x30 + digit : 0x57 + digit
            }
            return 16
        }
    }
}

extension Request {
    /// Of an address that somebody opens.
    fileprivate var isOfBrowser: Bool {
        method == .get && Output(for: self) == .page && headers[.accept]?.contains("text/html") == true
    }
}
