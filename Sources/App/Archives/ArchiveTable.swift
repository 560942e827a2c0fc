/// The tables of an archive. A table that names an account stands in one of the two lists here, or a test fails.
struct ArchiveTable: Sendable {
    /// How a row is known to be of a bot.
    enum Place: Sendable {
        case itself
        /// It isn't: it is the account's.
        case account
        case bot
        /// Through this column, which names a row of that table.
        case through(String, of: String)
    }

    let name: String
    var place = Place.bot
    /// As SQL has it: the same rows come in the same order, and behind the rows that they name.
    let order: String
    /// Columns that stay here, with what takes their place when a row is put back; nil is their default.
    var without: [String: String?] = [:]
    /// Columns of ids that follow from what is in them, and so stay the same.
    var derived: [String] = []
    /// The column with what a bot's settings were, which may be again.
    var settings: String?
    /// Columns that name rows by their ids in a text or in JSON.
    var namingRows: [String] = []
    /// What its columns of JSON hold.
    var shapes: [String: ArchiveShape] = [:]
    /// The most Unicode scalars of a text, where that isn't `ArchiveLimits.text`.
    var texts: [String: Int] = [:]
    /// What is shown instead of its columns. Such a table is only for reading: nobody gets in by an archive.
    var shown: String?
    /// Of rows that may be large, fewer are read in one go.
    var rowsAtOnce = 200
}

extension ArchiveTable {
    /// In the order in which they are put back: what is named comes before who names it.
    static let all = [
        ArchiveTable(
            name: "bots", place: .itself, order: "created_at, id",
            // Versions are counted anew, from far above those that a process may remember.
            without: ["public_key": nil, "version": "(extract(epoch from clock_timestamp()) * 1000)::bigint"],
            texts: ["knowledge": BotSettings.maximumContext], rowsAtOnce: 4),
        ArchiveTable(name: "sources", order: "created_at, id", texts: ["text": BotSettings.maximumContext], rowsAtOnce: 10),
        ArchiveTable(name: "source_pages", place: .through("source_id", of: "sources"), order: "source_id, position, url"),
        ArchiveTable(name: "passages", order: "bot_id, source_id nulls first, position, id"),
        ArchiveTable(name: "bot_days", order: "bot_id, day"),
        ArchiveTable(name: "bot_counts", order: "bot_id, day, kind, key"),
        ArchiveTable(name: "version_texts", order: "bot_id, hash", texts: ["text": BotSettings.maximumContext], rowsAtOnce: 10),
        ArchiveTable(
            name: "bot_versions", order: "bot_id, number", settings: "settings", namingRows: ["sources"],
            shapes: ["settings": .object, "sources": .versionSources]),
        ArchiveTable(name: "dismissed_findings", order: "bot_id, created_at, finding_id", derived: ["finding_id"]),
        ArchiveTable(name: "conversations", order: "created_at, id", shapes: ["metadata": .object]),
        ArchiveTable(
            name: "messages", place: .through("conversation_id", of: "conversations"), order: "conversation_id, position",
            namingRows: ["citations"],
            shapes: ["citations": .citations, "metadata": .object]),
        ArchiveTable(name: "question_groups", order: "created_at, id"),
        ArchiveTable(name: "questions", order: "bot_id, id"),
        ArchiveTable(name: "bot_tests", order: "created_at, id", namingRows: ["expected_source"]),
        ArchiveTable(name: "opening_hours", order: "bot_id, weekday, opens"),
        ArchiveTable(name: "leads", order: "created_at, id"),
        ArchiveTable(name: "attachments", order: "created_at, id"),
        ArchiveTable(name: "attachment_passages", place: .through("attachment_id", of: "attachments"), order: "attachment_id, position"),
        ArchiveTable(
            name: "message_attachments", place: .through("attachment_id", of: "attachments"), order: "message_id, position, attachment_id"),
        ArchiveTable(name: "webhooks", order: "bot_id", shown: "bot_id, url, created_at"),
        ArchiveTable(name: "api_keys", order: "created_at, id", shown: "id, bot_id, name, prefix, created_at"),
    ]

    /// Of the account as a whole; not in the archive of a single bot.
    static let ofAccount = [
        ArchiveTable(
            name: "members", place: .account, order: "created_at, user_id",
            shown: "(select email from users u where u.id = t.user_id) as email, role, created_at"),
        ArchiveTable(
            name: "provider_credentials", place: .account, order: "created_at, id", shown: "id, provider, base_url, hint, created_at"),
    ]

    /// Files that are stored in pieces.
    static let files = [
        ArchiveFiles(folder: "sources", pieces: "source_files", key: "source_id", name: "title", place: .bot),
        ArchiveFiles(folder: "attachments", pieces: "attachment_files", key: "attachment_id", name: "name", place: .bot),
    ]

    /// Tables that are in no archive, each with its reason.
    static let left = [
        "invitations": "not yet accepted, and their secrets are mailed",
        "sessions": "where people are signed in",
        "jobs": "what is still to be done here",
        "idempotency_keys": "for a day, of requests to this server",
        "recent_counts": "counted anew from the messages",
        "bot_budgets": "counted anew from the messages",
        "budget_reservations": "of answers in the making",
        "budget_warnings": "what this server has mailed",
        "visitor_secrets": "secrets",
        "webhook_deliveries": "what this server sent",
        "test_runs": "what changes did here",
        "imports": "what became of an archive here",
        "import_pieces": "an archive on its way in",
        "erasures": "what this server erased",
    ]
}

/// Files of a table's rows, each in the folder of its row, as `files/sources/<id>/menu.pdf`.
struct ArchiveFiles: Sendable {
    /// And the table whose rows have them.
    let folder: String
    /// The table of their pieces, with `position` and `content`.
    let pieces: String
    /// The column there that names the row.
    let key: String
    /// The row's column that names the file.
    let name: String
    let place: ArchiveTable.Place
}

enum ArchiveLimits {
    /// Of an archive as it is sent.
    static let bytes = 512 * 1_048_576
    /// Of all that is in it.
    static let unpackedBytes = 4_096 * 1_048_576
    /// Below it, an archive may be packed as well as it likes; above, so many times.
    static let unpackedBytesOfAny = 64 * 1_048_576
    static let timesPacked = 100
    static let rows = 5_000_000
    /// Bytes of a row.
    static let row = 2 * 1_048_576
    /// Unicode scalars of a text.
    static let text = 70_000
    static let manifestBytes = 65_536
    /// The largest number, as in the database (`0030_ranges_as_types.sql`).
    static let number = 10_000_000_000_000
}
