import Synchronization

/// How an attempt ended, as far as the worker has seen it.
enum Outcome: Sendable {
    case done
    case failed(any Error)
    case timedOut
    /// Stopped by the worker, so that it doesn't count.
    case interrupted
}

/// An attempt whose end isn't written down yet.
struct EndedJob: Sendable {
    let job: Job
    let token: Int64
    let outcome: Outcome
}

/// The jobs that a worker has claimed, until their end is written down.
final class JobsInHand: Sendable {
    fileprivate struct Running {
        let job: Job
        let lease: Lease
        let deadline: ContinuousClock.Instant
        var renewedAt: ContinuousClock.Instant
        let task: Task<Void, Never>
    }

    fileprivate struct State {
        var running: [Int64: Running] = [:]
        var ended: [EndedJob] = []
        var isInterrupting = false
    }

    private let state = Mutex(State())

    var runningCount: Int { state.withLock { $0.running.count } }
    var isEmpty: Bool { state.withLock { $0.running.isEmpty && $0.ended.isEmpty } }

    /// Starts the handler's body. `whenEnded` is called after it, if the job was still in hand then.
    func start(_ claimed: ClaimedJob, _ handler: Handler, whenEnded: @escaping @Sendable () -> Void) {
        let lease = Lease(claimed)
        let now = ContinuousClock.now
        state.withLock { state in
            // The job was taken back while the database was away: what still runs has lost its lease.
            state.running[claimed.job.id]?.task.cancel()
            let task = Task {
                let outcome: Outcome
                do {
                    try await handler.body(claimed.job, lease)
                    outcome = .done
                } catch {
                    outcome = .failed(error)
                }
                if self.end(lease, outcome) { whenEnded() }
            }
            state.running[claimed.job.id] = Running(
                job: claimed.job, lease: lease, deadline: now + handler.timeout, renewedAt: now, task: task)
        }
    }

    /// Without having been started.
    func end(_ claimed: ClaimedJob, _ outcome: Outcome) {
        state.withLock { $0.ended.append(EndedJob(job: claimed.job, token: claimed.token, outcome: outcome)) }
    }

    func takeEnded() -> [EndedJob] {
        state.withLock { state in
            defer { state.ended = [] }
            return state.ended
        }
    }

    func putBack(_ ended: [EndedJob]) { state.withLock { $0.ended.insert(contentsOf: ended, at: 0) } }

    // MARK: While they run

    /// Ends what has run for too long, and returns whether there was such a job.
    func timeOut(_ now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            let late = state.running.values.filter { $0.deadline < now }
            for running in late { state.abandon(running, .timedOut) }
            return !late.isEmpty
        }
    }

    /// Leases that were last renewed before the instant; they count as renewed from now on.
    func leasesToRenew(_ now: ContinuousClock.Instant, renewedBefore instant: ContinuousClock.Instant) -> [Lease] {
        state.withLock { state in
            let due = state.running.values.filter { $0.renewedAt < instant }
            for running in due { state.running[running.lease.job]?.renewedAt = now }
            return due.map(\.lease)
        }
    }

    /// Cancels the job's task, unless the job is gone since the task completed it.
    func loseLease(_ lease: Lease) -> Job? {
        state.withLock { state in
            guard let running = state.running[lease.job], running.lease === lease, !lease.isCompleting.load(ordering: .relaxed)
            else { return nil }
            running.task.cancel()
            state.running[lease.job] = nil
            return running.job
        }
    }

    // MARK: At the end

    /// Cancels all tasks; those that don't succeed all the same were interrupted.
    func interrupt() {
        state.withLock { state in
            state.isInterrupting = true
            for running in state.running.values { running.task.cancel() }
        }
    }

    /// Waits no longer for those that still run.
    func abandonAll() {
        state.withLock { state in for running in state.running.values { state.abandon(running, .interrupted) } }
    }

    /// False if the job is no longer in hand.
    private func end(_ lease: Lease, _ outcome: Outcome) -> Bool {
        state.withLock { state in
            guard let running = state.running[lease.job], running.lease === lease else { return false }
            state.running[lease.job] = nil
            var outcome = outcome
            if state.isInterrupting, case .failed = outcome { outcome = .interrupted }
            state.ended.append(EndedJob(job: running.job, token: lease.token, outcome: outcome))
            return true
        }
    }
}

extension JobsInHand.State {
    fileprivate mutating func abandon(_ job: JobsInHand.Running, _ outcome: Outcome) {
        job.task.cancel()
        running[job.lease.job] = nil
        ended.append(EndedJob(job: job.job, token: job.lease.token, outcome: outcome))
    }
}
