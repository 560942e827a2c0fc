import Glibc
import Hummingbird
import HummingbirdCore
import NIOCore
import ServiceLifecycle
import Templates

/// The HTTP server: its sockets, and the door that every request comes through.
extension FrontdeskApplication {
    /// Connections that wait to be accepted.
    static let backlog = 1_024
    /// Connections accepted in one go; NIO's default of 4 makes a crowd wait.
    static let acceptedAtOnce: UInt = 256
    /// Of the open files that aren't for connections, the part that may be accepted before it is known whether there is room.
    static let acceptedShare = 8
    static let maximumHeaderBytes = 16 * 1_024
    static let maximumHeaders = 100
    /// An open connection on which nothing is asked.
    static let idleTimeout = TimeAmount.seconds(25)

    func server(_ services: Services) throws -> some Service {
        let files = try files()
        let assets = try Assets(files)
        let routes = try routes(services, files, assets)
        let (connections, requests) = (services.connections, services.requests)
        let requestLog = RequestLog(log: JSONLog.shared)
        let door = FrontDoor(
            router: routes.responder, table: routes.table, assets: assets, sessionCookie: services.sessionCookie,
            requests: requests, log: requestLog, alarms: services.alarms, scheme: configuration.scheme, connections: connections,
            proxies: configuration.trustedProxies)
        let handler = { @Sendable in ConnectionHandler(connections: connections, requests: requests, log: requestLog) }
        return Application(
            responder: door, server: .http1(configuration: connectionConfiguration(handler)),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: nil, backlog: Self.backlog),
            onServerRunning: started, logger: log)
    }

    /// In words, what the system says when it is asked to listen.
    func cannotListen(_ error: IOError) -> Refusal {
        let address = "\(configuration.host):\(configuration.port)"
        let words =
            switch error.errnoCode {
            case EADDRINUSE: "Another program listens on \(address). End it, or set PORT to another number."
            case EACCES: "Only the system's administrator may listen on \(address). Set PORT to a number above 1023."
            case EADDRNOTAVAIL: "This machine doesn't have the address \(configuration.host). Set HOST to one that it has."
            default: "Frontdesk can't listen on \(address): \(error)"
            }
        return Refusal(words: words)
    }

    private func connectionConfiguration(_ handler: @escaping @Sendable () -> ConnectionHandler) -> HTTP1Channel.Configuration {
        .init(
            additionalChannelHandlers: [handler()], idleTimeout: Self.idleTimeout,
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: Self.maximumHeaderBytes, maxHeaderListSize: Self.maximumHeaderBytes,
                maxHeaderFieldCount: Self.maximumHeaders))
    }

    @Sendable private func started(_ channel: any NIOCore.Channel) async {
        _ = try? await channel.setOption(
            .maxMessagesPerRead, value: min(Self.acceptedAtOnce, UInt(OpenFiles.forOthers / Self.acceptedShare))
        ).get()
        let port = channel.localAddress?.port ?? configuration.port
        log.info("ready", metadata: ["address": "\(configuration.address(port: port))"])
    }
}
