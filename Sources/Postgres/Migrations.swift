import FoundationEssentials

extension Postgres {
    /// The key of the advisory lock under which migrations run, so that of several processes one does it and the others wait.
    private static let lock: Int64 = 0x66_64_6d_69_67

    /// Carries out the numbered `.sql` files of a folder that weren't yet, in order of their names, each in a
    /// transaction together with its note in `schema_migrations`.
    /// - Returns: the names of those that were carried out.
    /// - Throws: `PostgresError.migration`, which names the file and the line. What failed has changed nothing.
    public func migrate(from directory: String) async throws -> [String] {
        let files = try migrations(in: directory)
        return try await transaction { lockHolder in
            try await lockHolder.query("select pg_advisory_xact_lock(\(Self.lock))")
            try await query("create table if not exists schema_migrations (name text primary key, checksum text not null, applied_at timestamptz not null default now())")
            let applied = try await appliedMigrations()
            for file in files { try file.check(against: applied[file.name]) }
            let missing = files.filter { applied[$0.name] == nil }
            for file in missing { try await apply(file) }
            return missing.map(\.name)
        }
    }

    private func appliedMigrations() async throws -> [String: String] {
        var applied: [String: String] = [:]
        for row in try await query("select name, checksum from schema_migrations") {
            applied[try row.get("name")] = try row.get("checksum", as: String.self)
        }
        return applied
    }

    private func apply(_ file: Migration) async throws {
        try await transaction { transaction in
            for statement in file.statements {
                do {
                    try await transaction.query(SQL("\(unsafeRaw: statement.text)"))
                } catch let error as PostgresError {
                    throw PostgresError.migration("\(file.name), line \(statement.line(of: error)): \(error.words)")
                }
            }
            try await transaction.query("insert into schema_migrations (name, checksum) values (\(file.name), \(file.checksum))")
        }
    }

    private func migrations(in directory: String) throws -> [Migration] {
        try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".sql") }.sorted().map { name in
            Migration(name: name, text: try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8))
        }
    }
}

/// One file of statements.
struct Migration {
    struct Statement: Equatable {
        let text: String
        /// Of its first character, from 1.
        let line: Int
    }

    let name: String
    let text: String

    /// Tells a file that was edited from one that wasn't: FNV-1a of its bytes.
    var checksum: String {
        String(text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 16)
    }

    func check(against applied: String?) throws(PostgresError) {
        guard let applied, applied != checksum else { return }
        throw .migration("\(name) was changed after it had been carried out. Undo that, and put the change into a new file.")
    }

    /// The statements, split at semicolons outside quotes, dollar quotes, parentheses' bodies and comments.
    var statements: [Statement] {
        var splitter = StatementSplitter(text)
        return splitter.statements()
    }
}

extension Migration.Statement {
    /// The line in the file at which the server saw the error.
    func line(of error: PostgresError) -> Int {
        guard case .server(_, _, let position?) = error else { return line }
        return line + text.unicodeScalars.prefix(max(0, position - 1)).count { $0 == "\n" }
    }
}

extension PostgresError {
    fileprivate var words: String {
        if case .server(_, let message, _) = self { message } else { "\(self)" }
    }
}
