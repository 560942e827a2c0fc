import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import Templates

@testable import App

extension Request {
    init(_ method: HTTPRequest.Method = .get, _ target: String = "/", _ headers: HTTPFields = [:], body: String = "") {
        self.init(method, target, headers, bytes: Array(body.utf8))
    }

    init(_ method: HTTPRequest.Method, _ target: String, host: String?) {
        let head = HTTPRequest(method: method, scheme: nil, authority: host, path: target)
        self.init(head: head, body: RequestBody(buffer: ByteBuffer()))
    }

    init(_ method: HTTPRequest.Method, _ target: String, _ headers: HTTPFields, bytes: [UInt8]) {
        let head = HTTPRequest(method: method, scheme: nil, authority: "desk.example", path: target, headerFields: headers)
        self.init(head: head, body: RequestBody(buffer: ByteBuffer(bytes: bytes)))
    }
}

extension VisitorContext {
    /// Of a visitor who comes from this address.
    init(from address: String = "198.51.100.7", parameters: [(String, String)] = []) throws {
        let channel = NIOAsyncTestingChannel()
        channel.remoteAddress = try SocketAddress(ipAddress: address, port: 40_000)
        self.init(source: ApplicationRequestContextSource(channel: channel, logger: Logger(label: "test")))
        for (name, value) in parameters { coreContext.parameters[Substring(name)] = Substring(value) }
    }
}

extension Response {
    /// What is sent as the body.
    var sent: [UInt8] {
        get async throws {
            let collected = Collected()
            try await body.write(collected)
            return collected.bytes.withLock { $0 }
        }
    }

    var text: String { get async throws { String(decoding: try await sent, as: UTF8.self) } }
}

private final class Collected: ResponseBodyWriter {
    let bytes = Mutex([UInt8]())

    func write(_ buffer: ByteBuffer) async throws { bytes.withLock { $0 += buffer.readableBytesView } }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

extension Assets {
    static let example = Assets(
        css: "app.1.css", js: "app.1.js", htmx: "htmx.1.js", sse: "sse.1.js", icon: "icon.1.svg", chatCSS: "chat.1.css", chatJS: "chat.1.js"
    )
}

/// What a handler refused with.
func failure(_ body: () async throws -> Void) async -> Failure? {
    do {
        try await body()
        return nil
    } catch {
        return error as? Failure
    }
}
