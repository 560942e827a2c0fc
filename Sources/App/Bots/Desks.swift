import Answering
import FoundationEssentials
import Postgres
import Synchronization

/// The desks of bots. Their indexes stay in memory, as building one takes far longer than answering from it; each is kept
/// with the version of the bot that it is of, so that a changed bot is never answered for from what it knew before.
final class Desks: Sendable {
    /// Bytes of passages whose indexes are kept; beyond, those that nobody has asked for longest go. An index takes several
    /// times as much.
    static let maximumBytes = 64 * 1_024 * 1_024

    private let postgres: Postgres
    /// nil: nobody but the text answers.
    private let providers: Providers?
    private let maximumBytes: Int
    private let kept = Mutex(Kept())

    init(_ postgres: Postgres, _ providers: Providers? = nil, maximumBytes: Int = maximumBytes) {
        self.postgres = postgres
        self.providers = providers
        self.maximumBytes = maximumBytes
    }

    /// The desk of a bot as its row was read just now.
    func desk(of bot: Bot) async throws -> Desk {
        if let known = kept.withLock({ $0.desk(of: bot) }) { return known }
        return try await kept.withLock { kept in kept.building(bot) { Task { try await self.build(bot) } } }.value
    }

    /// Bots whose indexes are in memory.
    var count: Int { kept.withLock { $0.indexes.count } }

    private func build(_ bot: Bot) async throws -> Desk {
        defer { kept.withLock { $0.isBuilt(bot) } }
        let passages = try await postgres.passages(of: bot)
        var desk = Desk(bot: bot, passages: passages)
        if let providers {
            let stored = try await postgres.query(StoredCredential.all(of: bot.account)).map(StoredCredential.init)
            desk.endpoints = providers.endpoints(for: bot, stored)
        }
        let index = Kept.Index(
            desk: desk,
            bytes: passages.reduce(0) { $0 + $1.passage.title.utf8.count + $1.passage.text.utf8.count })
        kept.withLock { $0.keep(index, of: bot.id, upTo: maximumBytes) }
        return index.desk
    }
}

/// Indexes by their bots.
private struct Kept {
    struct Index {
        let desk: Desk
        let bytes: Int
        var lastAsked: UInt64 = 0
    }

    private struct Version: Hashable {
        let bot: UUID
        let version: Int64
    }

    private(set) var indexes: [UUID: Index] = [:]
    private var underConstruction: [Version: Task<Desk, any Error>] = [:]
    private var bytes = 0
    private var asked: UInt64 = 0

    mutating func desk(of bot: Bot) -> Desk? {
        guard let index = indexes[bot.id], index.desk.bot.version == bot.version else { return nil }
        asked += 1
        indexes[bot.id]?.lastAsked = asked
        return index.desk
    }

    /// The one task that builds an index, whoever waits for it.
    mutating func building(_ bot: Bot, _ begin: () -> Task<Desk, any Error>) -> Task<Desk, any Error> {
        let version = Version(bot: bot.id, version: bot.version)
        if let task = underConstruction[version] { return task }
        let task = begin()
        underConstruction[version] = task
        return task
    }

    mutating func isBuilt(_ bot: Bot) { underConstruction[Version(bot: bot.id, version: bot.version)] = nil }

    /// A bot's older version gives way; a newer one, which another request has read meanwhile, stays.
    mutating func keep(_ index: Index, of bot: UUID, upTo maximumBytes: Int) {
        if let known = indexes[bot], known.desk.bot.version > index.desk.bot.version { return }
        forget(bot)
        asked += 1
        indexes[bot] = index
        indexes[bot]?.lastAsked = asked
        bytes += index.bytes
        while bytes > maximumBytes, indexes.count > 1, let oldest = indexes.min(by: { $0.value.lastAsked < $1.value.lastAsked }) {
            forget(oldest.key)
        }
    }

    private mutating func forget(_ bot: UUID) {
        if let index = indexes.removeValue(forKey: bot) { bytes -= index.bytes }
    }
}
