import FoundationEssentials
import Postgres

/// A job that was given up.
public struct DeadJob: Sendable {
    /// How long they are kept.
    public static let retention = Duration.seconds(30 * 86_400)

    public let id: Int64
    public let kind: String
    public let payload: String
    public let account: UUID?
    public let attempts: Int
    /// Why the last attempt failed.
    public let problem: String
    public let diedAt: PostgresTimestamp
}

extension Postgres {
    /// Those that died last come first.
    /// - Throws: `PostgresError`.
    public func deadJobs(limit: Int = 100) async throws -> [DeadJob] {
        let rows = try await query(
            """
            select id, kind, payload, account_id, attempt, coalesce(problem, ''), died_at
            from jobs where state = 'dead' order by died_at desc, id desc limit \(limit)
            """)
        return try rows.map(DeadJob.init)
    }

    /// Enqueues it again, with all its attempts, or leaves that to the job that waits under the same unique key.
    /// - Returns: whether there was such a dead job.
    /// - Throws: `PostgresError`.
    public func retryDeadJob(_ id: Int64) async throws -> Bool {
        do {
            return try await query(
                """
                with revived as (
                  update jobs set state = 'waiting', run_at = now(), attempt = 0, died_at = null
                  where id = \(id) and state = 'dead' returning id)
                select pg_notify('\(unsafeRaw: SQL.jobsChannel)', '') from revived
                """
            ).count == 1
        } catch PostgresError.uniqueViolation {
            return try await deleteDeadJob(id)
        }
    }

    /// - Returns: whether there was such a dead job.
    /// - Throws: `PostgresError`.
    public func deleteDeadJob(_ id: Int64) async throws -> Bool {
        try await query("delete from jobs where id = \(id) and state = 'dead'").affected == 1
    }

    func forgetOldDeadJobs() async throws {
        let seconds = DeadJob.retention / .seconds(1)
        try await query("delete from jobs where state = 'dead' and died_at < now() - make_interval(secs => \(seconds))")
    }
}

extension DeadJob {
    fileprivate init(_ row: Row) throws {
        id = try row.get(0)
        kind = try row.get(1)
        payload = try row.get(2)
        account = try row.get(3, as: String?.self).flatMap(UUID.init(uuidString:))
        attempts = try row.get(4)
        problem = try row.get(5)
        diedAt = try row.get(6)
    }
}
