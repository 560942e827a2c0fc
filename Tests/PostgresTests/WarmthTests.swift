@testable import Postgres
import Testing

@Suite("Warm connections", .timeLimit(.minutes(2))) struct WarmthTests {
    @Test("Connections are open before somebody asks, and made anew before somebody misses them")
    func keptOpen() async throws {
        try await withPostgres(configure: { $0.cores = 1 }) { postgres in
            await postgres.keepWarm()
            #expect(postgres.metrics.connections == 3)
            try await withOther(postgres) { other in
                let killed = try await other.query(
                    """
                    select array_agg(pid)::text as pids from (
                      select pid, pg_terminate_backend(pid) from pg_stat_activity
                      where datname = current_database() and pid <> pg_backend_pid()) as killed
                    """)[0].get("pids", as: String.self)
                let others: SQL = """
                    select count(*) from pg_stat_activity
                    where datname = current_database() and pid <> pg_backend_pid() and pid <> all (\(killed)::int[])
                    """
                #expect(try await eventually { try await other.number(others) == 3 })
            }
        }
    }

    @Test("Nobody waits for warm connections to a server that is away")
    func away() async {
        let postgres = Postgres("host=/nowhere")
        await postgres.keepWarm()
        #expect(postgres.metrics.connections == 0)
        await postgres.close()
        await postgres.keepWarm()
    }

    @Test("A new connection has planned what others were asked before")
    func learned() async throws {
        try await withPostgres(configure: { $0.cores = 1 }) { postgres in
            try await postgres.query("create table things (a int, b text)")
            for n in 0..<2 { try await postgres.query("select b from things where a = \(n)") }
            for n in 0..<2 { try await postgres.query("insert into things values (\(n), \("thing"))") }
            await postgres.keepWarm()
            // It gets the newest connection.
            let known = try await postgres.transaction {
                try await $0.query(
                    "select statement, generic_plans from pg_prepared_statements where statement like 'select b%' or statement like 'insert%'"
                )
            }
            #expect(known.count == 2)
            for row in known { #expect(try row.get("generic_plans", as: Int.self) == 1) }
            #expect(try await postgres.number("select count(*) from things") == 2)
        }
    }

    @Test("A connection that isn't warm is given nothing as long as another is")
    func coldOne() async throws {
        try await withPostgres(configure: {
            $0.maximumConnections = 2
            $0.warmUpLimit = .seconds(60)
        }) { postgres in
            try await postgres.query("create table things (a int)")
            let first = try await postgres.transaction { transaction in
                for _ in 0..<2 { try await transaction.query("select * from things") }
                return try await transaction.number("select pg_backend_pid()")
            }
            try await withOther(postgres) { other in
                // To plan what was asked, the second has to wait for the lock.
                try await other.transaction { locking in
                    try await locking.query("lock table things in access exclusive mode")
                    // A busy machine may have needed a second one before.
                    try await locking.query(
                        """
                        select pg_terminate_backend(pid, 5000) from pg_stat_activity
                        where datname = current_database() and pid not in (\(first), pg_backend_pid())
                        """)
                    let waiting: SQL = """
                        select count(*) from pg_stat_activity
                        where datname = current_database() and wait_event_type = 'Lock' and query = 'select * from things'
                        """
                    var answeredBy: Set<Int> = []
                    let isSeen = try await eventually {
                        answeredBy = try await backends(postgres)
                        // Not in the transaction, which would go on seeing what it saw first.
                        return try await other.number(waiting) == 1
                    }
                    #expect(isSeen)
                    #expect(answeredBy == [first])
                }
            }
            #expect(try await eventually { try await backends(postgres).count == 2 })
        }
    }

    @Test("What can't be planned in advance keeps no connection from work")
    func unplannable() async throws {
        try await withPostgres(configure: { $0.maximumConnections = 3 }) { postgres in
            try await postgres.query("create table things (a int)")
            for _ in 0..<2 { try await postgres.query("select * from things") }
            for _ in 0..<2 { try await postgres.query("set search_path = public") }
            try await postgres.query("drop table things")
            await postgres.keepWarm()
            #expect(postgres.metrics.connections == 3)
            #expect(try await postgres.transaction { try await $0.number("select 7") } == 7)
        }
    }

    /// Who answers many at once.
    func backends(_ postgres: Postgres) async throws -> Set<Int> {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { try await postgres.number("select pg_backend_pid() from pg_sleep(0.001)") } }
            return try await group.reduce(into: []) { $0.insert($1) }
        }
    }

    func withOther(_ postgres: Postgres, _ body: (Postgres) async throws -> Void) async throws {
        let other = Postgres(postgres.configuration.conninfo)
        do { try await body(other) } catch {
            await other.close(patience: .zero)
            throw error
        }
        await other.close(patience: .zero)
    }
}

extension Transaction {
    func number(_ sql: SQL) async throws -> Int {
        guard let row = try await query(sql).first else { throw Problem("no row") }
        return try row.get(0)
    }
}
