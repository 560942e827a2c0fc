import FoundationEssentials
import Templates

/// Reads the lines of one table's file.
struct ArchiveRows {
    private static let depth = 40

    let table: ArchiveTable
    let ids: ArchiveIDs
    let persons: ArchivePersons
    private let columns: [String: ArchiveCatalog.Column]
    private let clock = ArchiveClock(now: Int64(Date().timeIntervalSince1970))
    /// The columns that the file's rows have: all those of the first. Columns that were added since are missing in an old file.
    private(set) var given: [String] = []

    init(table: ArchiveTable, catalog: ArchiveCatalog, ids: ArchiveIDs, persons: ArchivePersons) {
        self.table = table
        self.ids = ids
        self.persons = persons
        columns = Dictionary(catalog.columns(of: table).map { ($0.name, $0) }) { first, _ in first }
    }

    struct ReadRow {
        let json: [UInt8]
        let id: UUID?
    }

    /// - Throws: `ArchiveProblem` where it isn't a row of this table.
    mutating func read(_ line: ArraySlice<UInt8>, number: Int) throws(ArchiveProblem) -> ReadRow {
        guard let json = try? JSON(parsing: line, depth: Self.depth), case .object(var row) = json else {
            throw .refused(table.name, row: number, "this isn’t a row")
        }
        if number == 1 { given = row.keys.sorted() }
        guard row.count == given.count, given.allSatisfy({ row[$0] != nil }) else {
            throw .refused(table.name, row: number, "something is missing")
        }
        for (name, value) in row {
            guard let column = columns[name] else { throw .newer("“\(name.prefix(60))”") }
            guard fits(value, table.texts[name] ?? ArchiveLimits.text) else {
                throw .refused(table.name, row: number, "a text is too long")
            }
            try check(value, column, number)
            row[name] = self.value(value, column)
        }
        if case .itself = table.place { try checkBot(&row, number) }
        if let name = table.settings { try checkFormerSettings(&row, name, number) }
        var writer = JSONWriter()
        row.write(to: &writer)
        return ReadRow(json: writer.bytes, id: row["id"]?.string.flatMap { UUID(text: $0[...]) })
    }

    /// Persons are looked up, whatever is said of them.
    private func check(_ value: JSON, _ column: ArchiveCatalog.Column, _ number: Int) throws(ArchiveProblem) {
        if column.namesPerson { return }
        if value == .null {
            guard column.isNeeded else { return }
            throw .refused(table.name, row: number, "“\(column.name)” is missing")
        }
        guard let rule = ArchiveRule(column, of: table) else { throw .newer("“\(column.name)”") }
        guard rule.allows(value, clock) else { throw .refused(table.name, row: number, "“\(column.name)” \(rule.words)") }
    }

    private func fits(_ value: JSON, _ maximum: Int) -> Bool {
        switch value {
        case .string(let text): text.utf8.count <= maximum || text.unicodeScalars.count <= maximum
        case .array(let items): items.allSatisfy { fits($0, maximum) }
        case .object(let members): members.values.allSatisfy { fits($0, maximum) }
        default: true
        }
    }

    private func value(_ value: JSON, _ column: ArchiveCatalog.Column) -> JSON {
        if column.namesPerson {
            let person = persons(value.string.flatMap { UUID(text: $0[...]) }, isNeeded: column.isNeeded)
            return person.map { .string($0.lowercased) } ?? .null
        }
        if table.derived.contains(column.name) { return value }
        return column.type == "uuid" || table.namingRows.contains(column.name) ? renewed(value) : value
    }

    private func renewed(_ value: JSON) -> JSON {
        switch value {
        case .string(let text): .string(ids.renewed(in: text))
        case .array(let items): .array(items.map(renewed))
        case .object(let members): .object(members.mapValues(renewed))
        default: value
        }
    }

    private func checkBot(_ row: inout [String: JSON], _ number: Int) throws(ArchiveProblem) {
        guard let token = row["token"]?.string, token.utf8.count == 32,
            token.utf8.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit })
        else {
            throw .refused(table.name, row: number, "its token isn’t one")
        }
        row["token"] = .string(ids(token: token.lowercased()))
        try mend(&row, number)
    }

    /// They may be put back: then they must be settings, and nothing else.
    private func checkFormerSettings(_ row: inout [String: JSON], _ name: String, _ number: Int) throws(ArchiveProblem) {
        guard case .object(var given)? = row[name], Set(BotField.all.map(\.column)).isSuperset(of: given.keys) else {
            throw .refused(table.name, row: number, "this isn’t a bot’s settings")
        }
        try mend(&given, number)
        row[name] = .object(given)
    }

    /// A bot's settings are those that its form would take, and as it would store them.
    private func mend(_ row: inout [String: JSON], _ number: Int) throws(ArchiveProblem) {
        do {
            var bot = Bot(id: UUID(), account: UUID(), name: "")
            try BotSettings(Input(json: row)).apply(&bot)
            _ = try BotSettings.context(row["knowledge"]?.string)
            _ = try BotSettings.name(bot.name)
            for field in BotField.settings {
                // A number is the same however it was written.
                switch row[field.name] {
                case .string, .array: row[field.name] = field.json(bot)
                default: break
                }
            }
        } catch {
            throw .refused(
                table.name, row: number, error.fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: " "))
        }
    }
}
