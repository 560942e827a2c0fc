import Postgres

/// What is written down about attempts that have ended: the statements, and what the log is told.
struct Settlement {
    /// Longer reasons are cut off.
    private static let maximumProblemScalars = 500

    private(set) var statements: [SQL] = []
    private(set) var events: [WorkerEvent] = []

    init(_ ended: [EndedJob], _ handlers: [String: Handler]) {
        var done: [EndedJob] = []
        for job in ended {
            switch job.outcome {
            case .done: done.append(job)
            case .interrupted: statements += SQL.putBack(job, problem: nil, after: .zero, countsAttempt: false)
            case .timedOut: fail(job, "took too long", handlers)
            case .failed(JobFailure.permanent(let reason)): bury(job, reason)
            case .failed(let error as PostgresError) where error.isOutage:
                putBack(job, "\(error)", handlers[job.job.kind]?.retries.backoff(after: 1) ?? .zero, countsAttempt: false)
            case .failed(let error): fail(job, "\(error)", handlers)
            }
        }
        if !done.isEmpty { statements.append(.complete(done)) }
    }

    private mutating func fail(_ ended: EndedJob, _ problem: String, _ handlers: [String: Handler]) {
        guard let retries = handlers[ended.job.kind]?.retries, ended.job.attempt < retries.maximumAttempts else {
            return bury(ended, problem)
        }
        putBack(ended, problem, retries.backoff(after: ended.job.attempt), countsAttempt: true)
    }

    private mutating func putBack(_ ended: EndedJob, _ problem: String, _ delay: Duration, countsAttempt: Bool) {
        let problem = Self.storable(problem)
        statements += SQL.putBack(ended, problem: problem, after: delay, countsAttempt: countsAttempt)
        events.append(.failed(ended.job, problem: problem, retryIn: delay))
    }

    private mutating func bury(_ ended: EndedJob, _ problem: String) {
        let problem = Self.storable(problem)
        statements.append(.bury(ended, problem: problem))
        events.append(.died(ended.job, problem: problem))
    }

    /// Without NUL characters, which Postgres can't hold.
    private static func storable(_ problem: String) -> String {
        String(String.UnicodeScalarView(problem.unicodeScalars.filter { $0.value != 0 }.prefix(maximumProblemScalars)))
    }
}

extension PostgresError {
    /// Whether the database was away, which is not the job's fault.
    fileprivate var isOutage: Bool {
        switch self {
        case .connectionLost, .unavailable, .closed: true
        case .server(let state, _, _): state.hasPrefix("57P")
        default: false
        }
    }
}
