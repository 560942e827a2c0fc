import Postgres
import Testing

@testable import App

@Suite("Limits", .serialized)
struct RateLimitTests {
    /// So long that no test sees its end.
    private let limit = RateLimit(name: "test", maximum: 50, windowSeconds: 1_000_000_000)

    @Test("Of many requests at once, exactly as many pass as may")
    func parallel() async throws {
        try await withDatabase { postgres in
            let waits = try await withThrowingTaskGroup(of: Int?.self) { group in
                for _ in 0..<200 { group.addTask { try await limit.count("a", in: postgres) } }
                return try await group.reduce(into: [Int?]()) { $0.append($1) }
            }
            #expect(waits.count { $0 == nil } == 50)
            #expect(waits.compactMap(\.self).allSatisfy { (1...limit.windowSeconds).contains($0) })
        }
    }

    @Test("Each key and each limit counts by itself")
    func keys() async throws {
        try await withDatabase { postgres in
            let one = RateLimit(name: "one", maximum: 1, windowSeconds: limit.windowSeconds)
            var passed: [Bool] = []
            for (limit, key) in [(one, "a"), (one, "a"), (one, "b"), (limit, "a")] { passed.append(try await limit.count(key, in: postgres) == nil) }
            #expect(passed == [true, false, true, true])
        }
    }

    @Test("When the window has ended, requests pass again, and its count is forgotten in time")
    func windowEnds() async throws {
        try await withDatabase { postgres in
            let one = RateLimit(name: "one", maximum: 1, windowSeconds: limit.windowSeconds)
            _ = try await one.count("a", in: postgres)
            #expect(try await one.count("a", in: postgres) != nil)
            try await postgres.query("update rate_limits set window_start = window_start - \(one.windowSeconds) * interval '1 second'")
            #expect(try await one.count("a", in: postgres) == nil)
            #expect(try await one.count("a", in: postgres) != nil)
            try await postgres.query("update rate_limits set window_start = now() where window_start = (select max(window_start) from rate_limits)")
            try await postgres.forgetRateLimits()
            #expect(try await postgres.query("select key from rate_limits").count == 1)
        }
    }

    @Test("A visitor who asks the demo too often is told when to come back, others aren't")
    func demo() async throws {
        try await withDatabase { postgres in
            let limits = DemoLimits(postgres: postgres, isOn: true)
            var refusal: Failure?
            // A minute may end in between.
            for _ in 0..<(2 * DemoLimits.perNetwork[0].maximum + 1) where refusal == nil {
                refusal = await failure { try await limits.count(Address("192.0.2.7")) }
            }
            #expect(refusal?.status == .tooManyRequests)
            let wait = try #require(refusal?.retryAfter)
            #expect((1...60).contains(wait))
            #expect(await failure { try await limits.count(Address("192.0.3.7")) } == nil)
            #expect(await failure { try await limits.count(nil) } == nil)
        }
    }

    @Test("Switched off, the limits let everything pass, without a database")
    func off() async throws {
        let limits = DemoLimits(postgres: Postgres("host=/nonexistent"), isOn: false)
        for _ in 0..<100 { try await limits.count(Address("192.0.2.7")) }
    }
}
