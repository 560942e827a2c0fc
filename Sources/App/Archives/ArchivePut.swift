import FoundationEssentials
import Postgres
import Reading

/// Puts an archive's rows into an account, in one transaction. Whatever the archive says, they are this account's.
struct ArchivePut {
    private static let rowsAtOnce = 500
    private static let bytesAtOnce = 1_048_576
    private static let pieceBytes = Source.pieceBytes

    private let transaction: Transaction
    private let account: UUID
    private let ids: ArchiveIDs
    private let catalog: ArchiveCatalog
    private let persons: ArchivePersons
    /// Is told how many rows have been put.
    private let progress: (Int) async -> Void

    init(
        _ transaction: Transaction, _ database: AccountDatabase, _ ids: ArchiveIDs, by importer: UUID?,
        progress: @escaping (Int) async -> Void
    ) async throws {
        self.transaction = transaction
        self.ids = ids
        self.progress = progress
        account = database.account
        catalog = try await ArchiveCatalog(transaction)
        let members = try await transaction.query("select user_id from members where account_id = \(database.account)")
        persons = ArchivePersons(members: Set(try members.map { try $0.get("user_id", as: UUID.self) }), importer: importer)
    }

    /// - Throws: `ArchiveProblem`; `PostgresError.uniqueViolation` where something of it is here already.
    func put(_ archive: Archive, _ manifest: ArchiveManifest) async throws {
        // Locks the account, so that nobody fills it meanwhile.
        try await transaction.query("select from accounts where id = \(account) for update")
        try await transaction.query("set constraints all deferred")
        var bots: Set<UUID> = []
        var done = 0
        for table in ArchiveTable.all where table.shown == nil {
            let expected = manifest.rows[table.name] ?? 0
            done += try await put(table, expected, of: archive, after: done, &bots)
        }
        for files in ArchiveTable.files { try await put(files, of: archive) }
        do {
            try await transaction.query("set constraints all immediate")
        } catch  where error.isOfContent {
            throw ArchiveProblem(sentence: "Nothing was imported: something in it names what isn’t in it.")
        }
        try await ArchiveCheck(transaction: transaction, account: account, bots: Array(bots)).check()
    }

    private func put(
        _ table: ArchiveTable, _ expected: Int, of archive: Archive, after done: Int, _ bots: inout Set<UUID>
    ) async throws -> Int {
        if catalog.namesBot(table) {
            // What the database noted by itself, while the rows before were put: the archive has it as it was.
            try await transaction.query(
                "delete from \(unsafeRaw: table.name) where account_id = \(account) and bot_id = any(\(Array(bots))::uuid[])")
        }
        var batch = Batch()
        var count = 0
        var reader = ArchiveRows(table: table, catalog: catalog, ids: ids, persons: persons)
        try await archive.readLines(of: table) { line, number in
            guard number <= expected else { throw ArchiveProblem.damaged }
            let row = try reader.read(line, number: number)
            if table.place.isItself, let id = row.id { bots.insert(id) }
            batch.add(row.json, number)
            count = number
            guard batch.count >= Self.rowsAtOnce || batch.bytes >= Self.bytesAtOnce else { return }
            try await put(batch, into: table, reader.given)
            batch = Batch()
            await progress(done + count)
        }
        guard count == expected else { throw ArchiveProblem.damaged }
        if batch.count > 0 { try await put(batch, into: table, reader.given) }
        return count
    }

    private struct Batch {
        var rows: [UInt8] = []
        var first = 0
        var count = 0
        var bytes: Int { rows.count }

        mutating func add(_ row: [UInt8], _ number: Int) {
            if count == 0 { first = number }
            rows.append(UInt8(ascii: count == 0 ? "[" : ","))
            rows += row
            count += 1
        }
    }

    /// - Parameter given: the columns that the rows have.
    private func put(_ batch: Batch, into table: ArchiveTable, _ given: [String]) async throws {
        let others = table.without.compactMap { name, value in value.map { (name: name, value: $0) } }
        let names = (given + others.map(\.name)).map { ", \"\($0)\"" }.joined()
        let values = (given.map { ", r.\"\($0)\"" } + others.map { ", \($0.value)" }).joined()
        let rows = String(decoding: batch.rows + [UInt8(ascii: "]")], as: UTF8.self)
        do {
            // In their order, which decides where the database counts them.
            try await transaction.query(
                """
                insert into \(unsafeRaw: table.name) (account_id\(unsafeRaw: names))
                select \(account)\(unsafeRaw: values)
                from json_populate_recordset(null::\(unsafeRaw: table.name), \(rows)::json) r
                """)
        } catch  where error.isOfContent {
            throw ArchiveProblem.refused(
                table.name, row: batch.first,
                error.isOfReference ? "something names what isn’t in the archive" : "something isn’t as it should be")
        }
    }

    private func put(_ files: ArchiveFiles, of archive: Archive) async throws {
        var total = 0
        try await archive.readFiles(files, pieceBytes: Self.pieceBytes) { row, position, piece in
            total += piece.count
            guard total <= ArchiveLimits.bytes, position <= FileReader.maximumBytes / Self.pieceBytes else { throw ArchiveProblem.tooLarge }
            do {
                try await transaction.query(
                    """
                    insert into \(unsafeRaw: files.pieces) (\(unsafeRaw: files.key), account_id, position, content)
                    values (\(ids(row)), \(account), \(position), \(piece))
                    """)
            } catch  where error.isOfContent {
                throw ArchiveProblem(sentence: "Nothing was imported: it holds a file of something that isn’t in it.")
            }
        }
    }
}

/// Persons are of a server, not of an account: who isn't a member here becomes nobody, or, where somebody is needed, whoever
/// imports.
struct ArchivePersons: Sendable {
    let members: Set<UUID>
    let importer: UUID?

    func callAsFunction(_ id: UUID?, isNeeded: Bool) -> UUID? {
        if let id, members.contains(id) { return id }
        return isNeeded ? importer : nil
    }
}

extension ArchiveTable.Place {
    fileprivate var isItself: Bool { if case .itself = self { true } else { false } }
}

extension Error {
    fileprivate var isOfReference: Bool { if case .foreignKeyViolation? = self as? PostgresError { true } else { false } }

    /// Whether rows were refused for what is in them. Not: for what is here already.
    fileprivate var isOfContent: Bool {
        switch self as? PostgresError {
        case .foreignKeyViolation, .checkViolation, .notNullViolation, .exclusionViolation, .nulCharacter: true
        case .server(let state, _, _): state.hasPrefix("22") || state.hasPrefix("23") || state == "42804"
        default: false
        }
    }
}
