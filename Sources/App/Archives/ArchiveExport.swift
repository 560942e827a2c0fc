import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Postgres
import Synchronization
import Templates
import Zip

/// An account, or one of its bots, as an archive: read and sent in parts, all as of one moment.
struct ArchiveExport: Sendable {
    /// Each has a connection to the database of its own.
    static let maximumAtOnce = 2
    /// However slowly it is taken.
    static let maximumDuration = Duration.seconds(30 * 60)
    /// So much is packed before it is sent.
    private static let partBytes = 65_536
    private static let piecesAtOnce = 4

    static let running = Atomic(0)

    let database: AccountDatabase
    let accountName: String
    /// nil: all of them.
    let bot: Bot?
    let log: Logger

    /// - Throws: `Failure` where too many are written already.
    func response() throws -> Response {
        guard Self.running.load(ordering: .relaxed) < Self.maximumAtOnce else { throw Failure.exportsAreRunning }
        var headers = StandardHeaders.plain
        headers[.contentType] = "application/zip"
        headers[.cacheControl] = "no-store"
        headers[.contentDisposition] = FileName("Frontdesk \(bot?.name ?? accountName).zip").attachment
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                do {
                    try await write(to: &writer)
                } catch {
                    log.notice("an export broke off", metadata: ["problem": "\(error)"])
                    throw error
                }
            })
    }

    private func write(to writer: inout any ResponseBodyWriter) async throws {
        defer { Self.running.subtract(1, ordering: .relaxed) }
        // Two may have come at once; the one too many is cut off, which nobody takes for an archive.
        guard Self.running.add(1, ordering: .relaxed).newValue <= Self.maximumAtOnce else { throw Failure.exportsAreRunning }
        let end = ContinuousClock.now + Self.maximumDuration
        // Out of the closure and back: the writer can't be captured.
        var sent = writer
        try await database.transaction(.repeatableRead) { transaction in
            var parts = ArchiveParts(writer: sent, end: end)
            try await write(to: &parts, transaction)
            try parts.zip.finish()
            try await parts.send(atLeast: 1)
            sent = parts.writer
        }
        writer = sent
        try await writer.finish(nil)
    }

    private func write(to parts: inout ArchiveParts, _ transaction: Transaction) async throws {
        // Dates are written in it.
        try await transaction.query("set local timezone = 'UTC'")
        let catalog = try await ArchiveCatalog(transaction)
        try parts.zip.begin("README.txt")
        try parts.zip.write(Array(Self.readme.utf8))
        parts.zip.end()
        try await writeTexts(to: &parts, transaction)
        var manifest = ArchiveManifest()
        for table in ArchiveTable.all + (bot == nil ? ArchiveTable.ofAccount : []) {
            manifest.rows[table.name] = try await write(table, catalog, to: &parts, transaction)
        }
        for files in ArchiveTable.files { try await write(files, to: &parts, transaction) }
        let moment = try await transaction.query("select now() as now").first.map { try $0.moment("now") }
        try parts.zip.begin(ArchiveManifest.name)
        try parts.zip.write(manifest.bytes(of: accountName, bot: bot?.name, at: moment ?? Moment(microseconds: 0)))
        parts.zip.end()
    }

    /// What the owner wrote, for people; `bots.jsonl` has it too.
    private func writeTexts(to parts: inout ArchiveParts, _ transaction: Transaction) async throws {
        let ids = try await transaction.query(
            "select id, name from bots where account_id = \(database.account) and id = coalesce(\(bot?.id), id) order by created_at, id")
        for row in ids {
            let id = try row.get("id", as: UUID.self)
            let text = try await transaction.query("select knowledge from bots where id = \(id) and account_id = \(database.account)").first
            try parts.zip.begin("texts/" + FileName("\(row.get("name", as: String.self)) \(id.lowercased.prefix(8)).md").text)
            try parts.zip.write(Array((text?.get("knowledge", as: String.self) ?? "").utf8))
            parts.zip.end()
            try await parts.send(atLeast: Self.partBytes)
        }
    }

    /// How many rows it has.
    private func write(
        _ table: ArchiveTable, _ catalog: ArchiveCatalog, to parts: inout ArchiveParts, _ transaction: Transaction
    ) async throws -> Int {
        let columns = table.shown ?? catalog.columns(of: table).map { "t.\"\($0.name)\"" }.joined(separator: ", ")
        try await transaction.query(
            """
            declare part no scroll cursor for
            with given (account, bot) as (values (\(database.account)::uuid, \(bot?.id)::uuid))
            select (select row_to_json(r) from (select \(unsafeRaw: columns)) r)::text as line
            from \(unsafeRaw: table.name) t cross join given
            where t.account_id = given.account and (given.bot is null or \(unsafeRaw: table.place.condition))
            order by \(unsafeRaw: table.order)
            """)
        try parts.zip.begin(table.entryName)
        var count = 0
        while true {
            let rows = try await transaction.query("fetch \(unsafeRaw: "\(table.rowsAtOnce)") from part")
            if rows.isEmpty { break }
            count += rows.count
            for row in rows { try parts.zip.write(Array((try row.get("line", as: String.self) + "\n").utf8)) }
            try await parts.send(atLeast: Self.partBytes)
        }
        parts.zip.end()
        try await transaction.query("close part")
        return count
    }

    private func write(_ files: ArchiveFiles, to parts: inout ArchiveParts, _ transaction: Transaction) async throws {
        let named = try await transaction.query(
            """
            with given (account, bot) as (values (\(database.account)::uuid, \(bot?.id)::uuid))
            select t.id, t.\(unsafeRaw: files.name) as name from \(unsafeRaw: files.folder) t cross join given
            where t.account_id = given.account and (given.bot is null or \(unsafeRaw: files.place.condition))
              and exists (select from \(unsafeRaw: files.pieces) p where p.\(unsafeRaw: files.key) = t.id and p.account_id = given.account)
            order by t.id
            """)
        for row in named {
            let id = try row.get("id", as: UUID.self)
            try parts.zip.begin(files.entryName(of: id, named: try row.get("name", as: String.self)))
            try await writePieces(of: id, files, to: &parts, transaction)
            parts.zip.end()
        }
    }

    private func writePieces(of id: UUID, _ files: ArchiveFiles, to parts: inout ArchiveParts, _ transaction: Transaction) async throws {
        var position = -1
        while true {
            let pieces = try await transaction.query(
                """
                select position, content from \(unsafeRaw: files.pieces)
                where \(unsafeRaw: files.key) = \(id) and account_id = \(database.account) and position > \(position)
                order by position limit \(Self.piecesAtOnce)
                """)
            for piece in pieces {
                try parts.zip.write(try piece.get("content", as: [UInt8].self))
                try await parts.send(atLeast: Self.partBytes)
            }
            guard let last = pieces.last else { return }
            position = try last.get("position", as: Int.self)
        }
    }

    private static let readme = """
        This is an archive of Frontdesk: everything that is yours.

        texts/       what you wrote for your bots, to read
        data/        a file for each kind of thing, a line of JSON for each thing: bots, sources, conversations, messages …
        files/       the files that were uploaded, as they came
        manifest.json says when this was made, and how much is in it.

        Passwords and keys aren’t in it. Who has this file can read your visitors’ conversations: keep it safe, and delete it
        when you don’t need it any more.

        To bring it back, on this server or another: sign in, open “Account”, then “Your data”, and choose this file as it is.

        """
}

/// An archive on its way to whoever asked for it.
private struct ArchiveParts {
    var zip = ZipWriter()
    var writer: any ResponseBodyWriter
    let end: ContinuousClock.Instant

    init(writer: any ResponseBodyWriter, end: ContinuousClock.Instant) {
        self.writer = writer
        self.end = end
    }

    /// Sends what is packed, if that is worth the trip.
    mutating func send(atLeast bytes: Int) async throws {
        guard zip.waitingBytes >= bytes else { return }
        guard ContinuousClock.now < end else { throw Failure.unavailable }
        try await writer.write(ByteBuffer(bytes: zip.taken()))
    }
}

extension ArchiveTable {
    var entryName: String { "data/\(name).jsonl" }
}

extension ArchiveTable.Place {
    /// With the row as `t` and the bot as `given.bot`.
    fileprivate var condition: String {
        switch self {
        case .itself: "t.id = given.bot"
        case .account: "false"
        case .bot: "t.bot_id = given.bot"
        case .through(let column, let table):
            "t.\(column) in (select p.id from \(table) p where p.account_id = given.account and p.bot_id = given.bot)"
        }
    }
}

extension ArchiveFiles {
    fileprivate func entryName(of id: UUID, named name: String) -> String { "files/\(folder)/\(id.lowercased)/\(FileName(name).text)" }

    /// The row whose file this entry is, if it is of this kind.
    func row(ofEntry name: String) -> UUID? {
        let path = name.split(separator: "/", omittingEmptySubsequences: false)
        return path.count == 4 && path[0] == "files" && path[1] == folder[...] ? UUID(text: path[2]) : nil
    }
}

extension Failure {
    fileprivate static let exportsAreRunning = Failure(
        status: .serviceUnavailable, code: "unavailable", message: "Others are exporting just now. Please try again in a minute.",
        retryAfter: 60)
}
