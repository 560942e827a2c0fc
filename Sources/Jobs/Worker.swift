import Postgres
import Synchronization

/// Does the jobs of some kinds, many at once, in this process. Any number of workers share the work.
///
/// Of all that it writes, as much as there is goes in one trip: what was done since the last one, and the claim of new jobs.
public final class Worker: Sendable {
    /// Between two looks for work when nothing wakes it: a net under `NOTIFY`.
    static let pollInterval = Duration.seconds(5)
    /// Between two looks at those that run, at most.
    static let watchInterval = Duration.seconds(1)
    static let cleaningInterval = Duration.seconds(3_600)
    /// After a failed trip to the database.
    static let retryPause = Duration.milliseconds(200)
    /// For tasks that were cancelled to end, when the worker ends.
    static let interruptionPatience = Duration.seconds(1)
    /// For writing down how jobs ended, when the worker ends and the database is away.
    static let settlingPatience = Duration.seconds(3)

    private let postgres: Postgres
    private let handlers: [String: Handler]
    private let schedules: [Schedule]
    private let concurrency: Int
    private let lease: Duration
    private let grace: Duration
    private let log: @Sendable (WorkerEvent) -> Void

    private let inHand = JobsInHand()
    private let bell = Bell()
    private let isStopping = Atomic(false)
    private let isDatabaseAway = Atomic(false)

    /// - Parameters:
    ///   - concurrency: jobs at once, at most. Kinds that take long are better done by a worker of their own.
    ///   - lease: how long a job of a worker that was killed waits until another takes it.
    ///   - grace: for jobs that run when the worker is to end.
    public init(
        _ postgres: Postgres, handlers: [Handler], schedules: [Schedule] = [], concurrency: Int = 10,
        lease: Duration = .seconds(10), grace: Duration = .seconds(20), log: @escaping @Sendable (WorkerEvent) -> Void = { _ in }
    ) {
        self.postgres = postgres
        self.handlers = Dictionary(handlers.map { ($0.kind, $0) }) { _, last in last }
        self.schedules = schedules
        self.concurrency = max(concurrency, 1)
        self.lease = lease
        self.grace = grace
        self.log = log
    }

    /// Works until its task is cancelled. Then it takes nothing more, lets jobs that run finish within the grace, and puts
    /// the others back, for other workers to take at once. Called once.
    public func run() async {
        // Apart, as a task that was cancelled can't reach the database any more.
        let work = Task { await self.work() }
        await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            isStopping.store(true, ordering: .relaxed)
            bell.ring()
        }
    }

    private func work() async {
        let companions = [
            Task { await listen() }, Task { try await watch() }, Task { try await keepSchedules() }, Task { try await clean() },
        ]
        while !isStopping.load(ordering: .relaxed) {
            let pause = await turn(claiming: concurrency - inHand.runningCount)
            await bell.wait(atMost: pause)
        }
        await finish()
        for companion in companions { companion.cancel() }
    }

    // MARK: Taking and settling

    /// One trip to the database. Returns how long to wait for something to happen before the next.
    private func turn(claiming places: Int) async -> Duration {
        let ended = inHand.takeEnded()
        let settlement = Settlement(ended, handlers)
        let claim: [SQL] = places > 0 ? [.claim(Array(handlers.keys), limit: places, lease: lease), .nextDue] : []
        do {
            let rows = try await postgres.pipeline(settlement.statements + claim)
            settlement.events.forEach(log)
            isDatabaseAway.store(false, ordering: .relaxed)
            return places > 0 ? try take(rows.suffix(claim.count), places) : Self.pollInterval
        } catch {
            inHand.putBack(ended)
            tell(error)
            return Self.retryPause
        }
    }

    private func take(_ results: ArraySlice<Rows>, _ places: Int) throws(PostgresError) -> Duration {
        guard let claimed = results.first, let next = results.last?.first else { return Self.pollInterval }
        for row in claimed { start(try ClaimedJob(row)) }
        if claimed.count == places { return Self.pollInterval }
        guard let seconds = try next.get(0, as: Double?.self) else { return Self.pollInterval }
        return .seconds(min(seconds, Self.pollInterval / .seconds(1)))
    }

    private func start(_ claimed: ClaimedJob) {
        guard let handler = handlers[claimed.job.kind] else { return }
        if claimed.job.attempt > handler.retries.maximumAttempts {
            // Whoever began it the last time didn't live to tell.
            inHand.end(claimed, .failed(JobFailure.permanent("was begun \(claimed.job.attempt - 1) times and never ended")))
            return bell.ring()
        }
        inHand.start(claimed, handler, whenEnded: bell.ring)
    }

    /// Once for each time that it is away. Two that claim jobs of one key at once are nothing to talk about.
    private func tell(_ error: any Error) {
        if case PostgresError.uniqueViolation = error { return }
        if isDatabaseAway.exchange(true, ordering: .relaxed) { return }
        log(.databaseUnavailable(problem: "\(error)"))
    }

    // MARK: Meanwhile

    private func listen() async {
        for await _ in postgres.notifications(on: SQL.jobsChannel) { bell.ring() }
    }

    /// Ends what takes too long, and renews leases when a third of them is over.
    private func watch() async throws {
        while true {
            try await Task.sleep(for: min(Self.watchInterval, lease / 4))
            let now = ContinuousClock.now
            if inHand.timeOut(now) { bell.ring() }
            let leases = inHand.leasesToRenew(now, renewedBefore: now - lease / 3)
            if !leases.isEmpty { try? await renew(leases) }
        }
    }

    private func renew(_ leases: [Lease]) async throws {
        let lost = Set(try await postgres.query(.renew(leases, for: lease)).map { try $0.get(0, as: Int64.self) })
        for lease in leases where lost.contains(lease.job) {
            if let job = inHand.loseLease(lease) { log(.leaseLost(job)) }
        }
    }

    private func keepSchedules() async throws {
        while !schedules.isEmpty {
            for schedule in schedules { try? await schedule.tick(postgres) }
            try await Task.sleep(for: Self.pollInterval)
        }
    }

    private func clean() async throws {
        while true {
            try? await postgres.forgetOldDeadJobs()
            try await Task.sleep(for: Self.cleaningInterval)
        }
    }

    // MARK: Ending

    private func finish() async {
        await settle(until: .now + grace) { $0.runningCount > 0 }
        inHand.interrupt()
        await settle(until: .now + Self.interruptionPatience) { $0.runningCount > 0 }
        inHand.abandonAll()
        await settle(until: .now + Self.settlingPatience) { !$0.isEmpty }
        if isDatabaseAway.load(ordering: .relaxed) { return }
        // Others may do what was put back.
        _ = try? await postgres.query("select pg_notify('\(unsafeRaw: SQL.jobsChannel)', '')")
    }

    /// Where the database is away, only what runs is worth the long waits.
    private func settle(until end: ContinuousClock.Instant, while isWorth: (JobsInHand) -> Bool) async {
        while isWorth(inHand), .now < end {
            let pause = await turn(claiming: 0)
            guard isWorth(inHand) else { return }
            await bell.wait(atMost: min(pause, end - .now))
        }
    }
}
