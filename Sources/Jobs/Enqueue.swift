import FoundationEssentials
import Postgres

extension SQL {
    /// Workers are told through it that there is something to do.
    static let jobsChannel = "jobs"

    /// The statement that enqueues a job, for `Postgres.pipeline`.
    /// - Parameters:
    ///   - account: whose job it is; it goes with the account.
    ///   - uniqueKey: of a kind's jobs with one key, one waits and one runs at most. If one waits already, it takes the new
    ///     payload and is due at the earlier of both times. One that runs doesn't count, as it may have read what has
    ///     changed since: the new one runs after it. So name in the key what the job is about, such as a row's id. Each
    ///     account has its own keys.
    ///   - delay: how long it waits at least.
    public static func enqueue(
        _ kind: String, payload: String = "", account: UUID? = nil, uniqueKey: String? = nil, after delay: Duration = .zero
    ) -> SQL {
        let uniqueKey = uniqueKey.map { key in account.map { "\($0.uuidString) \(key)" } ?? key }
        // An update rather than nothing: the row is locked until the enqueueing transaction ends, so that the job can't run
        // in between and miss what that transaction changes.
        return """
            with enqueued as (
              insert into jobs (kind, payload, account_id, unique_key, run_at)
              values (\(kind), \(payload), \(account?.uuidString), \(uniqueKey), now() + make_interval(secs => \(delay / .seconds(1))))
              on conflict (kind, unique_key, state) where unique_key is not null and state <> 'dead' do update
              set payload = excluded.payload, run_at = least(jobs.run_at, excluded.run_at), attempt = 0, problem = null
              returning run_at)
            select pg_notify('\(unsafeRaw: jobsChannel)', '') from enqueued
            where run_at < now() + make_interval(secs => \(Worker.pollInterval / .seconds(1)))
            """
    }

    /// The statement that enqueues a job for each payload.
    public static func enqueue(_ kind: String, payloads: [String], account: UUID? = nil, after delay: Duration = .zero) -> SQL {
        """
        with enqueued as (
          insert into jobs (kind, payload, account_id, run_at)
          select \(kind), payload, \(account?.uuidString)::uuid, now() + make_interval(secs => \(delay / .seconds(1)))
          from unnest(\(payloads)::text[]) as payload)
        select pg_notify('\(unsafeRaw: jobsChannel)', '')
        where \(delay / .seconds(1))::float8 < \(Worker.pollInterval / .seconds(1))
        """
    }
}

extension Transaction {
    /// Enqueues a job, which exists if and when the transaction is committed. The parameters are those of `SQL.enqueue`.
    /// - Throws: `PostgresError`.
    public func enqueue(
        _ kind: String, payload: String = "", account: UUID? = nil, uniqueKey: String? = nil, after delay: Duration = .zero
    ) async throws {
        try await query(.enqueue(kind, payload: payload, account: account, uniqueKey: uniqueKey, after: delay))
    }
}

extension Postgres {
    /// Enqueues a job by itself. The parameters are those of `SQL.enqueue`.
    /// - Throws: `PostgresError`.
    public func enqueue(
        _ kind: String, payload: String = "", account: UUID? = nil, uniqueKey: String? = nil, after delay: Duration = .zero
    ) async throws {
        try await query(.enqueue(kind, payload: payload, account: account, uniqueKey: uniqueKey, after: delay))
    }
}
