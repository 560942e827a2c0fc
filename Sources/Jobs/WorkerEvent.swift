/// What a worker has to say to a log.
public enum WorkerEvent: Sendable {
    case failed(Job, problem: String, retryIn: Duration)
    case died(Job, problem: String)
    /// Another worker took the job over, as this one hadn't renewed its lease in time.
    case leaseLost(Job)
    /// It goes on trying.
    case databaseUnavailable(problem: String)
}
