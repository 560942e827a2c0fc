import FoundationEssentials
import Jobs
import Logging
import Postgres
import Zip

/// Takes an archive that was sent: all of it, or nothing. A job, as it may take minutes.
struct ImportArchive: Sendable {
    static let kind = "import_archive"
    static let timeout = Duration.seconds(30 * 60)
    static let retries = RetryPolicy(maximumAttempts: 3, firstBackoff: .seconds(5))

    let postgres: Postgres

    static func enqueueing(_ id: UUID, of account: UUID) -> SQL {
        .enqueue(kind, payload: id.lowercased, account: account, uniqueKey: id.lowercased)
    }

    var handlers: [Handler] {
        [Handler(Self.kind, timeout: Self.timeout, retries: Self.retries) { job, lease in try await take(job, lease) }]
    }

    private func take(_ job: Job, _ lease: Lease) async throws {
        guard let id = UUID(text: job.payload[...]), let account = job.account else { throw JobFailure.permanent("no archive") }
        let database = AccountDatabase(postgres, account: account)
        let begun = try await database.query(
            """
            update imports set state = 'running', done = 0, total = null where id = \(id) and account_id = \(account)
            returning bytes, user_id
            """
        ).first
        guard let begun else { return }
        do {
            let archive = try await archive(id, bytes: begun.get("bytes", as: Int.self), database)
            let manifest = try await archive.manifest()
            try await database.query("update imports set total = \(manifest.total) where id = \(id) and account_id = \(account)")
            let importer = try begun.get("user_id", as: UUID?.self)
            do {
                try await put(archive, manifest, .kept, id, by: importer, database, lease)
            } catch PostgresError.uniqueViolation {
                // Something of it is here already: it comes again beside that, under new ids.
                do {
                    try await put(archive, manifest, .renewed(id), id, by: importer, database, lease)
                } catch PostgresError.uniqueViolation {
                    throw ArchiveProblem(sentence: "Nothing was imported: something in it comes twice.")
                }
            }
        } catch let problem as ArchiveProblem {
            try await fail(id, problem.sentence, database, lease)
        } catch let problem as ZipProblem {
            try await fail(id, ArchiveProblem(problem).sentence, database, lease)
        } catch  where job.attempt >= Self.retries.maximumAttempts && !(error is CancellationError) {
            try await fail(id, "We couldn’t import this, and it is our fault, not yours. Please try again later.", database, lease)
        }
    }

    private func archive(_ id: UUID, bytes: Int, _ database: AccountDatabase) async throws -> Archive {
        let pieces = ArchivePieces(id: id, bytes: bytes, database: database)
        return try Archive(try await ZipReader(byteCount: bytes) { try await pieces.bytes($0) }, bytes: bytes)
    }

    private func put(
        _ archive: Archive, _ manifest: ArchiveManifest, _ ids: ArchiveIDs, _ id: UUID, by importer: UUID?, _ database: AccountDatabase,
        _ lease: Lease
    ) async throws {
        try await database.transaction { transaction in
            let writer = try await ArchivePut(transaction, database, ids, by: importer) { done in
                // Not in the transaction: whoever waits sees it.
                _ = try? await database.query("update imports set done = \(done) where id = \(id) and account_id = \(database.account)")
            }
            try await writer.put(archive, manifest)
            try await transaction.query("delete from import_pieces where import_id = \(id) and account_id = \(database.account)")
            try await transaction.query(
                """
                update imports set state = 'done', done = \(manifest.total), finished_at = now()
                where id = \(id) and account_id = \(database.account)
                """)
            try await lease.complete(in: transaction)
        }
    }

    private func fail(_ id: UUID, _ problem: String, _ database: AccountDatabase, _ lease: Lease) async throws {
        try await database.transaction { transaction in
            try await lease.complete(in: transaction)
            try await transaction.pipeline([
                "delete from import_pieces where import_id = \(id) and account_id = \(database.account)",
                """
                update imports set state = 'failed', problem = \(problem), finished_at = now()
                where id = \(id) and account_id = \(database.account)
                """,
            ])
        }
    }
}

/// The stored pieces of an archive, as if they were one file.
private actor ArchivePieces {
    let id: UUID
    let bytes: Int
    let database: AccountDatabase
    /// Files are read from their beginning to their end.
    private var last: (position: Int, content: [UInt8])?

    init(id: UUID, bytes: Int, database: AccountDatabase) {
        self.id = id
        self.bytes = bytes
        self.database = database
    }

    func bytes(_ range: Range<Int>) async throws -> [UInt8] {
        guard range.upperBound <= bytes else { throw ZipProblem.damaged }
        var found: [UInt8] = []
        var place = range.lowerBound
        while place < range.upperBound {
            let piece = try await piece(place / Imports.pieceBytes)
            let part = piece.dropFirst(place % Imports.pieceBytes).prefix(range.upperBound - place)
            guard !part.isEmpty else { throw ZipProblem.damaged }
            found += part
            place += part.count
        }
        return found
    }

    private func piece(_ position: Int) async throws -> [UInt8] {
        if let last, last.position == position { return last.content }
        let row = try await database.query(
            """
            select content from import_pieces
            where import_id = \(id) and account_id = \(database.account) and position = \(position)
            """
        ).first
        guard let content = try row?.get("content", as: [UInt8].self) else { throw ZipProblem.damaged }
        last = (position, content)
        return content
    }
}
