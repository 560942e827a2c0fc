import HTTPTypes
import Hummingbird
import Templates

/// One line a request. It names no visitor: no address, no question, no header.
struct RequestLog: Sendable {
    /// Bytes of a path that are logged; queries never are.
    static let maximumPathBytes = 256

    let log: JSONLog

    func write(_ request: Request, _ response: Response, _ context: VisitorContext, nanoseconds: Int64) {
        log.write(.info, "request") { json in
            json.member("request", context.requestID)
            json.member("method", request.method.rawValue)
            json.member("path", Self.path(of: request))
            json.member("status", response.status.code)
            json.member("microseconds", nanoseconds / 1_000)
        }
    }

    /// Without the secret that an invitation's link or a chat's address holds.
    private static func path(of request: Request) -> String {
        let path = request.uri.path
        if let start = chats.first(where: path.hasPrefix) {
            let token = path.dropFirst(start.count).prefix { $0 != "/" }
            let rest = path[token.endIndex...].split(separator: "/").dropFirst().joined(separator: "/")
            return String(decoding: "\(start)\(token)/…/\(rest)".utf8.prefix(maximumPathBytes), as: UTF8.self)
        }
        let end = path.firstPlace(of: invitations).map { $0 + invitations.utf8CodeUnitCount } ?? path.utf8.count
        return String(decoding: path.utf8.prefix(min(end, maximumPathBytes)), as: UTF8.self)
    }

    private static let invitations: StaticString = "invitations/"
    private static let chats = Chat.Mount.allCases.map { $0.rawValue + "/" }

    /// A request that could not be read, of which nothing is known.
    func unreadable(_ status: HTTPResponse.Status, requestID: String) {
        log.write(.info, "unreadable request") { json in
            json.member("request", requestID)
            json.member("status", status.code)
        }
    }

    /// What went wrong behind a 5xx.
    func problem(_ message: String, _ error: any Error, _ context: VisitorContext) {
        log.write(.error, message) { json in
            json.member("request", context.requestID)
            json.member("problem", String(describing: error))
        }
    }
}
