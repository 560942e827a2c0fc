import FoundationEssentials
import Hummingbird
import NIOCore

/// Anybody's request.
struct VisitorContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any NIOCore.Channel
    var requestID = ""
    /// Whether a session's cookie came along, whatever it is worth: enough to choose a header by, without asking the database.
    var hasSession = false
    /// The desk whose key came with the request, found by `KeyMiddleware`.
    var desk: Shared<Desk>?
    /// Found by `SessionMiddleware`.
    var signedIn: SignedIn?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// A request that came over a connection, whoever may make it.
protocol ConnectedContext: RequestContext {
    var channel: any NIOCore.Channel { get }
}

extension VisitorContext: ConnectedContext {}

extension Request {
    /// The token of `Authorization: Bearer …`.
    var bearer: String? {
        guard let value = headers[.authorization], value.utf8.allSatisfy({ $0 < 0x7F }) else { return nil }
        let parts = value.split(separator: " ", omittingEmptySubsequences: true)
        return parts.count == 2 && parts[0].lowercased() == "bearer" ? String(parts[1]) : nil
    }
}

extension RequestContext {
    /// The id at this place of the address.
    func id(_ name: String) throws(Failure) -> UUID {
        guard let id = parameters.get(name).flatMap({ UUID(text: $0[...]) }) else { throw .notFound }
        return id
    }
}
