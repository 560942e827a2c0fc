import Answering
import FoundationEssentials
import Postgres
import Synchronization

/// The desks of bots: each a bot with what it knows, ready to answer. Their indexes stay in memory, as building one takes far
/// longer than answering from it. Each is kept with the version of the bot that it is of, so that a changed bot is never
/// answered for from what it knew before; and what an owner makes of a bot and hasn't published is kept beside it, so that
/// trying, comparing, saving and the first question after that need one index.
final class Desks: Sendable {
    /// Of desks that are kept; beyond, those that nobody has asked for longest go. Large ones come on top, see `KeptDesks`.
    static let maximumBytes = 64 * 1_024 * 1_024

    private let postgres: Postgres
    /// nil: nobody but the text answers.
    private let providers: Providers?
    private let workroom: Workroom
    private let kept: Mutex<KeptDesks>

    init(_ postgres: Postgres, _ providers: Providers? = nil, _ workroom: Workroom = .shared, maximumBytes: Int = maximumBytes) {
        self.postgres = postgres
        self.providers = providers
        self.workroom = workroom
        kept = Mutex(KeptDesks(maximumBytes: maximumBytes))
    }

    /// The desk of a bot as its row was read just now.
    /// - Throws: `Failure.overloaded` where too many wait.
    func desk(of bot: Bot) async throws -> Desk {
        if let known = kept.withLock({ $0.desk(of: bot) }) { return known }
        return try await kept.withLock { kept in kept.building(bot) { Task { try await self.build(bot) } } }.value
    }

    /// The desk as it would be with a change that isn't published, or not yet.
    func draft(_ desk: Desk, _ change: @escaping @Sendable (inout Bot, inout [Desk.Known]) throws -> Void) async throws -> Desk {
        let (bot, known) = try await workroom.run(at: desk) { _ in
            var (bot, known) = (desk.bot, desk.known)
            try change(&bot, &known)
            return (bot, known)
        }
        // It may be far more than it was.
        return try await workroom.run(for: bot.account, Workroom.Length(passages: known.count)) { thread in
            let draft = Desk(bot: bot, passages: known, sharingWith: [desk] + self.others(of: bot), thread)
            self.keep { $0.keep(draft: draft) }
            return draft
        }
    }

    /// Bots whose indexes are in memory, and about how much of it they take.
    var count: Int { kept.withLock { $0.count } }
    var bytes: Int { kept.withLock { $0.bytes } }

    private func build(_ bot: Bot) async throws -> Desk {
        defer { kept.withLock { $0.isBuilt(bot) } }
        let endpoints = try await endpoints(of: bot)
        // How much it is, one knows once it is read: what is too much for a short seat is read again in a long one.
        let short = try await workroom.sit(for: bot.account, .short) { seat -> Desk? in
            let rows = try await postgres.passages(of: bot, limit: Workroom.shortPassages + 1)
            return rows.count > Workroom.shortPassages ? nil : try await index(rows, of: bot, endpoints, seat)
        }
        if let short { return short }
        return try await workroom.sit(for: bot.account, .long) { seat in
            try await index(postgres.passages(of: bot, limit: Source.maximumPassages), of: bot, endpoints, seat)
        }
    }

    private func endpoints(of bot: Bot) async throws -> [ModelEndpoint] {
        guard let providers else { return [] }
        return providers.endpoints(for: bot, try await postgres.query(StoredCredential.all(of: bot.account)).map(StoredCredential.init))
    }

    private func index(_ rows: Rows, of bot: Bot, _ endpoints: [ModelEndpoint], _ seat: Seat) async throws -> Desk {
        try await seat.run { thread in
            var desk = Desk(bot: bot, passages: try rows.map(Desk.Known.init), sharingWith: self.others(of: bot), thread)
            desk.endpoints = endpoints
            let made = desk
            self.keep { $0.keep(made) }
            return made
        }
    }

    /// What there is of the same bot.
    private func others(of bot: Bot) -> [Desk] { kept.withLock { $0.desks(of: bot.id) } }

    /// What goes is freed here, after others may look again: of a large desk, that takes its time.
    private func keep(_ change: (inout KeptDesks) -> [Desk]) { _ = kept.withLock { change(&$0) } }
}
