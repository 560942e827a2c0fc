import FoundationEssentials
import Templates

/// What an archive says of itself, in `manifest.json`.
struct ArchiveManifest: Sendable {
    static let name = "manifest.json"
    static let format = "frontdesk"
    /// Raised when an older server couldn't read what a newer one writes.
    static let version = 1

    var rows: [String: Int] = [:]

    init() {}

    /// - Throws: `ArchiveProblem` with what to do about it.
    init(parsing bytes: [UInt8]) throws(ArchiveProblem) {
        guard let json = try? JSON(parsing: bytes), json["format"]?.string == Self.format else { throw .notOurs }
        guard let version = json["version"]?.integer, version >= 1 else { throw .notOurs }
        guard version <= Self.version else { throw .newer("a format") }
        guard case .object(let counts)? = json["rows"] else { throw .notOurs }
        for (name, count) in counts {
            guard let count = count.integer, (0...ArchiveLimits.rows).contains(count) else { throw .tooLarge }
            rows[name] = count
        }
        let known = Set(ArchiveTable.all.map(\.name) + ArchiveTable.ofAccount.map(\.name))
        if let unknown = rows.keys.filter({ !known.contains($0) }).min() { throw .newer("“\(unknown)”") }
        guard rows.values.reduce(0, +) <= ArchiveLimits.rows else { throw .tooLarge }
    }

    /// Rows that are put back.
    var total: Int { ArchiveTable.all.filter { $0.shown == nil }.reduce(0) { $0 + (rows[$1.name] ?? 0) } }

    func bytes(of account: String, bot: String?, at moment: Moment) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("format", Self.format)
            json.member("version", Self.version)
            json.member("account", account)
            json.member("bot", bot)
            json.member("exported_at", moment.rfc3339)
            json.member("rows", rows)
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }
}

/// Why an archive isn't taken.
struct ArchiveProblem: Error, Equatable {
    /// For its owner.
    let sentence: String

    static let notOurs = ArchiveProblem(
        sentence: "This isn’t an archive of Frontdesk. Please choose a file that “Export” gave you, as it came.")
    static let damaged = ArchiveProblem(sentence: "This archive is damaged or cut off. Please download or copy it once more.")
    static let tooLarge = ArchiveProblem(
        sentence: "This archive holds more than we take at once. Please export your bots one by one, and import each.")

    static func newer(_ what: String) -> ArchiveProblem {
        ArchiveProblem(sentence: "This archive has \(what) that this Frontdesk doesn’t know. Please update it first.")
    }

    static func refused(_ table: String, row: Int, _ reason: String) -> ArchiveProblem {
        ArchiveProblem(sentence: "Nothing was imported: in \(table).jsonl, near line \(row), \(reason).")
    }
}
