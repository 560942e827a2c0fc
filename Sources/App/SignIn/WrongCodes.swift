import Postgres

/// Wrong codes for one address, from wherever they come: what stops many browsers that guess together.
enum WrongCodes {
    static let maximum = 20
    static let windowSeconds = 3_600

    /// Refuses where there were too many.
    static func check(_ email: EmailAddress, in postgres: Postgres) async throws {
        let row = try await postgres.query(
            """
            select ceil(extract(epoch from window_start - clock_timestamp()) + \(windowSeconds))::integer as rest from rate_limits
            where key = \(key(email)) and count >= \(maximum)
              and window_start = to_timestamp(floor(extract(epoch from clock_timestamp()) / \(windowSeconds)) * \(windowSeconds))
            """
        ).first
        guard let row else { return }
        throw Failure.tooManyRequests(
            "Too many wrong codes were entered for this address. Please try again in an hour.",
            retryAfter: max(1, try row.get("rest", as: Int.self)))
    }

    /// Counts one; whether it is the one that makes too many.
    static func count(_ email: EmailAddress, in postgres: Postgres) async throws -> Bool {
        let row = try await postgres.query(
            """
            insert into rate_limits (key, window_start, count)
            values (\(key(email)), to_timestamp(floor(extract(epoch from clock_timestamp()) / \(windowSeconds)) * \(windowSeconds)), 1)
            on conflict (key, window_start) do update set count = rate_limits.count + 1
            returning count
            """
        ).first
        return try row?.get("count", as: Int.self) == maximum
    }

    private static func key(_ email: EmailAddress) -> String { "sign-in-wrong:\(email.text)" }
}
