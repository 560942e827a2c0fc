import FoundationEssentials
import Postgres
import Templates

/// What may stand in a column of an archive: no more than this program can have written, so that whatever reads it later can.
/// Follows from the column's type; only JSON needs a word of its own, in `ArchiveTable.shapes`. What the database itself
/// refuses isn't looked at twice.
enum ArchiveRule: Sendable {
    case text, texts, id, moment, day, time, flag, fraction, bytes, hashes
    case number
    case json(ArchiveShape)

    /// nil where nothing is known of such a column; a test finds it.
    init?(_ column: ArchiveCatalog.Column, of table: ArchiveTable) {
        switch column.type {
        case "text": self = .text
        case "_text": self = .texts
        case "uuid": self = .id
        case "timestamptz": self = .moment
        case "date": self = .day
        case "time": self = .time
        case "bool": self = .flag
        case "float4": self = .fraction
        case "int2", "int4", "int8": self = .number
        case "bytea": self = .bytes
        case "_bytea": self = .hashes
        case "jsonb":
            guard let shape = table.shapes[column.name] else { return nil }
            self = .json(shape)
        default: return nil
        }
    }

    /// Whether a value that isn't NULL keeps to it.
    /// - Parameter clock: what is later than it can't have happened yet.
    func allows(_ value: JSON, _ clock: ArchiveClock) -> Bool {
        switch self {
        case .text: value.string != nil
        case .texts: value.items?.allSatisfy { $0.string != nil } ?? false
        case .id: value.string.flatMap { UUID(text: $0[...]) } != nil
        case .moment: value.string.map(clock.allows(moment:)) ?? false
        case .day: value.string.map(clock.allows(day:)) ?? false
        case .time:
            value.string?.utf8.allSatisfy { $0 == UInt8(ascii: ":") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
        case .flag: if case .bool = value { true } else { false }
        case .fraction: if case .number(let text) = value { Double(text)?.isFinite ?? false } else { false }
        case .number: value.integer.map { (-1...ArchiveLimits.number).contains($0) } ?? false
        case .bytes: value.string?.hasPrefix("\\x") ?? false
        case .hashes: value.items?.allSatisfy { $0.string?.hasPrefix("\\x") ?? false } ?? false
        case .json(let shape): shape.allows(value)
        }
    }

    /// As a sentence goes on: `“created_at” …`.
    var words: String {
        switch self {
        case .moment, .day: "isn’t a date from 2000 until today"
        case .number: "isn’t a number that can be"
        default: "isn’t as it should be"
        }
    }
}

/// What a column of JSON holds: what its reader understands.
enum ArchiveShape: Sendable {
    case object, citations, versionSources

    fileprivate func allows(_ value: JSON) -> Bool {
        switch self {
        case .object: if case .object = value { true } else { false }
        case .citations: value.items?.allSatisfy { AnswerReply.Citation(stored: $0) != nil } ?? false
        case .versionSources: value.items?.allSatisfy { BotVersion.Source(noted: $0, texts: [:]) != nil } ?? false
        }
    }
}

/// From when to when something in an archive can have happened.
struct ArchiveClock: Sendable {
    /// 2000-01-01
    private static let earliest: Int64 = 946_684_800_000_000
    /// Clocks differ, and so do the days of time zones.
    private static let marginSeconds: Int64 = 86_400

    private let latest: Int64

    /// - Parameter now: in seconds since 1970.
    init(now: Int64) { latest = (now + Self.marginSeconds) * 1_000_000 }

    /// `2026-11-21T07:14:19.123456+00:00`
    func allows(moment text: String) -> Bool {
        var bytes = Array(text.utf8)
        guard bytes.count > 10, bytes[10] == UInt8(ascii: "T") else { return false }
        bytes[10] = UInt8(ascii: " ")
        return bytes.withUnsafeBytes { PostgresTimestamp(postgresBytes: $0) }.map { (Self.earliest...latest).contains($0.microseconds) }
            ?? false
    }

    /// `2026-11-21`
    func allows(day text: String) -> Bool {
        CalendarDay(text) != nil && text >= Self.day(Self.earliest) && text <= Self.day(latest)
    }

    private static func day(_ microseconds: Int64) -> String { String(Moment(microseconds: microseconds).rfc3339.prefix(10)) }
}
