import Postgres

/// What the database says of the tables of an archive: their columns.
struct ArchiveCatalog: Sendable {
    struct Column: Sendable {
        let name: String
        /// As Postgres calls it: `text`, `uuid`, `jsonb`.
        let type: String
        /// Whether it can't be NULL.
        let isNeeded: Bool
        /// Whether the database fills it in, as a number of its own.
        let isMade: Bool
        /// Whether it names a person: persons are a server's, not an account's.
        let namesPerson: Bool
    }

    private let columns: [String: [Column]]

    init(_ transaction: Transaction) async throws {
        let tables = (ArchiveTable.all + ArchiveTable.ofAccount).map(\.name)
        let rows = try await transaction.query(
            """
            select c.relname as table_name, a.attname as name, coalesce(b.typname, t.typname) as type, a.attnotnull as is_needed,
              a.attidentity <> '' or a.attgenerated <> '' as is_made,
              exists (
                select from pg_constraint f
                where f.conrelid = c.oid and f.contype = 'f' and f.confrelid = 'users'::regclass and a.attnum = any(f.conkey)) as names_person
            from pg_class c
              join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
              join pg_type t on t.oid = a.atttypid left join pg_type b on b.oid = t.typbasetype
            where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname = any(\(tables)::text[])
            order by c.relname, a.attnum
            """)
        columns = Dictionary(grouping: try rows.map { (try $0.get("table_name", as: String.self), try Column($0)) }, by: \.0)
            .mapValues { $0.map(\.1) }
    }

    /// The columns that an archive holds.
    func columns(of table: ArchiveTable) -> [Column] {
        (columns[table.name] ?? []).filter { $0.name != "account_id" && !$0.isMade && !table.without.keys.contains($0.name) }
    }

    /// Whether all rows of it name their bot.
    func namesBot(_ table: ArchiveTable) -> Bool { columns(of: table).contains { $0.name == "bot_id" } }
}

extension ArchiveCatalog.Column {
    fileprivate init(_ row: Row) throws {
        name = try row.get("name", as: String.self)
        type = try row.get("type", as: String.self)
        isNeeded = try row.get("is_needed", as: Bool.self)
        isMade = try row.get("is_made", as: Bool.self)
        namesPerson = try row.get("names_person", as: Bool.self)
    }
}
