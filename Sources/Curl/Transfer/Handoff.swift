import Synchronization

/// What passes between the transfer thread and the one task that reads the answer.
final class Handoff: Sendable {
    private typealias HeadWaiter = CheckedContinuation<Result<Head, CurlError>, Never>
    private typealias Reader = CheckedContinuation<Result<[UInt8]?, CurlError>, Never>

    private struct Waiters {
        var head: HeadWaiter?
        var reader: Reader?
    }

    private struct State {
        var buffer: [UInt8] = []
        var isHeldUp = false
        var outcome: Result<Void, CurlError>?
        var headWaiter: HeadWaiter?
        var reader: Reader?
    }

    private let state = Mutex(State())

    var isOver: Bool { state.withLock { $0.outcome != nil } }
    var isHeldUp: Bool { state.withLock { $0.isHeldUp } }

    // MARK: The reader's side

    func waitForHead(_ continuation: CheckedContinuation<Result<Head, CurlError>, Never>) {
        let outcome: Result<Void, CurlError>? = state.withLock { state in
            if state.outcome == nil { state.headWaiter = continuation }
            return state.outcome
        }
        if case .failure(let error) = outcome { continuation.resume(returning: .failure(error)) }
    }

    /// Resumes with all bytes that have come, nil at the end. True: the transfer was held up and may go on.
    func waitForBytes(_ continuation: CheckedContinuation<Result<[UInt8]?, CurlError>, Never>) -> Bool {
        let (answer, wasHeldUp) = state.withLock { state -> (Result<[UInt8]?, CurlError>?, Bool) in
            if !state.buffer.isEmpty {
                var bytes: [UInt8] = []
                swap(&bytes, &state.buffer)
                let wasHeldUp = state.isHeldUp
                state.isHeldUp = false
                return (.success(bytes), wasHeldUp)
            }
            if let outcome = state.outcome { return (outcome.map { nil }, false) }
            // A second reader at the same time is a mistake, and must not make the first wait for ever.
            if state.reader != nil { return (.failure(.cancelled), false) }
            state.reader = continuation
            return (nil, false)
        }
        if let answer { continuation.resume(returning: answer) }
        return wasHeldUp
    }

    /// The reader has gone. True: the transfer was still running.
    func abandon() -> Bool { end(.failure(.cancelled), keepingBytes: false) }

    // MARK: The transfer thread's side

    func deliver(_ head: Head) {
        let waiter = state.withLock { state in take(&state.headWaiter) }
        waiter?.resume(returning: .success(head))
    }

    /// False: more than `highWater` bytes are waiting, and these were not taken.
    func deliver(_ bytes: UnsafeRawBufferPointer, highWater: Int) -> Bool {
        let (accepted, reader) = state.withLock { state in
            if let reader = take(&state.reader) { return (true, reader as Optional) }
            guard state.buffer.isEmpty || state.buffer.count + bytes.count <= highWater || state.outcome != nil else {
                state.isHeldUp = true
                return (false, nil)
            }
            if state.outcome == nil { state.buffer.append(contentsOf: bytes) }
            return (true, nil)
        }
        reader?.resume(returning: .success(Array(bytes)))
        return accepted
    }

    /// Bytes that have come are still read; then the end or the error follows.
    func finish(_ outcome: Result<Void, CurlError>) { _ = end(outcome, keepingBytes: true) }

    private func end(_ outcome: Result<Void, CurlError>, keepingBytes: Bool) -> Bool {
        let waiters = state.withLock { state -> Waiters? in
            guard state.outcome == nil else { return nil }
            state.outcome = outcome
            if !keepingBytes { state.buffer = [] }
            return Waiters(head: take(&state.headWaiter), reader: take(&state.reader))
        }
        guard let waiters else { return false }
        // A transfer that succeeds has had a head.
        waiters.head?.resume(returning: outcome.flatMap { .failure(.cut(code: 0, bytesReceived: 0)) })
        waiters.reader?.resume(returning: outcome.map { nil })
        return true
    }
}

private func take<T>(_ value: inout T?) -> T? {
    defer { value = nil }
    return value
}
