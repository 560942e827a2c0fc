import Glibc

/// How jobs of one kind are done.
public struct Handler: Sendable {
    let kind: String
    let timeout: Duration
    let retries: RetryPolicy
    let body: @Sendable (Job, Lease) async throws -> Void

    /// - Parameters:
    ///   - timeout: after which an attempt has failed and its task is cancelled, to the second.
    ///   - body: begins at least once for each job. What it changes in Postgres happens exactly once if it calls
    ///     `lease.complete(in:)` in the same transaction; otherwise the job is completed after it returns. What it
    ///     throws is an attempt that failed, but `JobFailure.permanent` ends the job.
    public init(
        _ kind: String, timeout: Duration = .seconds(60), retries: RetryPolicy = RetryPolicy(),
        body: @escaping @Sendable (Job, Lease) async throws -> Void
    ) {
        self.kind = kind
        self.timeout = timeout
        self.retries = retries
        self.body = body
    }
}

/// What a handler's body throws to say more than that the attempt failed.
public enum JobFailure: Error, Hashable, Sendable {
    /// No further attempt would help.
    case permanent(_ reason: String)
    /// Somebody else works on the job by now, or it is done.
    case leaseLost
}

/// When a job that failed is tried again: later each time, and not all at once.
public struct RetryPolicy: Sendable {
    /// However often a job has failed.
    static let maximumBackoff = Duration.seconds(3_600)

    /// The last one's failure is the job's death.
    public var maximumAttempts: Int
    public var firstBackoff: Duration
    public var factor: Double
    /// The share by which a backoff is randomly shorter or longer.
    public var jitter: Double

    public init(maximumAttempts: Int = 10, firstBackoff: Duration = .seconds(1), factor: Double = 2, jitter: Double = 0.2) {
        self.maximumAttempts = maximumAttempts
        self.firstBackoff = firstBackoff
        self.factor = factor
        self.jitter = jitter
    }

    /// How long to wait after a failed attempt, counted from 1.
    func backoff(after attempt: Int) -> Duration {
        let seconds = firstBackoff / .seconds(1) * pow(factor, Double(attempt - 1))
        let random = 1 + jitter * Double.random(in: -1...1)
        return .seconds(min(seconds, Self.maximumBackoff / .seconds(1)) * random)
    }
}
