import FoundationEssentials
import Postgres

/// What a handler is given.
public struct Job: Sendable {
    /// The same in each attempt, so that it can serve outside as a key that makes a repeated request harmless.
    public let id: Int64
    public let kind: String
    /// As it was enqueued.
    public let payload: String
    /// From 1.
    public let attempt: Int
    public let account: UUID?
}

/// A job that this process may work on, until the lease ends or is renewed.
struct ClaimedJob {
    let job: Job
    let token: Int64

    /// From a row of `SQL.claim`.
    init(_ row: Row) throws(PostgresError) {
        job = Job(
            id: try row.get(0), kind: try row.get(1), payload: try row.get(2), attempt: try row.get(3),
            account: try row.get(4, as: String?.self).flatMap(UUID.init(uuidString:)))
        token = try row.get(5)
    }
}
