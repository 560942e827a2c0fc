import Synchronization

/// What passes between the transfer thread and the one task that reads the answer.
final class Handoff: Sendable {
    private typealias HeadWaiter = CheckedContinuation<Result<Head, CurlError>, Never>
    private typealias Reader = UnsafeContinuation<Bool, Never>
    typealias Sink = @Sendable (UnsafeRawBufferPointer) -> Curl.Body.Progress

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
        /// Takes the bytes in the reader's place, on the transfer thread.
        var sink: Sink?
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

    enum Progress {
        /// All that have come. `wasHeldUp`: the transfer was, and may go on.
        case bytes([UInt8], wasHeldUp: Bool)
        case ended(Result<Void, CurlError>)
    }

    /// What there is to read; nil as long as that is nothing.
    func takeReceived() -> Progress? {
        state.withLock { state in
            guard !state.buffer.isEmpty else { return state.outcome.map { .ended($0) } }
            var bytes: [UInt8] = []
            swap(&bytes, &state.buffer)
            defer { state.isHeldUp = false }
            return .bytes(bytes, wasHeldUp: state.isHeldUp)
        }
    }

    /// Resumes as soon as there may be something to take; where a sink takes it, at the end. False: a second reader waits at the
    /// same time, which is a mistake and must not make the first wait for ever.
    func wait(_ continuation: UnsafeContinuation<Bool, Never>, sink: Sink? = nil) {
        let answer: Bool? = state.withLock { state in
            guard state.buffer.isEmpty, state.outcome == nil else { return true }
            guard state.reader == nil else { return false }
            state.reader = continuation
            state.sink = sink
            return nil
        }
        if let answer { continuation.resume(returning: answer) }
    }

    /// The reader has gone. True: the transfer was still running. One that has a sink ends on the transfer thread, so that the
    /// sink isn't called any more once its reader has been told.
    func abandon() -> Bool { state.withLock { $0.sink != nil } || end(.failure(.cancelled), keepingBytes: false) }

    // MARK: The transfer thread's side

    func deliver(_ head: Head) {
        let waiter = state.withLock { state in take(&state.headWaiter) }
        waiter?.resume(returning: .success(head))
    }

    enum Delivery {
        case taken
        /// The reader waits for them: `wakeReader` tells it.
        case awaited
        /// More than `highWater` bytes are waiting, and these were not taken.
        case refused
        /// They are for the sink.
        case poured(Sink)
    }

    func deliver(_ bytes: UnsafeRawBufferPointer, highWater: Int) -> Delivery {
        state.withLock { state in
            guard state.outcome == nil else { return .taken }
            if let sink = state.sink { return .poured(sink) }
            guard state.buffer.isEmpty || state.buffer.count + bytes.count <= highWater else {
                state.isHeldUp = true
                return .refused
            }
            defer { state.buffer.append(contentsOf: bytes) }
            return state.buffer.isEmpty && state.reader != nil ? .awaited : .taken
        }
    }

    /// The reader takes what has come by the time that it gets to run.
    func wakeReader() {
        state.withLock { state in take(&state.reader) }?.resume(returning: true)
    }

    /// Bytes that have come are still read; then the end or the error follows.
    func finish(_ outcome: Result<Void, CurlError>) { _ = end(outcome, keepingBytes: true) }

    private func end(_ outcome: Result<Void, CurlError>, keepingBytes: Bool) -> Bool {
        let waiters = state.withLock { state -> Waiters? in
            guard state.outcome == nil else { return nil }
            state.outcome = outcome
            state.sink = nil
            if !keepingBytes { state.buffer = [] }
            return Waiters(head: take(&state.headWaiter), reader: take(&state.reader))
        }
        guard let waiters else { return false }
        // A transfer that succeeds has had a head.
        waiters.head?.resume(returning: outcome.flatMap { .failure(.cut(code: 0, bytesReceived: 0)) })
        waiters.reader?.resume(returning: true)
        return true
    }
}

private func take<T>(_ value: inout T?) -> T? {
    defer { value = nil }
    return value
}
