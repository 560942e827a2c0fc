import Synchronization

/// Statements that go to the server together, and the caller who waits for their results.
///
/// Outside a transaction they share an implicit one: an error in one undoes the others, and nobody else's.
final class Work: Sendable {
    enum Role: Sendable { case alone, begin, inTransaction, commit, rollback, warmUp, housekeeping }

    let statements: [SQL]
    let role: Role
    /// When the caller stops waiting.
    let deadline: UInt64
    /// When the caller stops waiting for a server that is away.
    let connectDeadline: UInt64
    /// Whether it was undone once for no fault of its own, and sent again.
    let isSecondTry = Atomic(false)
    private let state = Mutex(State.waiting(nil))

    private enum State {
        case waiting(UnsafeContinuation<[Rows], any Error>?)
        case ended(Outcome)
        case delivered
    }

    /// About what libpq sends for it.
    var bytes: Int { statements.reduce(0) { $0 + $1.bytes } }

    typealias Outcome = Swift.Result<[Rows], PostgresError>

    init(_ statements: [SQL], _ role: Role, deadline: UInt64 = .max, connectDeadline: UInt64 = .max) {
        self.statements = statements
        self.role = role
        self.deadline = deadline
        self.connectDeadline = connectDeadline
    }

    /// Whether nobody waits for the result any more.
    var isEnded: Bool {
        state.withLock { if case .waiting = $0 { false } else { true } }
    }

    /// How it ended, if nobody was told yet.
    var outcome: Outcome? {
        state.withLock { if case .ended(let outcome) = $0 { outcome } else { nil } }
    }

    /// Waits for the end. Called once.
    func results(_ start: () -> Void) async throws -> [Rows] {
        // Checked continuations cost an allocation; this one is resumed once since it leaves the state as it is resumed.
        try await withUnsafeThrowingContinuation { continuation in
            let outcome = state.withLock { state -> Outcome? in
                if case .ended(let outcome) = state {
                    state = .delivered
                    return outcome
                }
                state = .waiting(continuation)
                return nil
            }
            if let outcome { Self.resume(continuation, outcome) } else { start() }
        }
    }

    /// Gives the caller its results. The first end counts.
    func end(_ outcome: Outcome) {
        let continuation = state.withLock { state -> UnsafeContinuation<[Rows], any Error>? in
            guard case .waiting(let continuation) = state else { return nil }
            state = continuation == nil ? .ended(outcome) : .delivered
            return continuation
        }
        if let continuation { Self.resume(continuation, outcome) }
    }

    private static func resume(_ continuation: UnsafeContinuation<[Rows], any Error>, _ outcome: Outcome) {
        switch outcome {
        case .success(let rows): continuation.resume(returning: rows)
        case .failure(let error): continuation.resume(throwing: error)
        }
    }
}
