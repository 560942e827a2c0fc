internal import CPostgres
import Glibc

/// Makes libpq keep what it would send, so that many callers' statements become one system call.
///
/// Up to version 16 libpq sends at each end of a unit of the pipeline. Each such call wakes the server for one statement, and on a
/// single core the server then takes the place of whoever has the next. While the cork is in, the number of libpq's socket stands for
/// a socket that is full: libpq keeps what it has, as it does when the server is slow.
struct Cork {
    /// libpq sends its buffer away in such pieces. What is longer isn't held back: it would be moved at each attempt to send it.
    static let maximumBytes = 8_192

    private let socket: Int32
    /// A second number for the same connection, while libpq's stands for something else.
    private let real: Int32

    /// nil where libpq does it by itself, and where TLS is between: it must send again what it has begun with.
    init?(_ connection: OpaquePointer) {
        guard !sends_pipelines_by_flush(), PQsslInUse(connection) == 0, PQgssEncInUse(connection) == 0, Self.full >= 0 else { return nil }
        socket = PQsocket(connection)
        real = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        if real < 0 { return nil }
    }

    func close() { _ = Glibc.close(real) }

    /// False where it isn't in.
    func put() -> Bool { dup3(Self.full, socket, O_CLOEXEC) >= 0 }
    /// False where the connection can't be used any more.
    func pull() -> Bool { dup3(real, socket, O_CLOEXEC) >= 0 }

    /// Takes nothing, and nobody reads from the other end. -1 where there is none to be had.
    private static let full: Int32 = {
        var ends: (Int32, Int32) = (-1, -1)
        let made = withUnsafeMutableBytes(of: &ends) {
            socketpair(
                AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0,
                $0.assumingMemoryBound(to: Int32.self).baseAddress)
        }
        guard made == 0 else { return -1 }
        let zeros = [UInt8](repeating: 0, count: maximumBytes)
        for size in [zeros.count, 1] { while Glibc.send(ends.0, zeros, size, Int32(MSG_NOSIGNAL)) > 0 {} }
        return ends.0
    }()
}
