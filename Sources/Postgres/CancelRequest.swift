internal import CPostgres
import Glibc

/// Asks the server to cancel what a connection runs. Travels over a connection of its own, for which libpq blocks.
struct CancelRequest: @unchecked Sendable {
    private static let messageBytes = 256

    let connection: UInt64
    private let pointer: OpaquePointer

    init?(_ connection: OpaquePointer, connection key: UInt64) {
        guard let pointer = PQgetCancel(connection) else { return nil }
        self.pointer = pointer
        self.connection = key
    }

    /// Blocks until the server has seen it. Called once, by a thread that ends then.
    func send() {
        // Here alone libpq doesn't guard against SIGPIPE, which would end the process if the server hangs up.
        var signals = sigset_t()
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Self.messageBytes) { message in
            _ = PQcancel(pointer, message.baseAddress, Int32(Self.messageBytes))
        }
        PQfreeCancel(pointer)
    }
}
