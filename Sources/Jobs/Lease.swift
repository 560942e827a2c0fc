import Postgres
import Synchronization

/// The right to work on a job for a while. It is renewed as long as the handler's body runs; if that fails for too long,
/// another worker takes the job over, and everything here is refused.
public final class Lease: Sendable {
    let job: Int64
    let token: Int64
    /// Whether the job may be gone because of us.
    let isCompleting = Atomic(false)

    init(_ claimed: ClaimedJob) {
        job = claimed.job.id
        token = claimed.token
    }

    /// Makes the job's end part of a transaction, so that what else is done in it happens exactly once.
    /// - Throws: `JobFailure.leaseLost`, which must end the transaction; `PostgresError`.
    public func complete(in transaction: Transaction) async throws {
        isCompleting.store(true, ordering: .relaxed)
        let rows = try await transaction.query(
            "delete from jobs where id = \(job) and lease_token = \(token) and state = 'running'")
        if rows.affected != 1 { throw JobFailure.leaseLost }
    }

    /// Makes sure that nobody takes the job over before the transaction ends: for the steps of a long job.
    /// - Throws: `JobFailure.leaseLost`, which must end the transaction; `PostgresError`.
    public func confirm(in transaction: Transaction) async throws {
        let rows = try await transaction.query(
            "select from jobs where id = \(job) and lease_token = \(token) and state = 'running' for update")
        if rows.isEmpty { throw JobFailure.leaseLost }
    }
}
