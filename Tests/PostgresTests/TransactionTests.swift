import Postgres
import Testing

@Suite("Transactions", .timeLimit(.minutes(2))) struct TransactionTests {
    struct Refusal: Error {}

    func withTable(_ body: (Postgres) async throws -> Void) async throws {
        try await withPostgres { postgres in
            try await postgres.query("create table numbers (n int primary key deferrable initially deferred)")
            try await body(postgres)
        }
    }

    @Test("What the body did is kept when it returns, with what it returned")
    func commits() async throws {
        try await withTable { postgres in
            let affected = try await postgres.transaction { try await $0.query("insert into numbers values (1), (2)").affected }
            #expect(affected == 2)
            #expect(try await postgres.number("select count(*) from numbers") == 2)
        }
    }

    @Test("What the body did is undone when it throws, and its error comes through")
    func throwing() async throws {
        try await withTable { (postgres) async throws in
            await #expect(throws: Refusal.self) {
                try await postgres.transaction { transaction in
                    try await transaction.query("insert into numbers values (1)")
                    #expect(try await transaction.query("select * from numbers").count == 1)
                    throw Refusal()
                }
            }
            #expect(try await postgres.number("select count(*) from numbers") == 0)
            #expect(
                try await postgres.number(
                    "select count(*) from pg_locks where relation = 'numbers'::regclass and mode <> 'AccessShareLock'") == 0)
        }
    }

    @Test("What the body did is undone when its task is cancelled, while a statement runs or between two", arguments: [true, false])
    func cancelling(whileRunning: Bool) async throws {
        try await withTable { (postgres) async throws in
            let (inserted, continuation) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                try await postgres.transaction { transaction in
                    try await transaction.query("insert into numbers values (1)")
                    continuation.yield()
                    if whileRunning { try await transaction.query("select pg_sleep(60)") } else { try? await Task.sleep(for: .seconds(60)) }
                }
            }
            for await _ in inserted { break }
            task.cancel()
            #expect(await failure { try await task.value } == .cancelled)
            #expect(
                try await eventually {
                    try await postgres.number(
                        "select count(*) from pg_stat_activity where datname = current_database() and state like '%transaction%'") == 0
                })
            #expect(
                try await eventually {
                    try await postgres.number(
                        "select count(*) from pg_stat_activity where datname = current_database() and query like '%pg_sleep(60)%' and state = 'active' and pid <> pg_backend_pid()"
                    ) == 0
                })
            #expect(try await postgres.number("select count(*) from numbers") == 0)
        }
    }

    @Test("A failed statement whose error the body swallows doesn't pass for a success")
    func swallowed() async throws {
        try await withTable { (postgres) async throws in
            let error = await failure {
                try await postgres.transaction { transaction in
                    try await transaction.query("insert into numbers values (1)")
                    _ = try? await transaction.query("select 1 / 0")
                }
            }
            #expect(error == .rolledBack)
            #expect(try await postgres.number("select count(*) from numbers") == 0)
        }
    }

    @Test("What is only found at the commit is an error, too")
    func deferred() async throws {
        try await withTable { (postgres) async throws in
            let error = await failure { try await postgres.transaction { _ = try await $0.query("insert into numbers values (1), (1)") } }
            #expect(error == .uniqueViolation(constraint: "numbers_pkey"))
            #expect(try await postgres.number("select count(*) from numbers") == 0)
        }
    }

    @Test("A transaction that is over takes no more statements")
    func over() async throws {
        try await withTable { postgres in
            let kept = try await postgres.transaction { $0 }
            #expect(await failure { try await kept.query("insert into numbers values (1)") } == .connectionLost)
            #expect(try await postgres.number("select count(*) from numbers") == 0)
        }
    }

    @Test("Others don't see or disturb what isn't committed, and a body may ask the pool, however many transactions are open")
    func isolation() async throws {
        try await withTable { postgres in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for n in 0..<40 {
                    group.addTask {
                        try await postgres.transaction { transaction in
                            try await transaction.query("insert into numbers values (\(n))")
                            #expect(try await postgres.query("select from numbers where n = \(n)").isEmpty)
                            #expect(try await transaction.query("select from numbers where n = \(n)").count == 1)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await postgres.number("select count(*) from numbers") == 40)
        }
    }

    @Test("Serializable transactions that cross are told so")
    func serializable() async throws {
        try await withTable { postgres in
            let error = await failure {
                try await postgres.transaction(.serializable) { first in
                    try await first.query("select count(*) from numbers")
                    try await postgres.transaction(.serializable) { second in
                        try await second.query("select count(*) from numbers")
                        try await second.query("insert into numbers values (1)")
                    }
                    try await first.query("insert into numbers values (2)")
                }
            }
            #expect(error == .serializationFailure)
        }
    }

    @Test("A transaction that was opened by hand is nobody's: what comes next is committed")
    func byHand() async throws {
        let url = try await Cluster.shared.value.database()
        var configuration = Postgres.Configuration(url)
        configuration.maximumConnections = 1
        let postgres = Postgres(configuration), other = Postgres(url)
        try await postgres.query("create table numbers (n int)")
        try await postgres.query("begin")
        try await postgres.query("insert into numbers values (1)")
        #expect(try await other.number("select count(*) from numbers") == 1)
        await postgres.close()
        await other.close()
    }

    @Test("Statements in one trip are all carried out, or none")
    func pipeline() async throws {
        try await withTable { postgres in
            let rows = try await postgres.pipeline(["insert into numbers values (1)", "select n from numbers"])
            #expect(rows.count == 2)
            #expect(try rows[1][0].get("n", as: Int.self) == 1)
            let error = await failure {
                _ = try await postgres.pipeline(["insert into numbers values (2)", "select 1 / 0", "insert into numbers values (3)"])
            }
            #expect(error == .server(sqlState: "22012", message: "division by zero", position: nil))
            #expect(try await postgres.number("select count(*) from numbers") == 1)
        }
    }
}
