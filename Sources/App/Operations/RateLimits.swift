import FoundationEssentials
import Postgres

/// A number of requests that one key may make in a window. Counted in Postgres, so that all processes count together.
struct RateLimit: Sendable {
    let name: String
    let maximum: Int
    let windowSeconds: Int

    /// Counts a request; the seconds until the window ends if that is one too many.
    func count(_ key: String, in postgres: Postgres) async throws -> Int? {
        let row = try await postgres.query(
            """
            with now as (
              select to_timestamp(floor(extract(epoch from clock_timestamp()) / \(windowSeconds)) * \(windowSeconds)) as start)
            insert into rate_limits (key, window_start, count) select \("\(name):\(key)"), start, 1 from now
            on conflict (key, window_start) do update set count = rate_limits.count + 1
            returning count, ceil(extract(epoch from window_start - clock_timestamp()) + \(windowSeconds))::integer as rest
            """
        ).first
        guard let row, try row.get("count", as: Int.self) > maximum else { return nil }
        return max(1, try row.get("rest", as: Int.self))
    }
}

extension Postgres {
    /// Removes counts of windows that are over.
    func forgetRateLimits() async throws {
        _ = try await query("delete from rate_limits where window_start < now() - interval '1 day'")
    }
}

/// What keeps one visitor from using up the demo.
struct DemoLimits: Sendable {
    static let perNetwork = [
        RateLimit(name: "demo-minute", maximum: 20, windowSeconds: 60),
        RateLimit(name: "demo-day", maximum: 500, windowSeconds: 86_400),
    ]
    static let inAll = RateLimit(name: "demo-all", maximum: 600, windowSeconds: 60)

    let postgres: Postgres
    let isOn: Bool

    /// Counts a question from this address, or refuses it.
    func count(_ address: Address?) async throws {
        guard isOn else { return }
        let network = address?.prefix ?? "unknown"
        for limit in Self.perNetwork {
            if let wait = try await limit.count(network, in: postgres) { throw Self.refusal(wait) }
        }
        if let wait = try await Self.inAll.count("", in: postgres) { throw Self.refusal(wait) }
    }

    private static func refusal(_ seconds: Int) -> Failure {
        let time = seconds > 120 ? "Please come back tomorrow" : "Please wait a minute, then ask again"
        return .tooManyRequests("That’s a lot of questions at once. \(time).", retryAfter: seconds)
    }
}
