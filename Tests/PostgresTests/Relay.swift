import Glibc
@testable import Postgres
import Synchronization
import Threads

/// Stands between a pool and its server, on a Unix socket, and counts what it is sent. For one connection.
final class Relay: Sendable {
    let folder: String
    private let listening: Int32
    private let reads = Atomic(0)

    /// How often the server would have been woken, at least: what comes while the last is passed on isn't told apart.
    var sent: Int { reads.load(ordering: .relaxed) }

    init(to server: String) throws {
        var template = Array("/tmp/postgres-relay-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Problem("no temporary folder") }
        folder = template.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let listening = try Self.socket(folder, Glibc.bind)
        self.listening = listening
        guard listen(listening, 1) == 0 else { throw Problem("no listening") }
        let here = try Self.socket(server, Glibc.connect)
        try Self.detach { [self] in
            let client = accept(listening, nil, nil)
            _ = try? Self.detach { Self.pass(from: here, to: client) }
            Self.pass(from: client, to: here) { self.reads.wrappingAdd(1, ordering: .relaxed) }
        }
    }

    func close() {
        shutdown(listening, Int32(SHUT_RDWR))
        unlink(folder + "/.s.PGSQL.5432")
        rmdir(folder)
    }

    private static func pass(from: Int32, to: Int32, _ note: () -> Void = {}) {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(from, &bytes, bytes.count)
            guard count > 0 else { break }
            note()
            _ = write(to, bytes, count)
        }
        shutdown(to, Int32(SHUT_RDWR))
    }

    private static func socket(
        _ folder: String, _ use: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws -> Int32 {
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: "\(folder)/.s.PGSQL.5432".utf8.prefix($0.count - 1)) }
        let status = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { use(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard status == 0 else { throw Problem("no socket in \(folder)") }
        return socket
    }

    private static func detach(_ body: @escaping @Sendable () -> Void) throws {
        guard startThread(body) else { throw Problem("no thread") }
    }
}
