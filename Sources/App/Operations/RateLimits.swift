import FoundationEssentials
import HTTPTypes
import Postgres

/// A number of requests that may be made in a window. Counted in Postgres, so that all processes count together.
struct RateLimit: Sendable {
    let name: String
    let maximum: Int
    let windowSeconds: Int

    /// For whom it counts.
    func counter(_ key: String = "") -> Counter { Counter(key: "\(name):\(key)", limit: self) }

    /// Counts a request; the seconds until the window ends if that is one too many.
    func count(_ key: String, in postgres: Postgres) async throws -> Int? {
        guard let allowance = try await postgres.count([counter(key)]), allowance.remaining < 0 else { return nil }
        return allowance.resetSeconds
    }

    struct Counter: Sendable {
        let key: String
        let limit: RateLimit
    }

    /// Counts what `given (key, maximum, seconds)` lists, a common table expression before this one, and says in `standing`
    /// how the caller stands. Where one limit is reached, none is counted: who is refused loses nothing elsewhere. In the
    /// keys' order, so that nobody waits for each other.
    static let counting = """
        windows as (
          select key, maximum, seconds, to_timestamp(floor(extract(epoch from now()) / seconds) * seconds) as window_start from given),
        reached as (
          select w.key, r.count + 1 as count from windows w join rate_limits r using (key, window_start) where r.count >= w.maximum),
        counted as (
          insert into rate_limits (key, window_start, count)
          select key, window_start, 1 from windows where not exists (select from reached) order by key
          on conflict (key, window_start) do update set count = rate_limits.count + 1
          returning key, count),
        standing as (
          select w.maximum, c.count, ceil(extract(epoch from w.window_start - now()) + w.seconds)::integer as rest
          from windows w join (select * from counted union all select * from reached) c using (key))
        """
}

extension SQL {
    /// Counts a request against all of these; gives the rows that `Allowance` reads.
    static func count(_ counters: [RateLimit.Counter]) -> SQL {
        """
        with given as (
          select * from unnest(\(counters.map(\.key))::text[], \(counters.map(\.limit.maximum))::integer[],
            \(counters.map(\.limit.windowSeconds))::integer[]) as given (key, maximum, seconds)),
        \(unsafeRaw: RateLimit.counting)
        select * from standing
        """
    }
}

extension Postgres {
    /// Counts a request against all of these, in one trip.
    func count(_ counters: [RateLimit.Counter]) async throws -> Allowance? { try Allowance(await query(.count(counters))) }
}

/// What a caller may still ask: by the limit that is nearest.
struct Allowance: Sendable {
    let maximum: Int
    /// Below zero, the request was one too many.
    let remaining: Int
    /// Seconds until all may be asked again.
    let resetSeconds: Int

    /// Of rows with `maximum`, `count` and `rest`; nil where nothing was counted.
    init?(_ rows: some Collection<Row>) throws {
        let standings = try rows.compactMap { row -> (maximum: Int, remaining: Int, rest: Int)? in
            try row.get("maximum", as: Int?.self).map { maximum in
                (maximum, max(-1, maximum - (try row.get("count", as: Int.self))), max(1, try row.get("rest", as: Int.self)))
            }
        }
        // Of several that are used up, the one that takes longest.
        let nearest = standings.min { ($0.remaining, -$0.rest) < ($1.remaining, -$1.rest) }
        guard let nearest else { return nil }
        (maximum, remaining, resetSeconds) = nearest
    }

    /// As programs that talk to OpenAI know them.
    var headers: HTTPFields {
        [
            .rateLimitRequests: String(maximum), .rateRemainingRequests: String(max(0, remaining)),
            .rateResetRequests: "\(resetSeconds)s",
        ]
    }

    /// - Throws: a refusal that says when to come back.
    func check() throws(Failure) {
        guard remaining < 0 else { return }
        let time = resetSeconds > 120 ? "Please come back tomorrow" : "Please wait a minute, then ask again"
        var failure = Failure.tooManyRequests("That’s a lot of questions at once. \(time).", retryAfter: resetSeconds)
        failure.headers = headers
        throw failure
    }
}

extension HTTPField.Name {
    static let rateLimitRequests = constant("X-RateLimit-Limit-Requests")
    static let rateRemainingRequests = constant("X-RateLimit-Remaining-Requests")
    static let rateResetRequests = constant("X-RateLimit-Reset-Requests")
}

/// What keeps one visitor from using up the demo.
struct DemoLimits: Sendable {
    static let perNetwork = [
        RateLimit(name: "demo-minute", maximum: 20, windowSeconds: 60),
        RateLimit(name: "demo-day", maximum: 500, windowSeconds: 86_400),
    ]
    static let inAll = RateLimit(name: "demo-all", maximum: 600, windowSeconds: 60)

    let isOn: Bool

    /// What a question from this address is counted by.
    func counters(_ address: Address?) -> [RateLimit.Counter] {
        guard isOn else { return [] }
        let network = address?.prefix ?? "unknown"
        return Self.perNetwork.map { $0.counter(network) } + [Self.inAll.counter()]
    }
}
