import Synchronization

/// A pool of connections to one database, shared by all callers.
///
/// Statements of different callers travel down the same connections without waiting for each other's results
/// (pipelining), each prepared once per connection. No caller blocks a thread.
public final class Postgres: Sendable {
    public struct Configuration: Sendable {
        /// A URL or keywords, as libpq takes them; several hosts and `target_session_attrs` too.
        public var conninfo: String
        public var maximumConnections = 8
        /// Callers that may wait for a place; one more throws `.queueFull`.
        public var maximumWaiting = 10_000
        /// From call to result.
        public var timeout = Duration.seconds(30)
        /// How long a caller waits for a server that is away.
        public var connectTimeout = Duration.seconds(5)

        public init(_ conninfo: String) { self.conninfo = conninfo }
    }

    public struct Metrics: Sendable {
        public var connections: Int
        public var queued: Int
        public var completed: Int
        public var failed: Int
    }

    let configuration: Configuration
    private let loop: Loop
    private let subscribers = Subscribers()
    private let isClosed = Atomic(false)

    public init(_ configuration: Configuration) {
        self.configuration = configuration
        loop = Loop(configuration, subscribers)
    }

    public convenience init(_ conninfo: String) { self.init(Configuration(conninfo)) }

    deinit { loop.send(.close) }

    public var metrics: Metrics {
        let counters = loop.counters
        return Metrics(
            connections: counters.connections.load(ordering: .relaxed), queued: counters.queued.load(ordering: .relaxed),
            completed: counters.completed.load(ordering: .relaxed), failed: counters.failed.load(ordering: .relaxed))
    }

    /// Runs one statement by itself.
    /// - Throws: `PostgresError`; `.cancelled` as soon as the task is cancelled, whatever the server still does.
    @discardableResult
    public func query(_ sql: SQL) async throws -> Rows {
        try await run([sql]) { .run($0) }.first.orThrow()
    }

    /// Runs statements in one trip and one transaction: all of them, or none.
    public func pipeline(_ statements: [SQL]) async throws -> [Rows] {
        statements.isEmpty ? [] : try await run(statements) { .run($0) }
    }

    /// Runs `body` in a transaction on a connection of its own: committed when it returns, rolled back when it throws
    /// or its task is cancelled.
    public func transaction<R>(_ body: (Transaction) async throws -> R) async throws -> R {
        let transaction = try await begin()
        do {
            let result = try await body(transaction)
            try await transaction.query("commit")
            loop.send(.release(key: transaction.key))
            return result
        } catch {
            await rollBack(transaction)
            throw error
        }
    }

    /// The payloads of `NOTIFY` on this channel, from now on. An empty one comes when listening begins, anew after each
    /// lost connection: something may have been missed. The newest 1,000 are kept for a subscriber who is slow.
    public func notifications(on channel: String) -> AsyncStream<String> {
        let stream = subscribers.stream(of: channel)
        loop.send(.listen(channel: channel))
        return stream
    }

    /// Ends what is under way, after letting it finish for up to `patience`; then nothing more is taken.
    public func close(patience: Duration = .seconds(2)) async {
        guard !isClosed.exchange(true, ordering: .relaxed) else { return }
        let end = ContinuousClock.now + patience
        while loop.counters.inFlight.load(ordering: .relaxed) > 0, ContinuousClock.now < end {
            try? await Task.sleep(for: .milliseconds(5))
        }
        loop.send(.close)
        subscribers.finish()
    }

    // MARK: -

    func run(_ statements: [SQL], command: (Work) -> Loop.Command) async throws -> [Rows] {
        guard !isClosed.load(ordering: .relaxed) else { throw PostgresError.closed }
        for statement in statements where statement.values.contains(where: { $0?.utf8.contains(0) == true }) {
            throw PostgresError.nulCharacter
        }
        return try await wait(for: Work(statements, deadline: deadline(after: configuration.timeout)), command: command)
    }

    private func wait(for work: Work, command: (Work) -> Loop.Command) async throws -> [Rows] {
        loop.counters.inFlight.wrappingAdd(1, ordering: .relaxed)
        defer { loop.counters.inFlight.wrappingSubtract(1, ordering: .relaxed) }
        do {
            let rows = try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    if work.wait(with: continuation) { loop.send(command(work)) }
                }
            } onCancel: {
                work.cancel()
            }
            loop.counters.completed.wrappingAdd(1, ordering: .relaxed)
            return rows
        } catch {
            loop.counters.failed.wrappingAdd(1, ordering: .relaxed)
            throw error
        }
    }

    private func deadline(after duration: Duration) -> UInt64 {
        monotonicNow() &+ UInt64(clamping: duration.components.seconds) &* 1_000_000_000
            &+ UInt64(clamping: duration.components.attoseconds / 1_000_000_000)
    }

    private func begin() async throws -> Transaction {
        guard !isClosed.load(ordering: .relaxed) else { throw PostgresError.closed }
        let hold = Hold(work: Work([], deadline: deadline(after: configuration.connectTimeout)), key: .init())
        do {
            _ = try await wait(for: hold.work) { _ in .hold(hold) }
        } catch {
            // Granted in the same moment as cancelled: it goes back.
            giveBack(hold)
            throw error
        }
        let transaction = Transaction(key: hold.key.value.load(ordering: .acquiring), postgres: self)
        do {
            try await transaction.query("begin")
        } catch {
            await rollBack(transaction)
            throw error
        }
        return transaction
    }

    private func giveBack(_ hold: Hold) {
        let key = hold.key.value.load(ordering: .acquiring)
        if key != 0 { loop.send(.release(key: key)) }
    }

    /// In a task of its own, since the caller's may be cancelled. The statement under way is cancelled by the loop.
    private func rollBack(_ transaction: Transaction) async {
        await Task.detached { _ = try? await transaction.query("rollback") }.value
        loop.send(.release(key: transaction.key))
    }
}

/// A transaction under way. Used by one task, until its body ends.
public struct Transaction: Sendable {
    let key: UInt64
    let postgres: Postgres

    @discardableResult
    public func query(_ sql: SQL) async throws -> Rows {
        try await postgres.run([sql]) { .runHeld($0, key: key) }.first.orThrow()
    }
}

extension Rows? {
    fileprivate func orThrow() throws -> Rows {
        guard let self else { throw PostgresError.connectionLost }
        return self
    }
}

/// What the loop counts for `Metrics`.
final class Counters: Sendable {
    let connections = Atomic(0)
    let queued = Atomic(0)
    let inFlight = Atomic(0)
    let completed = Atomic(0)
    let failed = Atomic(0)
}

/// Who listens to which channel.
final class Subscribers: Sendable {
    private static let kept = 1_000

    private struct State {
        var byChannel: [String: [Int: AsyncStream<String>.Continuation]] = [:]
        var next = 0
    }
    private let state = Mutex(State())

    func stream(of channel: String) -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(Self.kept))
        let id = state.withLock { state in
            state.next += 1
            state.byChannel[channel, default: [:]][state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.byChannel[channel]?[id] = nil }
        }
        return stream
    }

    func tell(_ channel: String, _ payload: String) {
        for continuation in continuations({ $0.byChannel[channel].map { Array($0.values) } ?? [] }) { continuation.yield(payload) }
    }

    func finish() {
        for continuation in continuations({ $0.byChannel.values.flatMap(\.values) }) { continuation.finish() }
    }

    /// Taken out of the lock first: a continuation may call back into it.
    private func continuations(_ chosen: (State) -> [AsyncStream<String>.Continuation]) -> [AsyncStream<String>.Continuation] {
        state.withLock { chosen($0) }
    }
}
