@testable import Postgres
import Testing

@Suite("Batches", .timeLimit(.minutes(2))) struct BatchTests {
    @Test("What many callers ask at once is sent to the server at once")
    func sent() async throws {
        let cluster = try await Cluster.shared.value, url = try await cluster.database()
        let relay = try Relay(to: cluster.folder)
        defer { relay.close() }
        var configuration = Postgres.Configuration(url.replacing("host=\(cluster.folder)", with: "host=\(relay.folder)"))
        configuration.maximumConnections = 1
        let postgres = Postgres(configuration)
        // Later it is known, and each needs a line only.
        for n in 0..<2 { #expect(try await postgres.number("select \(n)::int") == n) }
        let (waiting, before) = try await postgres.transaction { transaction in
            try await transaction.query("select 1")
            let waiting = (0..<50).map { n in Task { try await postgres.number("select \(n)::int") } }
            #expect(try await eventually { postgres.metrics.queued == 50 })
            return (waiting, relay.sent)
        }
        for (n, task) in waiting.enumerated() { #expect(try await task.value == n) }
        // The commit, and all of them.
        #expect(relay.sent - before == 2)
        await postgres.close()
    }

    @Test("Each gets its own result, however much they send at once")
    func long() async throws {
        try await withPostgres(configure: { $0.maximumConnections = 2 }) { postgres in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for n in 0..<60 {
                    group.addTask {
                        let text = String(repeating: "\(n) ", count: n % 7 == 0 ? 20_000 : n % 3 == 0 ? 2_500 : 1)
                        let divisor = n % 10 == 9 ? 0 : 1
                        do {
                            let row = try await postgres.query("select \(text)::text as text, 1 / \(divisor)::int")[0]
                            let answer: String = try row.get("text")
                            #expect(answer == text && divisor == 1)
                        } catch PostgresError.server(sqlState: "22012", _, _) {
                            #expect(divisor == 0)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("Callers whose results come together are told together", arguments: [true, false])
    func told(isOneCore: Bool) async throws {
        let gauges = Gauges(), deliveries = Deliveries(isOneCore: isOneCore, gauges)
        deliveries.carryOut()
        #expect(gauges.handedBack.load(ordering: .relaxed) == 0)
        let works = (0..<20).map { _ in Work(["select 1"], .alone) }
        for work in works { deliveries.add(work, .success([])) }
        #expect(works.allSatisfy { !$0.isEnded })
        deliveries.carryOut()
        for work in works { _ = try await work.results {} }
        #expect(gauges.handedBack.load(ordering: .relaxed) == 1)
    }
}
