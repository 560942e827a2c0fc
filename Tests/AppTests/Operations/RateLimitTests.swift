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
            for (limit, key) in [(one, "a"), (one, "a"), (one, "b"), (limit, "a")] {
                passed.append(try await limit.count(key, in: postgres) == nil)
            }
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
            try await postgres.query(
                "update rate_limits set window_start = now() where window_start = (select max(window_start) from rate_limits)")
            try await postgres.sweep("forget_rate_limits")
            #expect(try await postgres.query("select key from rate_limits").count == 1)
        }
    }

    @Test("Several limits are counted at once: of the nearest one hears, and where one is reached, none is counted")
    func several() async throws {
        try await withDatabase { postgres in
            let wide = RateLimit(name: "wide", maximum: 10, windowSeconds: 2_000_000_000)
            let narrow = RateLimit(name: "narrow", maximum: 2, windowSeconds: 1_000_000_000)
            var remaining: [Int?] = []
            for _ in 0..<4 { remaining.append(try await postgres.count([wide.counter("a"), narrow.counter("a")])?.remaining) }
            #expect(remaining == [1, 0, -1, -1])
            #expect(try await postgres.count([wide.counter("a")])?.remaining == 7)
            #expect(try await postgres.count([]) == nil)
        }
    }

    @Test("Of several limits that are reached, the one that lasts longest says when to come back")
    func longest() async throws {
        try await withDatabase { postgres in
            let counters = [1_000_000_000, 2_000_000_000].map { RateLimit(name: "\($0)", maximum: 1, windowSeconds: $0).counter() }
            _ = try await postgres.count(counters)
            let allowance = try #require(try await postgres.count(counters))
            let refusal = await failure { try allowance.check() }
            let wait = try #require(refusal?.retryAfter)
            #expect(refusal?.status == .tooManyRequests && wait == allowance.resetSeconds)
            let longest = try #require(try await counters[1].limit.count("", in: postgres))
            #expect(abs(longest - wait) <= 1)
        }
    }

    @Test("Many requests against the same limits at once neither pass in excess nor hold each other up")
    func severalParallel() async throws {
        try await withDatabase { postgres in
            let counters = ["c", "a", "b"].map { RateLimit(name: $0, maximum: 50, windowSeconds: 1_000_000_000).counter() }
            let remaining = try await withThrowingTaskGroup(of: Int?.self) { group in
                for number in 0..<200 {
                    group.addTask { try await postgres.count(number % 2 == 0 ? counters : counters.reversed())?.remaining }
                }
                return try await group.reduce(into: [Int?]()) { $0.append($1) }
            }
            #expect(remaining.count { ($0 ?? -1) >= 0 } == 50)
        }
    }

    @Test("The demo counts by the visitor's network and in all, or not at all")
    func demo() throws {
        let limits = DemoLimits(isOn: true)
        let keys = limits.counters(Address("192.0.2.7")).map(\.key)
        #expect(keys.count == 3 && keys == limits.counters(Address("192.0.2.200")).map(\.key))
        #expect(Set(keys).intersection(limits.counters(Address("192.0.3.7")).map(\.key)) == ["demo-all:"])
        #expect(limits.counters(nil).count == 3)
        #expect(DemoLimits(isOn: false).counters(Address("192.0.2.7")).isEmpty)
    }
}
