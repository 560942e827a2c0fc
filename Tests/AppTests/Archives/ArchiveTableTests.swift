import Foundation
import Postgres
import Testing

@testable import App

@Suite struct ArchiveTableTests {
    @Test func everyTableThatNamesAnAccountIsInTheArchiveOrLeftForAReason() async throws {
        try await withDatabase { postgres in
            let rows = try await postgres.query(
                "select table_name from information_schema.columns where table_schema = 'public' and column_name = 'account_id'")
            let tables = Set(try rows.map { try $0.get("table_name", as: String.self) })
            let written = (ArchiveTable.all + ArchiveTable.ofAccount).map(\.name) + ArchiveTable.files.map(\.pieces)
            let known = Set(written + ArchiveTable.left.keys)
            #expect(tables.subtracting(known) == [], "add a line to ArchiveTable.all, or to ArchiveTable.left with a reason")
            #expect(known.subtracting(tables) == [], "these are gone")
            #expect(written.count + ArchiveTable.left.count == known.count, "a table stands in two lists")
        }
    }

    @Test func everyColumnThatIsPutBackHasARule() async throws {
        try await withDatabase { postgres in
            try await postgres.transaction { transaction in
                let catalog = try await ArchiveCatalog(transaction)
                for table in ArchiveTable.all where table.shown == nil {
                    let columns = catalog.columns(of: table)
                    for column in columns {
                        #expect(
                            ArchiveRule(column, of: table) != nil,
                            "\(table.name).\(column.name): add its type to ArchiveRule, or its shape to ArchiveTable")
                    }
                    #expect(Set(table.shapes.keys).subtracting(columns.map(\.name)) == [], "\(table.name): these are gone")
                }
            }
        }
    }

    @Test func noSecretIsWritten() async throws {
        try await withDatabase { postgres in
            try await postgres.transaction { transaction in
                let catalog = try await ArchiveCatalog(transaction)
                for table in ArchiveTable.all where table.shown == nil {
                    for column in catalog.columns(of: table) {
                        #expect(!column.name.contains("secret") && column.name != "key_hash", "\(table.name).\(column.name)")
                        // Texts of versions are named by their hashes.
                        #expect(
                            column.type != "bytea" || ["version_texts", "bot_versions"].contains(table.name), "\(table.name).\(column.name)"
                        )
                    }
                }
            }
        }
    }

    @Test func whatNamesAnotherTableComesBehindIt() async throws {
        try await withDatabase { postgres in
            let order = ArchiveTable.all.map(\.name)
            let references = try await postgres.query(
                """
                select conrelid::regclass::text as child, confrelid::regclass::text as parent from pg_constraint
                where contype = 'f' and conrelid <> confrelid
                """)
            for row in references {
                guard let child = order.firstIndex(of: try row.get("child", as: String.self)),
                    let parent = order.firstIndex(of: try row.get("parent", as: String.self))
                else { continue }
                #expect(parent < child, "\(order[child]) names \(order[parent])")
            }
        }
    }
}

@Suite struct ArchiveUploadTests {
    private static let form =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\nContent-Type: application/zip\r\n\r\none\r\n--two\r\n--b--\r\n"

    @Test(arguments: [1, 2, 3, 7, 1_000]) func aFilesBytesComeOutHoweverTheFormIsCut(bytes: Int) throws {
        var upload = ArchiveUpload(.form("b"))
        var rest = Array(Self.form.utf8)[...]
        while !rest.isEmpty {
            try upload.add(Array(rest.prefix(bytes)))
            rest = rest.dropFirst(bytes)
        }
        #expect(try upload.end() == Array("one\r\n--two".utf8))
    }

    @Test func aBodyThatIsTheFileNeedsNoForm() throws {
        var upload = ArchiveUpload(.file)
        try upload.add([1, 2, 3])
        try upload.add([4])
        #expect(upload.taken(3) == [1, 2, 3])
        #expect(upload.taken(3) == nil)
        #expect(try upload.end() == [4])
    }

    @Test func aFormThatEndsEarlyIsRefused() throws {
        for length in 0..<(Self.form.utf8.count - 4) {
            var upload = ArchiveUpload(.form("b"))
            try upload.add(Array(Self.form.utf8.prefix(length)))
            #expect(throws: Failure.self) { try upload.end() }
        }
    }
}

@Suite struct ArchiveIDsTests {
    private let id = UUID()

    @Test func idsStayOrBecomeOthersTheSameWhereverTheyAreNamed() {
        let salt = UUID()
        #expect(ArchiveIDs.kept(id) == id)
        #expect(ArchiveIDs.renewed(salt)(id) == ArchiveIDs.renewed(salt)(id))
        #expect(ArchiveIDs.renewed(salt)(id) != id)
        #expect(ArchiveIDs.renewed(salt)(id) != ArchiveIDs.renewed(UUID())(id))
        #expect(ArchiveIDs.renewed(salt).renewed(in: id.lowercased) == ArchiveIDs.renewed(salt)(id).lowercased)
        #expect(ArchiveIDs.renewed(salt).renewed(in: "context") == "context")
    }

    @Test func aRenewedTokenLooksLikeOne() {
        let token = ArchiveIDs.renewed(UUID())(token: String(repeating: "a", count: 32))
        #expect(token.utf8.count == 32 && token.allSatisfy(\.isHexDigit))
    }
}
