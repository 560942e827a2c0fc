/// Notices when a connection's results don't come, and says what to do about it. Looked at each tick of the loop.
struct Watchdog {
    /// A cancelled statement that the server doesn't end in this time costs the connection.
    static let patience: UInt64 = 5_000_000_000

    enum Advice { case nothing, cancel, giveUp }
    private enum Cancelling { case no, underWay, sent }

    private var cancelling = Cancelling.no
    private var cancelledAt: UInt64?
    private var seenRunning: ObjectIdentifier?
    private var isStuck = false

    var isCancelling: Bool { cancelling != .no }
    /// The same work has run for a whole tick, or a cancel request may still hit what comes next.
    var isSuspicious: Bool { isStuck || isCancelling }

    mutating func workEnded(isIdle: Bool) {
        isStuck = false
        cancelledAt = nil
        if isIdle, cancelling == .sent { cancelling = .no }
    }

    /// The server has been told to cancel, so that nothing sent from now on is hit.
    mutating func cancelSent(isIdle: Bool) { cancelling = isIdle ? .no : .sent }

    mutating func look(at running: Work?, _ now: UInt64) -> Advice {
        let seen = running.map(ObjectIdentifier.init)
        isStuck = seen != nil && seen == seenRunning
        seenRunning = seen
        guard let running, running.isEnded else { return .nothing }
        // A commit that was cancelled may have happened all the same: better to leave it alone and lose the connection.
        if running.role == .commit { return .giveUp }
        guard let cancelledAt else {
            self.cancelledAt = now
            return cancelAgain()
        }
        if now > cancelledAt + Self.patience { return .giveUp }
        // The request may have come before the statement had begun.
        return cancelling == .sent ? cancelAgain() : .nothing
    }

    private mutating func cancelAgain() -> Advice {
        guard cancelling != .underWay else { return .nothing }
        cancelling = .underWay
        return .cancel
    }
}
