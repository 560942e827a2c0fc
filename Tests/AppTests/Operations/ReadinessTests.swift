import FoundationEssentials
import Postgres
import Testing

@testable import App

@Suite("Readiness")
struct ReadinessTests {
    private static let writable = Readiness.Folder(name: "the data folder", path: "/tmp")

    @Test("All is well where the database and the folders can be written")
    func well() async throws {
        try await withDatabase { postgres in
            #expect(await Readiness(postgres, folders: [Self.writable]).problem() == nil)
        }
    }

    @Test("It is tried once, however many ask, and soon again")
    func once() async throws {
        try await withDatabase { postgres in
            let readiness = Readiness(postgres, folders: [])
            _ = try await postgres.query("create table tries as select 0 as count")
            _ = try await postgres.query(
                "create function count_try() returns trigger language plpgsql as $$ begin update tries set count = count + 1; return null; end $$"
            )
            _ = try await postgres.query(
                "create trigger tried after insert or update on readiness for each row execute function count_try()")
            await withTaskGroup(of: String?.self) { group in
                for _ in 0..<50 { group.addTask { await readiness.problem() } }
                for await problem in group { #expect(problem == nil) }
            }
            #expect(try await postgres.query("select count from tries").first?.get("count", as: Int.self) == 1)
        }
    }

    @Test("A database that answers but can't write isn't ready")
    func onlyReading() async throws {
        try await withDatabase { postgres in
            _ = try await postgres.query("alter table readiness add check (written_at < '2000-01-01')")
            #expect(await Readiness(postgres, folders: []).problem() == "the database can't write")
            _ = try await postgres.query("alter table messages rename to gone")
            #expect(await Readiness(postgres, folders: []).problem() == "the database can't be reached")
        }
    }

    @Test("A folder that isn't there, or can't be written, is named by what it is for", arguments: ["/nonexistent", "/proc", "/dev/null"])
    func folder(_ path: String) async throws {
        try await withDatabase { postgres in
            let readiness = Readiness(postgres, folders: [Self.writable, Readiness.Folder(name: "the other folder", path: path)])
            #expect(await readiness.problem() == "the other folder can't be written")
        }
    }

    @Test("The data folder counts where something is kept in it")
    func dataFolder() throws {
        let keys = String(repeating: "A", count: 43) + "="
        func names(_ environment: [String: String]) throws -> [String] {
            try Configuration(environment: environment).writtenFolders.map(\.name)
        }
        #expect(try names([:]) == ["the data folder", "the temporary folder"])
        #expect(try names(["DATABASE_URL": "postgres://db/x"]) == ["the data folder", "the temporary folder"])
        #expect(try names(["DATABASE_URL": "postgres://db/x", "SECRET_KEYS": keys]) == ["the temporary folder"])
    }
}
