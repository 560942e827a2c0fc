import Glibc
import Synchronization

@testable import Curl
@testable import Reading

/// A site on a free port of 127.0.0.1, which answers as the test says; it counts who asks for what.
final class SiteServer: Sendable {
    struct Answer: Sendable {
        var bytes: [UInt8]
        /// Keeps the connection open afterwards, sending this again and again.
        var drip: [UInt8]?
        var isEndless = false

        static func raw(_ text: String) -> Answer { Answer(bytes: Array(text.utf8)) }

        static func html(_ body: String, _ headers: String = "") -> Answer { typed("text/html; charset=utf-8", body, headers) }

        static func typed(_ type: String, _ body: String, _ headers: String = "") -> Answer {
            typed(type, Array(body.utf8), headers)
        }

        static func typed(_ type: String, _ body: [UInt8], _ headers: String = "") -> Answer {
            let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)\r\n\(headers)\r\n"
            return Answer(bytes: Array(head.utf8) + body)
        }

        static func status(_ code: Int, _ headers: String = "") -> Answer {
            raw("HTTP/1.1 \(code) Told\r\nConnection: close\r\nContent-Length: 0\r\n\(headers)\r\n")
        }

        static func redirect(_ location: String) -> Answer { status(302, "Location: \(location)\r\n") }

        static func forever(_ start: String, _ drip: String, isFast: Bool = false) -> Answer {
            Answer(bytes: Array(start.utf8), drip: Array(drip.utf8), isEndless: isFast)
        }
    }

    let port: Int
    private let listener: Int32
    private let asked = Mutex<[String]>([])

    /// `answer` gets path and query; nil is a 404.
    init(_ answer: @escaping @Sendable (String) -> Answer?) {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, length)
                listen(socket, 64)
                getsockname(socket, pointer, &length)
            }
            return Int(UInt16(bigEndian: pointer.pointee.sin_port))
        }
        listener = socket
        thread { [weak self] in
            while true {
                let connection = accept(socket, nil, nil)
                guard connection >= 0, let self else { return }
                self.thread { [weak self] in Self.serve(connection) { self?.note($0, answer) } }
            }
        }
    }

    /// Pages by their path; all of them HTML.
    convenience init(pages: [String: String]) { self.init { path in pages[path].map { .html($0) } } }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    var origin: String { "http://127.0.0.1:\(port)" }
    var requests: [String] { asked.withLock { $0 } }

    /// The guard, with this server as the one site on the public internet.
    var policy: AddressPolicy { .publicOnly.allowing(["127.0.0.1:\(port)"]) }

    func read(
        _ path: String = "/", _ change: (inout Website.Limits) -> Void = { _ in },
        progress: @Sendable (Website.Progress) async -> Void = { _ in }
    ) async throws(ReadingProblem) -> (pages: [Website.PageResult], document: Document) {
        var limits = Website.Limits()
        limits.delay = .zero
        change(&limits)
        return try await Website(limits: limits).read(start: origin + path, using: Curl(), addresses: policy, progress: progress)
    }

    func problem(_ path: String = "/", _ change: (inout Website.Limits) -> Void = { _ in }) async -> ReadingProblem? {
        do {
            _ = try await read(path, change)
            return nil
        } catch {
            return error
        }
    }

    private func note(_ path: String, _ answer: (String) -> Answer?) -> Answer {
        asked.withLock { $0.append(path) }
        return answer(path) ?? .status(404)
    }

    private static func serve(_ connection: Int32, _ answer: (String) -> Answer?) {
        defer { close(connection) }
        var head: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !contains(head[...], "\r\n\r\n") {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            head += buffer.prefix(count)
        }
        let target = String(decoding: head, as: UTF8.self).split(separator: " ").dropFirst().first.map(String.init) ?? "/"
        guard let answer = answer(target), send(answer.bytes, connection) else { return }
        guard let drip = answer.drip else {
            shutdown(connection, Int32(SHUT_WR))
            return
        }
        repeat { if !answer.isEndless { usleep(50_000) } } while send(drip, connection)
    }

    private static func send(_ bytes: [UInt8], _ connection: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            sent += count
        }
        // Notices that the other side has gone although there is nothing to send.
        return !bytes.isEmpty || recv(connection, nil, 0, Int32(MSG_DONTWAIT)) != 0
    }

    private func thread(_ body: @escaping @Sendable () -> Void) {
        let context = Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, context.toOpaque())
        pthread_detach(thread)
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
