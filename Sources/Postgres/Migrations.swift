import Glibc
import Threads

extension Postgres {
    /// Carries out the numbered `.sql` files of a folder that weren't yet, in the order of their names, each in a
    /// transaction together with its row in `schema_migrations`. Of several processes one does it, and the others wait.
    /// - Returns: the names of those that were carried out.
    /// - Throws: `.migration`, which names the file and the line. What failed has changed nothing.
    public func migrate(from directory: String) async throws -> [String] {
        let files = try MigrationFile.all(in: directory)
        let migrator = Migrator(conninfo: configuration.conninfo, giveUpAt: deadline(after: configuration.connectTimeout))
        return try await withCheckedThrowingContinuation { continuation in
            let isStarted = startThread {
                continuation.resume(with: Swift.Result { () throws(PostgresError) in try migrator.carryOut(files) })
            }
            if !isStarted { continuation.resume(throwing: PostgresError.unavailable("no thread for migrations")) }
        }
    }
}

/// Carries files out over a connection of its own, for which it blocks its thread. Whole files go to the server, which
/// knows best where statements end.
struct Migrator: Sendable {
    /// Of the advisory lock under which migrations run.
    static let lock: Int64 = 0x66_64_6d_69_67
    /// Between two attempts to reach a server that is away.
    static let retryMicroseconds: UInt32 = 200_000

    let conninfo: String
    let giveUpAt: UInt64

    func carryOut(_ files: [MigrationFile]) throws(PostgresError) -> [String] {
        let connection = try connect()
        // Until the connection is closed.
        _ = try connection.run("select pg_advisory_lock(\(Self.lock))")
        _ = try connection.run(
            """
            create table if not exists schema_migrations (
              name text primary key, checksum text not null, applied_at timestamptz not null default now())
            """)
        var applied: [String] = []
        for file in files where try !isApplied(file, connection) {
            try apply(file, connection)
            applied.append(file.name)
        }
        return applied
    }

    private func connect() throws(PostgresError) -> BlockingConnection {
        while true {
            do {
                return try BlockingConnection(conninfo)
            } catch {
                guard error.isTransient, monotonicNow() < giveUpAt else { throw error }
                usleep(Self.retryMicroseconds)
            }
        }
    }

    private func isApplied(_ file: MigrationFile, _ connection: BlockingConnection) throws(PostgresError) -> Bool {
        let rows = try connection.run(
            """
            select checksum = encode(sha256(convert_to(\(file.text), 'UTF8')), 'hex') as same
            from schema_migrations where name = \(file.name)
            """)
        guard let row = rows.first else { return false }
        if try row.get("same") { return true }
        throw .migration("\(file.name) was changed after it had been carried out. Undo that, and put the change into a new file.")
    }

    private func apply(_ file: MigrationFile, _ connection: BlockingConnection) throws(PostgresError) {
        _ = try connection.run("begin")
        do {
            try connection.runScript(file.text)
        } catch {
            throw .migration("\(file.name), line \(error.line(in: file.text)): \(error.message)")
        }
        guard connection.isInTransaction else { throw .migration("\(file.name) ends its transaction, which it must not.") }
        _ = try connection.run(
            """
            insert into schema_migrations (name, checksum)
            values (\(file.name), encode(sha256(convert_to(\(file.text), 'UTF8')), 'hex'))
            """)
        _ = try connection.run("commit")
    }
}
