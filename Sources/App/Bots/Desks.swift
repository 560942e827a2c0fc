import Answering
import Postgres
import ServiceLifecycle
import Synchronization

/// The desks by their key. Kept in memory until some process says that a bot has changed: building an index takes far
/// longer than answering from it.
final class Desks: Service {
    /// The channel on which a changed bot is announced.
    static let channel = "bots"
    /// Keys remembered at once; beyond, all are forgotten.
    static let maximum = 1_000

    private let postgres: Postgres
    private let desks = Mutex([String: Desk]())

    init(_ postgres: Postgres) { self.postgres = postgres }

    /// The desk whose public key this is.
    func desk(publicKey: String) async throws -> Desk? {
        if let desk = desks.withLock({ $0[publicKey] }) { return desk }
        guard let bot = try await postgres.bot(publicKey: publicKey) else { return nil }
        let desk = Desk(bot: bot, answerer: BuiltInAnswerer(try await postgres.passages(of: bot)))
        desks.withLock { desks in
            if desks.count >= Self.maximum { desks.removeAll() }
            desks[publicKey] = desk
        }
        return desk
    }

    /// Forgets the desks whenever a bot changes.
    func run() async throws {
        for await _ in postgres.notifications(on: Self.channel).cancelOnGracefulShutdown() {
            desks.withLock { $0.removeAll() }
        }
    }
}
