@testable import Postgres
import Testing

@Suite("Limits", .timeLimit(.minutes(2))) struct LimitTests {
    @Test("A statement that takes too long ends with an error, is cancelled on the server, and leaves the connection usable")
    func timeout() async throws {
        try await withPostgres(configure: {
            $0.timeout = .seconds(4)
            $0.maximumConnections = 1
        }) { postgres in
            let before = try await postgres.number("select pg_backend_pid()")
            #expect(await failure { try await postgres.query("select pg_sleep(60)") } == .timedOut)
            #expect(try await eventually { (try? await postgres.number("select pg_backend_pid()")) == before })
        }
    }

    @Test("A transaction whose statement takes too long is rolled back")
    func timeoutInTransaction() async throws {
        try await withPostgres(configure: { $0.timeout = .seconds(4) }) { postgres in
            try await postgres.query("create table numbers (n int)")
            let error = await failure {
                try await postgres.transaction { transaction in
                    try await transaction.query("insert into numbers values (1)")
                    try await transaction.query("select pg_sleep(60)")
                }
            }
            #expect(error == .timedOut)
            #expect(
                try await eventually {
                    try await postgres.number(
                        "select count(*) from pg_stat_activity where datname = current_database() and state = 'active'") == 1
                })
            #expect(try await postgres.number("select count(*) from numbers") == 0)
        }
    }

    @Test("A cancelled caller is told at once, and what it asked for is cancelled on the server")
    func cancel() async throws {
        try await withPostgres(configure: { $0.maximumConnections = 1 }) { postgres in
            try await postgres.query("select 1")
            let slow = Task { try await postgres.query("select pg_sleep(60)") }
            #expect(try await eventually { postgres.metrics.inFlight == 1 })
            let behind = Task { try await postgres.number("select 2") }
            slow.cancel()
            #expect(await failure { _ = try await slow.value } == .cancelled)
            #expect(try await behind.value == 2)
        }
    }

    @Test("Who is cancelled before it asks never asks")
    func cancelledBefore() async throws {
        try await withPostgres { postgres in
            try await postgres.query("create table numbers (n int)")
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                try await postgres.query("insert into numbers values (1)")
            }
            task.cancel()
            #expect(await failure { try await task.value } == .cancelled)
            #expect(try await postgres.number("select count(*) from numbers") == 0)
        }
    }

    @Test("One caller more than may wait is refused, and those that wait are served")
    func queueLimit() async throws {
        try await withPostgres(configure: {
            $0.maximumConnections = 1
            $0.maximumWaiting = 3
        }) { (postgres) async throws in
            let slow = Task { try await postgres.transaction { _ in try? await Task.sleep(for: .seconds(60)) } }
            #expect(try await eventually { postgres.metrics.completed == 1 })
            let waiting = (0..<3).map { n in Task { try await postgres.number("select \(n)::int") } }
            #expect(try await eventually { postgres.metrics.queued == 3 })
            #expect(await failure { try await postgres.query("select 1") } == .queueFull(limit: 3))
            #expect(await failure { try await postgres.transaction { _ in } } == .queueFull(limit: 3))
            slow.cancel()
            for (n, task) in waiting.enumerated() { #expect(try await task.value == n) }
        }
    }

    @Test("Closing lets finish what is under way, and then refuses")
    func close() async throws {
        try await withPostgres { (postgres) async throws in
            let other = Postgres(postgres.configuration.conninfo)
            let (running, closing) = try await other.transaction { transaction in
                try await transaction.query("select pg_advisory_xact_lock(1)")
                let running = Task { try await postgres.number("select 5 from pg_advisory_xact_lock(1)") }
                #expect(try await eventually { postgres.metrics.inFlight == 1 })
                let closing = Task { await postgres.close(patience: .seconds(20)) }
                // That has begun when these end.
                for await _ in postgres.notifications(on: "anything") {}
                return (running, closing)
            }
            #expect(try await running.value == 5)
            await closing.value
            await other.close()
            #expect(await failure { try await postgres.query("select 1") } == .closed)
            #expect(await failure { try await postgres.transaction { _ in } } == .closed)
            for await _ in postgres.notifications(on: "anything") {}
            #expect(postgres.metrics.connections == 0)
            await postgres.close()
        }
    }

    @Test("Closing doesn't wait longer than it is told")
    func impatientClose() async throws {
        try await withPostgres { (postgres) async throws in
            let running = Task { try await postgres.query("select pg_sleep(60)") }
            #expect(try await eventually { postgres.metrics.inFlight == 1 })
            await postgres.close(patience: .milliseconds(50))
            #expect(await failure { _ = try await running.value } == .closed)
        }
    }

    @Test("Results are counted")
    func metrics() async throws {
        try await withPostgres { postgres in
            try await postgres.query("select 1")
            _ = try? await postgres.query("select 1 / 0")
            #expect(postgres.metrics.completed == 1)
            #expect(postgres.metrics.failed == 1)
            #expect(postgres.metrics.connections >= 1)
        }
    }
}
