import Postgres
import Testing

@Suite("Sharing connections", .timeLimit(.minutes(2))) struct SharingTests {
    /// Callers at once, and questions that each asks.
    static let callers = 200, questions = 10

    @Test("Every caller gets its own result, however long others take, and whoever is cancelled or killed")
    func ownResults() async throws {
        try await withPostgres { postgres in
            let done = Task { try await kill(postgres) }
            var outcomes = Outcomes()
            try await withThrowingTaskGroup(of: Outcomes.self) { group in
                for caller in 0..<Self.callers { group.addTask { try await ask(postgres, caller) } }
                for try await outcome in group { outcomes += outcome }
            }
            done.cancel()
            _ = try? await done.value
            // Otherwise the test hasn't tried what it is about.
            #expect(outcomes.answered > Self.callers)
            #expect(outcomes.cancelled > 0)
            #expect(outcomes.lost > 0)
            #expect(outcomes.failed > 0)
            #expect(try await eventually { postgres.metrics.inFlight == 0 && postgres.metrics.queued == 0 })
        }
    }

    struct Outcomes {
        var answered = 0, cancelled = 0, lost = 0, failed = 0

        static func += (sum: inout Outcomes, more: Outcomes) {
            sum.answered += more.answered
            sum.cancelled += more.cancelled
            sum.lost += more.lost
            sum.failed += more.failed
        }
    }

    /// Kills a connection every now and then: each time that some were answered, so that there is never nobody left who is.
    func kill(_ postgres: Postgres) async throws {
        var seen = 0
        while !Task.isCancelled {
            try await Task.sleep(for: .milliseconds(5))
            guard postgres.metrics.completed > seen + Self.callers / 4 else { continue }
            seen = postgres.metrics.completed
            _ = try? await postgres.query(
                """
                select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid() order by random() limit 1
                """)
        }
    }

    func ask(_ postgres: Postgres, _ caller: Int) async throws -> Outcomes {
        var outcomes = Outcomes()
        for question in 0..<Self.questions {
            let number = caller * Self.questions + question
            let task = Task { try await answer(postgres, number) }
            if number % 5 == 0 {
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...30)))
                task.cancel()
            }
            do {
                #expect(try await task.value == number)
                outcomes.answered += 1
            } catch PostgresError.cancelled {
                #expect(number % 5 == 0, "only those that were cancelled are told so")
                outcomes.cancelled += 1
            } catch PostgresError.connectionLost {
                outcomes.lost += 1
            } catch PostgresError.server(sqlState: "22012", _, _) {
                #expect(number % 7 == 3, "an error reaches only whoever made it")
                outcomes.failed += 1
            }
        }
        return outcomes
    }

    /// In one of the ways of asking; some divide by zero.
    func answer(_ postgres: Postgres, _ number: Int) async throws -> Int {
        let delay = Double.random(in: 0...0.02), divisor = number % 7 == 3 ? 0 : 1
        let sql: SQL = "select \(number)::int / \(divisor)::int from pg_sleep(\(delay))"
        switch number % 3 {
        case 0: return try await postgres.number(sql)
        case 1: return try await postgres.transaction { try await $0.query(sql) }[0].get(0)
        default:
            let rows = try await postgres.pipeline(["select \(-number)::int", sql])
            #expect(try rows[0][0].get(0, as: Int.self) == -number)
            return try rows[1][0].get(0)
        }
    }

    @Test("A statement that takes long holds up those sent before it was noticed, not those that come later")
    func slowStatement() async throws {
        try await withPostgres(configure: { $0.maximumConnections = 2 }) { postgres in
            let slow = Task { try await postgres.query("select pg_sleep(60)") }
            #expect(try await eventually { postgres.metrics.inFlight == 1 })
            let before = postgres.metrics.completed
            let isNoticed = try await eventually {
                _ = Task { try await postgres.query("select 1") }
                try await Task.sleep(for: .milliseconds(50))
                return postgres.metrics.completed > before
            }
            #expect(isNoticed)
            for n in 0..<100 { #expect(try await postgres.number("select \(n)::int") == n) }
            slow.cancel()
            #expect(await failure { _ = try await slow.value } == .cancelled)
        }
    }

    @Test("A table that was changed since a statement was prepared is no error")
    func changedTable() async throws {
        try await withPostgres { postgres in
            try await postgres.query("create table things (a int)")
            try await postgres.query("insert into things values (1)")
            for _ in 0..<3 { #expect(try await postgres.query("select * from things")[0].get("a", as: Int.self) == 1) }
            try await postgres.query("alter table things alter a type text using 'one'")
            #expect(try await postgres.query("select * from things")[0].get("a", as: String.self) == "one")
            try await postgres.query("deallocate all")
            for _ in 0..<3 { #expect(try await postgres.query("select * from things")[0].get("a", as: String.self) == "one") }
        }
    }

    @Test("More different statements than a connection keeps prepared work, and the server keeps no more than that")
    func manyStatements() async throws {
        try await withPostgres(configure: { $0.maximumConnections = 1 }) { postgres in
            for _ in 0..<2 {
                for n in 0..<300 { #expect(try await postgres.number("select \(unsafeRaw: "\(n)") + \(1)::int") == n + 1) }
            }
            #expect((100...256).contains(try await postgres.number("select count(*) from pg_prepared_statements")))
            try await postgres.query("select 'again'")
            try await postgres.query("select 'again'")
            #expect(try await postgres.number("select count(*) from pg_prepared_statements where statement = 'select ''again'''") == 1)
        }
    }

    @Test("A statement that can't be prepared is everyone's own error")
    func unpreparable() async throws {
        try await withPostgres(configure: { $0.maximumConnections = 1 }) { postgres in
            try await withThrowingTaskGroup(of: PostgresError?.self) { group in
                for _ in 0..<20 { group.addTask { await failure { try await postgres.query("selec 1") } } }
                for try await error in group {
                    #expect(error == .server(sqlState: "42601", message: "syntax error at or near \"selec\"", position: 1))
                }
            }
            #expect(try await postgres.number("select 1") == 1)
        }
    }
}
