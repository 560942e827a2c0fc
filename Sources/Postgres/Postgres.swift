import Synchronization

/// A pool of connections to one database, shared by all callers.
///
/// Statements of different callers travel down the same connections without waiting for each other's results
/// (pipelining), each prepared once per connection. No caller blocks a thread.
public final class Postgres: Sendable {
    public struct Configuration: Sendable {
        /// A URL or keywords, as libpq takes them; several hosts and `target_session_attrs` too.
        public var conninfo: String
        /// What the connections work as, if not as who they sign in as; migrations don't.
        public var role: String?
        public var maximumConnections = 8
        /// Those that callers and server have for themselves.
        public var cores = 2
        /// Over how many connections callers' single statements are spread while none is held up: with more than a few to a core,
        /// the server's processes only take turns, each for one statement.
        var sharedConnections: Int { max(2, 2 * cores) }
        /// For each statement that a new connection learns; it waits for locks as callers do.
        var warmUpLimit = Duration.seconds(1)
        /// Callers that may wait for a place on a connection; one more throws `.queueFull`.
        public var maximumWaiting = 10_000
        /// From call to result.
        public var timeout = Duration.seconds(30)
        /// How long a caller waits for a server that is away.
        public var connectTimeout = Duration.seconds(5)

        public init(_ conninfo: String) { self.conninfo = conninfo }
    }

    public struct Metrics: Sendable {
        /// Open ones, without that which listens.
        public var connections: Int
        /// Callers that wait for a place on a connection.
        public var queued: Int
        /// Works that were sent and not yet answered.
        public var inFlight: Int
        public var completed: Int
        public var failed: Int
    }

    let configuration: Configuration
    /// Of the configuration, in nanoseconds.
    private let timeout, connectTimeout: UInt64
    private let inbox = Inbox()
    private let gauges = Gauges()

    public init(_ configuration: Configuration) {
        self.configuration = configuration
        timeout = configuration.timeout.nanoseconds
        connectTimeout = configuration.connectTimeout.nanoseconds
        if !Loop.start(configuration, inbox, gauges) { _ = inbox.close() }
    }

    public convenience init(_ conninfo: String) { self.init(Configuration(conninfo)) }

    deinit { _ = inbox.send(.close(deadline: 0, nil)) }

    /// Runs one statement by itself.
    /// - Throws: `PostgresError`; `.cancelled` as soon as the task is cancelled, whatever the server still does.
    @discardableResult
    public func query(_ sql: SQL) async throws -> Rows { try await run([sql], .alone, Command.run).onlyElement() }

    /// Runs statements in one trip and in one transaction: all of them, or none.
    /// - Throws: `PostgresError`, that of the first statement which failed.
    @discardableResult
    public func pipeline(_ statements: [SQL]) async throws -> [Rows] {
        statements.isEmpty ? [] : try await run(statements, .alone, Command.run)
    }

    /// Opens what connections are usually needed and has them prepare what was asked until now; returns when that is done, or
    /// can't be. From then on a lost one is made anew before somebody needs it.
    public func keepWarm() async {
        await withCheckedContinuation { continuation in
            if !inbox.send(.keepWarm(continuation)) { continuation.resume() }
        }
    }

    /// The payloads of `notify` on this channel, from now on. An empty one comes when listening begins, also after a lost
    /// connection, and when a slow subscriber has missed some: look for yourself.
    public func notifications(on channel: String) -> AsyncStream<String> {
        Subscription.start(on: channel, inbox)
    }

    public var metrics: Metrics {
        Metrics(
            connections: gauges.connections.load(ordering: .relaxed), queued: gauges.queued.load(ordering: .relaxed),
            inFlight: gauges.inFlight.load(ordering: .relaxed), completed: gauges.completed.load(ordering: .relaxed),
            failed: gauges.failed.load(ordering: .relaxed))
    }

    /// Takes nothing more, lets what is under way finish for up to `patience`, then ends it with `.closed`.
    public func close(patience: Duration = .seconds(2)) async {
        await withCheckedContinuation { continuation in
            if !inbox.send(.close(deadline: deadline(after: patience), continuation)) { continuation.resume() }
        }
    }

    // MARK: Works

    /// Ends promptly when the task is cancelled.
    @discardableResult
    func run(_ statements: [SQL], _ role: Work.Role, _ command: (Work) -> Command) async throws -> [Rows] {
        try check(statements)
        let work = work(statements, role)
        return try await counted {
            try await withTaskCancellationHandler {
                try await work.results { send(command(work)) }
            } onCancel: {
                work.end(.failure(.cancelled))
            }
        }
    }

    func runUncancelled(_ statements: [SQL], _ role: Work.Role, _ command: (Work) -> Command) async throws -> [Rows] {
        let work = work(statements, role)
        return try await counted { try await work.results { send(command(work)) } }
    }

    func work(_ statements: [SQL], _ role: Work.Role) -> Work {
        let now = monotonicNow()
        return Work(statements, role, deadline: deadline(timeout, after: now), connectDeadline: deadline(connectTimeout, after: now))
    }

    /// False, and the end of the work, if the pool is closed.
    @discardableResult
    func send(_ command: Command) -> Bool {
        if inbox.send(command) { return true }
        command.work?.end(.failure(.closed))
        return false
    }

    private func check(_ statements: [SQL]) throws(PostgresError) {
        for statement in statements {
            if statement.values.hasNUL { throw .nulCharacter }
            if statement.values.count > SQL.maximumValues { throw .tooManyValues(limit: SQL.maximumValues) }
        }
    }

    private func counted(_ body: () async throws -> [Rows]) async throws -> [Rows] {
        do {
            let rows = try await body()
            gauges.completed.wrappingAdd(1, ordering: .relaxed)
            return rows
        } catch {
            gauges.failed.wrappingAdd(1, ordering: .relaxed)
            throw error
        }
    }
}

/// What is counted for `Metrics`.
final class Gauges: Sendable {
    let connections = Atomic(0)
    let queued = Atomic(0)
    let inFlight = Atomic(0)
    let completed = Atomic(0)
    let failed = Atomic(0)
    /// Times that callers were told their results, however many at once.
    let handedBack = Atomic(0)
}
