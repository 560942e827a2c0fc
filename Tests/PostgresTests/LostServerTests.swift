import Postgres
import Testing

@Suite("A lost server", .timeLimit(.minutes(2))) struct LostServerTests {
    @Test("Whoever waits is told, those that come later wait for a while, and all works again when the server is back")
    func lostServer() async throws {
        let cluster = try await Cluster()
        try await withPostgres(on: cluster, configure: { $0.connectTimeout = .milliseconds(300) }) { postgres in
            // A busy machine may take longer for the first connections.
            await postgres.keepWarm()
            let payloads = Payloads(postgres.notifications(on: "news"))
            #expect(await payloads.next() == "")
            let waiting = (0..<50).map { _ in Task { try await postgres.query("select pg_sleep(60)") } }
            #expect(try await eventually { postgres.metrics.inFlight + postgres.metrics.queued == 50 })
            let inTransaction = Task { try await postgres.transaction { _ in try await Task.sleep(for: .seconds(2)) } }
            try await cluster.stop()
            for task in waiting {
                let error = await failure { _ = try await task.value }
                guard case .connectionLost? = error else {
                    guard case .unavailable? = error else { #expect(error == .connectionLost); continue }
                    continue
                }
            }
            guard case .unavailable(let reason)? = await failure({ try await postgres.query("select 1") }) else {
                Issue.record("it isn't said that the server is away")
                return
            }
            #expect(reason.contains(cluster.folder))

            try await cluster.start()
            #expect(try await eventually(within: .seconds(5)) { (try? await postgres.number("select 1")) == 1 })
            #expect(await failure { try await inTransaction.value } != nil)
            #expect(await payloads.next() == "")
            try await postgres.query("select pg_notify('news', 'back')")
            #expect(await payloads.next() == "back")
        }
    }

    @Test("A query that comes while the server is away is carried out if it is back in time")
    func backInTime() async throws {
        let cluster = try await Cluster()
        try await withPostgres(on: cluster, configure: { $0.connectTimeout = .seconds(20) }) { postgres in
            try await postgres.query("select 1")
            try await cluster.stop()
            let early = Task { try await postgres.number("select 7") }
            #expect(try await eventually { postgres.metrics.queued == 1 })
            try await cluster.start()
            let start = ContinuousClock.now
            #expect(try await early.value == 7)
            // Half a second at most between attempts, and much for a busy machine.
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }
}

/// What a subscriber hears, one after the other.
actor Payloads {
    private var iterator: AsyncStream<String>.Iterator

    init(_ stream: AsyncStream<String>) { iterator = stream.makeAsyncIterator() }

    func next() async -> String? {
        var copy = iterator
        defer { iterator = copy }
        return await copy.next(isolation: self)
    }
}
