import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Postgres
import Templates

/// An archive that is sent: stored in pieces as it comes, and taken by a job.
enum Imports {
    static let pieceBytes = 1_048_576
    static let shown = 3
    /// Of an upload that nobody finished, and nobody ended.
    static let uploadMinutes = 60
    /// Of an upload: its process died.
    static let isForgotten = "state = 'uploading' and created_at < now() - interval '\(uploadMinutes) minutes'"

    static let columns = "id, state, problem, bytes, done, total, created_at, finished_at"
}

extension ImportView {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id", as: UUID.self).lowercased, state: try row.get("state", as: String.self),
            problem: try row.get("problem", as: String?.self), bytes: try Int64(row.count("bytes")), done: try row.count("done"),
            total: try row.get("total", as: Int?.self), createdAt: try row.moment("created_at"),
            finishedAt: try row.momentIfAny("finished_at"))
    }
}

extension AccountDatabase {
    func imports() async throws -> [ImportView] {
        try await query(
            """
            select \(unsafeRaw: Imports.columns) from imports where account_id = \(account)
            order by created_at desc, id limit \(Imports.shown)
            """
        ).map(ImportView.init)
    }

    /// - Throws: `Failure.notFound` where the account has no such import.
    func importOfArchive(_ id: UUID) async throws -> ImportView {
        let row = try await query("select \(unsafeRaw: Imports.columns) from imports where id = \(id) and account_id = \(account)").first
        guard let row else { throw Failure.notFound }
        return try ImportView(row)
    }

    /// Stores an archive as it comes, and has a job take it. Nothing is left of one that doesn't come whole.
    /// - Throws: `Failure` where another is on its way, or the archive is too large.
    func takeIn(_ archive: some AsyncSequence<ByteBuffer, any Error>, as kind: ArchiveUpload.Kind, for user: UUID) async throws -> UUID {
        let id = UUID()
        do {
            try await query("insert into imports (id, account_id, user_id, state) values (\(id), \(account), \(user), 'uploading')")
        } catch PostgresError.uniqueViolation {
            throw Failure.importIsRunning
        }
        do {
            try await store(archive, as: kind, of: id)
        } catch {
            // Whoever left can't ask the database any more.
            await Task { _ = try? await query("delete from imports where id = \(id) and account_id = \(account)") }.value
            throw error
        }
        return id
    }

    private func store(_ archive: some AsyncSequence<ByteBuffer, any Error>, as kind: ArchiveUpload.Kind, of id: UUID) async throws {
        var upload = ArchiveUpload(kind)
        var position = 0
        var bytes = 0
        for try await buffer in archive {
            try upload.add(Array(buffer.readableBytesView))
            guard bytes + upload.waiting <= ArchiveLimits.bytes else { throw Failure.tooLarge }
            while let piece = upload.taken(Imports.pieceBytes) {
                if position == 0 { try check(piece, kind) }
                bytes += piece.count
                try await store(piece, at: position, of: id)
                position += 1
            }
        }
        let rest = try upload.end()
        guard bytes + rest.count > 0 else { throw Failure.invalid(["file": "Please choose a file."]) }
        if position == 0 { try check(rest, kind) }
        try await store(rest, at: position, of: id)
        try await pipeline([
            "update imports set state = 'waiting', bytes = \(bytes + rest.count) where id = \(id) and account_id = \(account)",
            ImportArchive.enqueueing(id, of: account),
        ])
    }

    /// What isn't even a zip file is said at once where somebody chose it.
    private func check(_ beginning: [UInt8], _ kind: ArchiveUpload.Kind) throws(Failure) {
        guard case .form = kind, !beginning.starts(with: "PK".utf8) else { return }
        throw .invalid(["file": ArchiveProblem.damaged.sentence])
    }

    private func store(_ piece: [UInt8], at position: Int, of id: UUID) async throws {
        try await query(
            "insert into import_pieces (import_id, account_id, position, content) values (\(id), \(account), \(position), \(piece))")
    }
}

extension Failure {
    fileprivate static let importIsRunning = Failure(
        status: .conflict, code: "import_is_running", message: "An archive is being imported already. Please wait until that is done.")
}
