import FoundationEssentials
import Glibc
import Postgres
import Testing

@Suite("Migrations", .timeLimit(.minutes(2))) struct MigrationTests {
    @Test("Files are carried out once, in the order of their numbers")
    func order() async throws {
        try await withPostgres { postgres in
            let folder = try Folder([
                "0002_rows.sql": "insert into things values (1);\ninsert into things values (2);",
                "0001_things.sql": "-- Things; of all kinds\ncreate table things (n int);\n",
                "10_last.sql": "do $$ begin update things set n = n + 1; end $$", "notes.txt": "not sql",
            ])
            #expect(try await postgres.migrate(from: folder.path) == ["0001_things.sql", "0002_rows.sql", "10_last.sql"])
            #expect(try await postgres.migrate(from: folder.path) == [])
            #expect(try await postgres.number("select sum(n)::int from things") == 5)
            try folder.write("0011_more.sql", "")
            #expect(try await postgres.migrate(from: folder.path) == ["0011_more.sql"])
        }
    }

    @Test(
        "What fails changes nothing, and its file and line are named",
        arguments: [
            // The server gives the position, or only the statement is known.
            ("create table a (n int);\n\n\nselect missing\nfrom a;", 4, "column \"missing\" does not exist"),
            (
                "create table a (n int);\ninsert into a values (1);\n-- no;\nselect ';', $x$;$x$;\n/* a\n; */ select 1 / n - 1\n/ (n - 1) from a;\nselect 1;",
                6, "division by zero"
            ),
            ("create table a (n int);\nselect é from\n  nowhere;", 3, "relation \"nowhere\" does not exist"),
            ("create table a (n int);\nthis is no sql", 2, "syntax error at or near \"this\""),
        ])
    func failing(_ text: String, _ line: Int, _ message: String) async throws {
        try await withPostgres { postgres in
            let folder = try Folder(["0001_first.sql": "create table first (n int)", "0002_bad.sql": text, "0003_after.sql": "select 1"])
            let error = await failure { _ = try await postgres.migrate(from: folder.path) }
            #expect(error == .migration("0002_bad.sql, line \(line): \(message)"))
            #expect(try await postgres.number("select count(*) from pg_tables where tablename = 'a'") == 0)
            #expect(try await postgres.query("select name from schema_migrations").map { try $0.get(0) } == ["0001_first.sql"])

            try folder.write("0002_bad.sql", "create table a (n int)")
            #expect(try await postgres.migrate(from: folder.path) == ["0002_bad.sql", "0003_after.sql"])
        }
    }

    @Test("A file that was changed after it had been carried out is refused, and nothing else is done")
    func changed() async throws {
        try await withPostgres { postgres in
            let folder = try Folder(["0001_a.sql": "create table a (n int)"])
            _ = try await postgres.migrate(from: folder.path)
            try folder.write("0001_a.sql", "create table a (n bigint)")
            try folder.write("0002_b.sql", "create table b (n int)")
            let error = await failure { _ = try await postgres.migrate(from: folder.path) }
            #expect(
                error == .migration("0001_a.sql was changed after it had been carried out. Undo that, and put the change into a new file."))
            #expect(try await postgres.number("select count(*) from pg_tables where tablename = 'b'") == 0)
        }
    }

    @Test("Processes that migrate at once carry each file out once")
    func concurrent() async throws {
        try await withPostgres { postgres in
            let folder = try Folder(
                Dictionary(uniqueKeysWithValues: (1...5).map { ("\($0)_step.sql", "create table t\($0) (n int); select pg_sleep(0.05)") }))
            let names = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<4 { group.addTask { try await postgres.migrate(from: folder.path) } }
                return try await group.reduce([], +)
            }
            #expect(names.sorted() == (1...5).map { "\($0)_step.sql" })
        }
    }

    @Test(
        "Files that can't be meant are refused before anything is done",
        arguments: [
            (["0001_a.sql": "select 1", "1_b.sql": "select 1"], "have the same number."),
            (["first.sql": "select 1"], "doesn't begin with a number"),
            (["0001_a.sql": "select '\0'"], "isn't text in UTF-8."),
        ])
    func odd(_ files: [String: String], _ words: String) async throws {
        try await withPostgres { postgres in
            let folder = try Folder(files)
            guard case .migration(let sentence)? = await failure({ _ = try await postgres.migrate(from: folder.path) }) else {
                Issue.record("it isn't refused")
                return
            }
            #expect(sentence.contains(words))
            #expect(try await postgres.number("select count(*) from pg_tables where schemaname = 'public'") == 0)
        }
    }

    @Test(
        "A file may neither end its transaction nor copy from the caller",
        arguments: ["create table a (n int); commit;", "create table a (n int); copy a from stdin;"])
    func unfit(_ text: String) async throws {
        try await withPostgres { postgres in
            let folder = try Folder(["0001_a.sql": text])
            guard case .migration? = await failure({ _ = try await postgres.migrate(from: folder.path) }) else {
                Issue.record("it isn't refused")
                return
            }
            #expect(try await postgres.number("select count(*) from schema_migrations") == 0)
        }
    }

    @Test("Without a folder, the sentence says which")
    func noFolder() async throws {
        try await withPostgres { postgres in
            #expect(
                await failure { _ = try await postgres.migrate(from: "/no/such/folder") }
                    == .migration("There is no folder /no/such/folder."))
        }
    }
}

/// Files in a temporary folder, which goes with it.
final class Folder: Sendable {
    let path: String

    init(_ files: [String: String]) throws {
        var template = Array("/tmp/migrations-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Problem("no temporary folder") }
        path = template.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        for (name, text) in files { try write(name, text) }
    }

    func write(_ name: String, _ text: String) throws {
        guard let file = fopen("\(path)/\(name)", "w") else { throw Problem("\(name) can't be written") }
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        fwrite(bytes, 1, bytes.count, file)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
