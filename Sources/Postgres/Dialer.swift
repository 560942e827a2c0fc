import Threads

/// Makes connections on threads of their own, one at a time for each asker; the loop gets them through its inbox.
struct Dialer: Sendable {
    /// Between two attempts to reach a server that is away, at first and at most.
    static let firstBackoff: UInt64 = 100_000_000
    static let longestBackoff: UInt64 = 500_000_000

    let conninfo: String
    let role: String?
    let inbox: Inbox

    /// False where there is no thread to be had.
    func dial(forListening: Bool) -> Bool {
        startThread {
            var dialed = DialedConnection.dial(conninfo, role: role)
            dialed.isForListening = forListening
            if !inbox.send(.dialed(dialed)) { dialed.discard() }
        }
    }
}

/// When to dial again after a failure.
struct Backoff {
    private var pause = Dialer.firstBackoff
    private var retryAt: UInt64 = 0

    var isOver: Bool { retryAt == 0 || monotonicNow() >= retryAt }

    mutating func failed() {
        retryAt = monotonicNow() + pause
        pause = min(pause * 2, Dialer.longestBackoff)
    }

    mutating func succeeded() { self = Backoff() }
}
