/// What kept a request or a mail from its answer. Never holds a header, a path, a body or a credential.
public enum CurlError: Error, Hashable, Sendable {
    /// What the timer ran out in.
    public enum Phase: String, Sendable { case resolve, connect, headers, body }

    // Refused before anything was sent
    case invalidURL(URLProblem)
    case invalidMethod
    case invalidHeader(name: String)
    case invalidMailAddress(MailAddressProblem)
    /// The address guard said no; no connection was made.
    case addressNotAllowed(URLProblem)
    case overloaded

    // Refused on the way
    case redirectNotAllowed(URLProblem)
    case tooManyRedirects(limit: Int)
    case headersTooLarge(limit: Int)
    case bodyTooLarge(limit: Int)
    case eventTooLarge(limit: Int)

    // Failed on the way; `code` is libcurl's CURLcode
    case resolve(host: String)
    case connect(code: Int)
    case tls(code: Int)
    case timedOut(Phase, bytesReceived: Int)
    /// No byte came for the silence timeout.
    case silent(bytesReceived: Int)
    /// The connection ended with data outstanding.
    case cut(code: Int, bytesReceived: Int)
    case protocolViolation(code: Int, bytesReceived: Int)
    /// The mail server's reply: 4xx may work later, 5xx will not.
    case mailRefused(code: Int)

    case cancelled
    case shutdown

    /// Whether the same call may succeed later without a change.
    public var isTransient: Bool {
        switch self {
        case .overloaded, .resolve, .connect, .timedOut, .silent, .cut, .shutdown: true
        case .mailRefused(let code): code < 500
        default: false
        }
    }

    /// A short, stable name for logs and stored failures, as `timed_out`.
    public var category: String {
        switch self {
        case .invalidURL: "invalid_url"
        case .invalidMethod: "invalid_method"
        case .invalidHeader: "invalid_header"
        case .invalidMailAddress: "invalid_mail_address"
        case .addressNotAllowed: "address_not_allowed"
        case .overloaded: "overloaded"
        case .redirectNotAllowed: "redirect_not_allowed"
        case .tooManyRedirects: "too_many_redirects"
        case .headersTooLarge: "headers_too_large"
        case .bodyTooLarge: "body_too_large"
        case .eventTooLarge: "event_too_large"
        case .resolve: "resolve"
        case .connect: "connect"
        case .tls: "tls"
        case .timedOut: "timed_out"
        case .silent: "silent"
        case .cut: "cut"
        case .protocolViolation: "protocol_violation"
        case .mailRefused: "mail_refused"
        case .cancelled: "cancelled"
        case .shutdown: "shutdown"
        }
    }
}
