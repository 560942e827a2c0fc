import Postgres
import Testing

@Suite("Errors", .timeLimit(.minutes(2))) struct ErrorTests {
    @Test("A broken rule has a name, with its constraint or column")
    func violations() async throws {
        try await withPostgres { postgres in
            try await postgres.query("create table owners (id int constraint owners_key primary key)")
            try await postgres.query(
                """
                create table pets (owner int not null constraint pets_owner references owners, age int constraint pets_age check (age >= 0))
                """)
            try await postgres.query("insert into owners values (1)")
            #expect(
                await failure { try await postgres.query("insert into owners values (1)") } == .uniqueViolation(constraint: "owners_key"))
            #expect(
                await failure { try await postgres.query("insert into pets values (2, 1)") }
                    == .foreignKeyViolation(constraint: "pets_owner"))
            #expect(
                await failure { try await postgres.query("insert into pets values (1, -1)") } == .checkViolation(constraint: "pets_age"))
            #expect(await failure { try await postgres.query("insert into pets (age) values (1)") } == .notNullViolation(column: "owner"))
        }
    }

    @Test("An error tells the server's state, and the place in the statement")
    func serverErrors() async throws {
        try await withPostgres { postgres in
            let error = await failure { try await postgres.query("select nothing from nowhere") }
            #expect(error == .server(sqlState: "42P01", message: "relation \"nowhere\" does not exist", position: 21))
            #expect(error?.isTransient == false)
        }
    }

    @Test(
        "No error shows a value",
        arguments: [
            "select \("s3cret")::int", "select \("s3cret\" select \"")::int", "select \("s3cret")::date",
            "select to_tsquery(\("s3cret & !"))", "select \("[s3cret")::int[]", "select \("s3cret")::jsonb",
        ] as [SQL])
    func values(_ sql: SQL) async throws {
        try await withPostgres { postgres in
            let error = try #require(await failure { try await postgres.query(sql) })
            #expect(!"\(error)".contains("s3cret"))
            #expect(!String(reflecting: error).contains("s3cret"))
            #expect(!"\(sql)".contains("s3cret"))
        }
    }

    @Test(
        "No error shows the password",
        arguments: [
            "postgresql://me:pa%zzs3cret@localhost/x", "postgres//me:s3cret@localhost/x", "postgresql://me:s3cret/x@localhost:1/x",
            "postgresql://me:x@s3cret@localhost/x", "host=/nowhere password=s3cret user=me", "password=s3cret host",
            "host=127.0.0.1 port=1 password=s3cret",
        ])
    func passwords(_ conninfo: String) async {
        var configuration = Postgres.Configuration(conninfo)
        configuration.connectTimeout = .milliseconds(300)
        let postgres = Postgres(configuration)
        let error = await failure { try await postgres.query("select 1") }
        #expect(error != nil)
        #expect(!String(reflecting: error).contains("s3cret"))
        #expect(!(error.map { "\($0)" } ?? "s3cret").contains("s3cret"))
        await postgres.close()
    }

    @Test("A copy to or from the caller is refused, and costs others nothing")
    func copies() async throws {
        try await withPostgres { (postgres) async throws in
            for sql: SQL in ["copy (select 1) to stdout", "copy pg_class from stdin"] {
                #expect(await failure { try await postgres.query(sql) } != nil)
                #expect(try await postgres.number("select 1") == 1)
            }
        }
    }

    @Test("What may succeed a moment later is transient, and nothing else")
    func transience() {
        let transient: [PostgresError] = [
            .connectionLost, .unavailable(""), .queueFull(limit: 1), .timedOut, .serializationFailure, .deadlock,
            .server(sqlState: "53300", message: "", position: nil),
        ]
        let lasting: [PostgresError] = [
            .uniqueViolation(constraint: ""), .cancelled, .nulCharacter, .server(sqlState: "42601", message: "", position: nil),
        ]
        for error in transient { #expect(error.isTransient) }
        for error in lasting { #expect(!error.isTransient) }
    }
}
