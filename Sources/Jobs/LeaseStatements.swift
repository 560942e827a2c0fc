import Postgres

/// Every statement that ends or renews a lease names its token, and does nothing if the lease was lost.
extension SQL {
    /// Takes jobs that are due, and those whose worker let its lease run out.
    static func claim(_ kinds: [String], limit: Int, lease: Duration) -> SQL {
        """
        with expired as (
          select id from jobs where state = 'running' and lease_until < now() and kind = any(\(kinds))
          order by lease_until limit \(limit) for update skip locked
        ), due as (
          select id from jobs as job where state = 'waiting' and run_at <= now() and kind = any(\(kinds))
            and (unique_key is null or not exists (
              select from jobs as twin where twin.kind = job.kind and twin.unique_key = job.unique_key and twin.state = 'running'))
          order by run_at limit \(limit) for update skip locked
        )
        update jobs
        set state = 'running', attempt = attempt + 1, lease_token = lease_token + 1,
          lease_until = now() + make_interval(secs => \(lease / .seconds(1)))
        where id = any(array(select id from expired union all select id from due limit \(limit)))
        returning id, kind, payload, attempt, account_id, lease_token
        """
    }

    /// Seconds until the next job is due of those that aren't yet, or NULL.
    static let nextDue: SQL = """
        select extract(epoch from min(run_at) - now())::float8 from jobs where state = 'waiting' and run_at > now()
        """

    /// Returns the jobs whose leases were lost. Rows that a body's own transaction has locked are left alone.
    static func renew(_ leases: [Lease], for duration: Duration) -> SQL {
        """
        with held as (
          select * from unnest(\(leases.map(\.job))::bigint[], \(leases.map(\.token))::bigint[]) as held (id, lease_token)
        ), found as (
          select jobs.id from jobs join held using (id, lease_token) where state = 'running' for update of jobs skip locked
        ), renewed as (
          update jobs set lease_until = now() + make_interval(secs => \(duration / .seconds(1)))
          where id = any(array(select id from found))
        )
        select id from held where not exists (
          select from jobs where jobs.id = held.id and jobs.lease_token = held.lease_token and state = 'running')
        """
    }

    static func complete(_ ended: [EndedJob]) -> SQL {
        """
        delete from jobs using unnest(\(ended.map(\.job.id))::bigint[], \(ended.map(\.token))::bigint[]) as done (id, lease_token)
        where jobs.id = done.id and jobs.lease_token = done.lease_token and state = 'running'
        """
    }

    /// Puts the job back, unless another one waits under its unique key: that will do its work.
    static func putBack(_ ended: EndedJob, problem: String?, after delay: Duration, countsAttempt: Bool) -> [SQL] {
        [
            """
            delete from jobs as job where id = \(ended.job.id) and lease_token = \(ended.token) and state = 'running' and exists (
              select from jobs as twin where twin.kind = job.kind and twin.unique_key = job.unique_key and twin.state = 'waiting')
            """,
            """
            update jobs
            set state = 'waiting', lease_until = null, run_at = now() + make_interval(secs => \(delay / .seconds(1))),
              attempt = attempt - \(countsAttempt ? 0 : 1)::int, problem = coalesce(\(problem), problem)
            where id = \(ended.job.id) and lease_token = \(ended.token) and state = 'running'
            """,
        ]
    }

    static func bury(_ ended: EndedJob, problem: String) -> SQL {
        """
        update jobs set state = 'dead', lease_until = null, died_at = now(), problem = \(problem)
        where id = \(ended.job.id) and lease_token = \(ended.token) and state = 'running'
        """
    }
}
