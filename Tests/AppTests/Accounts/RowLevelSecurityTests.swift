import FoundationEssentials
import Logging
import Postgres
import Testing

@testable import App

@Suite("Row-level security, the second net under the accounts' rows", .serialized)
struct RowLevelSecurityTests {
    /// The database as the app has it: without a superuser's rights.
    private func withAppDatabase(_ body: (Postgres) async throws -> Void) async throws {
        try await withDatabase(as: Database.appRole, body)
    }

    private func bots(_ statement: SQL = "select name from bots", seenBy person: SignedIn) async throws -> [String] {
        try await person.database.query(statement).map { try $0.get("name", as: String.self) }
    }

    private func couple(_ postgres: Postgres) async throws -> (SignedIn, SignedIn) {
        let (mia, eva) = (try await SignedIn("mia@desk.example", in: postgres), try await SignedIn("eva@desk.example", in: postgres))
        _ = try await mia.database.makeBot(named: "Mia’s", knowing: "We open at 7.", plan: .free)
        _ = try await eva.database.makeBot(named: "Eva’s", knowing: "We open at 9.", plan: .free)
        return (mia, eva)
    }

    @Test("A query that forgets to name the account sees its rows only")
    func select() async throws {
        try await withAppDatabase { postgres in
            let (mia, eva) = try await couple(postgres)
            #expect(try await bots(seenBy: mia) == ["Mia’s"])
            #expect(try await bots(seenBy: eva) == ["Eva’s"])
            #expect(try await postgres.query("select from bots").count == 2, "without an account, the net is open")
            let tables = try await postgres.query(
                "select table_name as name from information_schema.columns where column_name = 'account_id' and table_schema = 'public'"
            ).map { try $0.get("name", as: String.self) }
            #expect(tables.count > 10)
            for table in tables + ["accounts"] {
                let column = table == "accounts" ? "id" : "account_id"
                let foreign = try await mia.database.query(
                    "select from \(unsafeRaw: table) where \(unsafeRaw: column) is distinct from \(mia.session.account)")
                #expect(foreign.isEmpty, "\(table) shows another account's rows")
                let policies = try await postgres.query(
                    """
                    select from pg_policies join pg_class on oid = tablename::regclass
                    where tablename = \(table) and policyname = 'tenant' and relrowsecurity and relforcerowsecurity
                    """)
                #expect(policies.count == 1, "\(table) isn't protected")
            }
        }
    }

    @Test("A further table is protected by one line")
    func protect() async throws {
        try await withDatabase { postgres in
            try await postgres.query("create table \"Further notes\" (account_id uuid)")
            try await postgres.query("select protect('\"Further notes\"')")
            let protected = try await postgres.query(
                """
                select qual, relrowsecurity and relforcerowsecurity as is_forced from pg_policies join pg_class on relname = tablename
                where tablename in ('bots', 'Further notes') and policyname = 'tenant'
                """)
            #expect(try protected.allSatisfy { try $0.get("is_forced", as: Bool.self) })
            let policies = try protected.map { try $0.get("qual", as: String.self) }
            #expect(policies.count == 2 && Set(policies).count == 1)
        }
    }

    @Test("Nor can it change, delete, or add another account's rows")
    func change() async throws {
        try await withAppDatabase { postgres in
            let (mia, eva) = try await couple(postgres)
            #expect(try await mia.database.query("update bots set name = 'Mine'").affected == 1)
            #expect(try await mia.database.query("delete from passages").affected == 1)
            #expect(try await bots(seenBy: eva) == ["Eva’s"])
            let statements: [SQL] = [
                "insert into bots (id, account_id, name) values (\(UUID()), \(eva.session.account), 'Planted')",
                "update bots set account_id = \(eva.session.account)",
                "insert into members (account_id, user_id, role) values (\(eva.session.account), \(mia.session.user), 'owner')",
            ]
            for statement in statements {
                await #expect(throws: PostgresError.self, "\(statement)") { try await mia.database.query(statement) }
            }
            #expect(try await postgres.count("bots") == 2)
            #expect(try await postgres.count("members") == 2)
        }
    }

    @Test("An account that was seen in one transaction isn't in the next on the same connection")
    func leavesNothing() async throws {
        try await withAppDatabase { postgres in
            let (mia, _) = try await couple(postgres)
            for _ in 0..<20 {
                _ = try await bots(seenBy: mia)
                try await mia.database.transaction { _ = try await $0.query("select from bots") }
                #expect(try await postgres.count("bots") == 2)
            }
        }
    }

    @Test("A superuser passes the net, and App check says so")
    func superuser() async throws {
        try await withDatabase { postgres in
            let (mia, _) = try await couple(postgres)
            #expect(try await bots(seenBy: mia).count == 2)
            #expect(try await check(postgres).contains("superuser"))
        }
        try await withAppDatabase { postgres in
            let words = try await check(postgres)
            #expect(!words.contains("superuser") && words.contains("Row-level security holds"))
        }
    }

    private func check(_ postgres: Postgres) async throws -> String {
        var words = ""
        try await withFolder { folder in
            let configuration = try Configuration(environment: ["DATA_DIR": folder])
            let application = FrontdeskApplication(configuration: configuration, postgres: postgres, log: Logger(label: "test"))
            words = await Check(application: application).report().text
        }
        return words
    }
}
