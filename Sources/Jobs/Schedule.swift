import Postgres

/// A job that recurs. Of all processes one enqueues it each time; times that nobody was there for become one.
public struct Schedule: Sendable {
    let name: String
    let kind: String
    let payload: String
    let interval: Duration

    /// - Parameters:
    ///   - interval: a second at least, kept to some seconds. The first time is when the schedule is first seen.
    ///   - name: tells schedules of one kind apart. It is the job's unique key as well.
    public init(_ kind: String, every interval: Duration, payload: String = "", name: String? = nil) {
        self.name = name ?? kind
        self.kind = kind
        self.payload = payload
        self.interval = max(interval, .seconds(1))
    }

    /// Enqueues the job if it is due. Mostly it isn't, and then nothing is written.
    func tick(_ postgres: Postgres) async throws {
        if try await !postgres.query(notYet).isEmpty { return }
        try await postgres.transaction { transaction in
            if try await transaction.query(advance).isEmpty { return }
            try await transaction.enqueue(kind, payload: payload, uniqueKey: name)
        }
    }

    private var notYet: SQL {
        """
        select from job_schedules
        where name = \(name) and next_at > now() and next_at <= now() + make_interval(secs => \(interval / .seconds(1)))
        """
    }

    /// Moves on to the next time if this one has come, and then returns a row. The row stays locked until the transaction
    /// ends, and a second process finds that it is no longer due: by the clock, as its transaction may have begun before the
    /// first one's, whose next time then seems further away than the interval.
    private var advance: SQL {
        let seconds = interval / .seconds(1)
        return """
            insert into job_schedules as schedule (name, next_at) values (\(name), now() + make_interval(secs => \(seconds)))
            on conflict (name) do update
            set next_at = now() + make_interval(secs => \(seconds))
              - make_interval(secs => mod(extract(epoch from greatest(now() - schedule.next_at, '0')), \(seconds)::numeric)::float8)
            where schedule.next_at <= now() or schedule.next_at > clock_timestamp() + make_interval(secs => \(seconds))
            returning name
            """
    }
}
