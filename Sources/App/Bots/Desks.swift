import Answering
import FoundationEssentials
import Postgres
import Synchronization

/// The desks by their key. Kept in memory until some process says that a bot has changed: building an index takes far
/// longer than answering from it.
final class Desks: Sendable {
    /// The channel on which a changed bot is announced.
    static let channel = "bots"
    /// Keys remembered at once; beyond, all are forgotten.
    static let maximum = 1_000

    /// Tells every process that a bot has changed.
    static func announcing(_ bot: UUID) -> SQL { "select pg_notify(\(channel), \(bot.lowercased))" }

    private let postgres: Postgres
    private let known = Mutex(Known())

    private struct Known {
        var desks: [String: Desk] = [:]
        /// Raised with every forgetting: what was read before may be what has changed.
        var age = 0

        mutating func forget() {
            desks.removeAll()
            age += 1
        }
    }

    init(_ postgres: Postgres) { self.postgres = postgres }

    /// The desk whose public key this is.
    func desk(publicKey: String) async throws -> Desk? {
        let (known, age) = known.withLock { ($0.desks[publicKey], $0.age) }
        if let known { return known }
        guard let bot = try await postgres.bot(publicKey: publicKey) else { return nil }
        let desk = Desk(bot: bot, passages: try await postgres.passages(of: bot))
        self.known.withLock { known in
            if known.desks.count >= Self.maximum { known.forget() }
            if known.age == age { known.desks[publicKey] = desk }
        }
        return desk
    }

    /// Forgets the desks whenever a bot changes.
    func followChanges() async {
        for await _ in postgres.notifications(on: Self.channel) {
            known.withLock { $0.forget() }
        }
    }
}
