import HTTPTypes
import Hummingbird

/// What exists for development only (the outbox, and whatever stands in for a service of others) is mounted behind this one
/// door, `RouteMap.development`. To whom it doesn't open, nothing is there: 404.
struct DevelopmentDoor: RouterMiddleware {
    enum Audience: Sendable { case nobody, thisMachine, everybody }

    let audience: Audience

    func handle(
        _ request: Request, context: VisitorContext, next: (Request, VisitorContext) async throws -> Response
    ) async throws -> Response {
        let isOpen =
            switch audience {
            case .nobody: false
            case .thisMachine: context.isOfThisMachine(request)
            case .everybody: true
            }
        guard isOpen else { throw Failure.notFound }
        return try await next(request, context)
    }
}

extension ConnectedContext {
    /// Whether a process of this machine asks for itself. A proxy here brings strangers, and says so in a header; a site whose
    /// name was pointed here to read along (DNS rebinding) is named in `Host`.
    func isOfThisMachine(_ request: Request) -> Bool {
        channel.remoteAddress.flatMap(Address.init)?.isLoopback == true && !request.wasForwarded
            && HostName(authority: request.head.authority ?? "").isLoopback
    }
}

extension Request {
    private static let namesOfForwarding: Set = [
        "via", "cdn-loop", "x-real-ip", "cf-connecting-ip", "do-connecting-ip", "x-envoy-external-address", "x-original-host",
    ]

    /// Whether a proxy says that it brought it, in any of the ways in use: `X-Forwarded-*`, `Forwarded`, `Via`, `True-Client-IP` …
    var wasForwarded: Bool {
        headers.contains { header in
            let name = header.name.canonicalName
            return Self.namesOfForwarding.contains(name) || name.contains("forwarded") || name.contains("client-ip")
        }
    }
}

/// The host of an address, whose port and brackets are left out.
struct HostName {
    let text: String

    init(authority: some StringProtocol) {
        let isBracketed = authority.hasPrefix("[")
        text = isBracketed ? String(authority.dropFirst().prefix { $0 != "]" }) : String(authority.prefix { $0 != ":" })
    }

    /// Of a listening address: it names no port.
    init(listening host: String) { text = host }

    /// A name that leads to this machine from everywhere. What isn't known for one counts as reached from outside.
    var isLoopback: Bool {
        let name = text.lowercased()
        return Address(name)?.isLoopback ?? (name == "localhost" || name.hasSuffix(".localhost"))
    }
}
