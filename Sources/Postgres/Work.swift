import Synchronization

/// Statements that go to the server together, and the caller who waits for their results.
///
/// The statements share one implicit transaction: an error in one undoes the others, and nobody else's.
final class Work: Sendable {
    let statements: [SQL]
    /// When the caller stops waiting.
    let deadline: UInt64
    private let state: Mutex<State>

    private enum State {
        case waiting(CheckedContinuation<[Rows], any Error>?)
        /// Cancelled before its continuation came.
        case cancelled
        case ended
    }

    init(_ statements: [SQL], deadline: UInt64) {
        self.statements = statements
        self.deadline = deadline
        state = Mutex(.waiting(nil))
    }

    /// Whether nobody waits for the result any more.
    var isAbandoned: Bool {
        state.withLock { if case .waiting = $0 { false } else { true } }
    }

    /// False if it was cancelled already.
    func wait(with continuation: CheckedContinuation<[Rows], any Error>) -> Bool {
        let waits = state.withLock { state in
            guard case .waiting = state else { return false }
            state = .waiting(continuation)
            return true
        }
        if !waits { continuation.resume(throwing: PostgresError.cancelled) }
        return waits
    }

    /// Gives the caller its results. The first end counts.
    func end(with result: Swift.Result<[Rows], PostgresError>) {
        let continuation = state.withLock { state -> CheckedContinuation<[Rows], any Error>? in
            guard case .waiting(let continuation) = state else { return nil }
            state = .ended
            return continuation
        }
        continuation?.resume(with: result.mapError { $0 as any Error })
    }

    func cancel() {
        let continuation = state.withLock { state -> CheckedContinuation<[Rows], any Error>? in
            guard case .waiting(let continuation) = state else { return nil }
            state = .cancelled
            return continuation
        }
        continuation?.resume(throwing: PostgresError.cancelled)
    }
}
