import FoundationEssentials
import Postgres
import Synchronization
import Templates

/// Changed conversations as the inbox shows them, each looked up once for a change, however many watch.
final class InboxRows: Sendable {
    /// Changes of which the row is kept.
    static let maximumKept = 256

    struct Row: Sendable {
        let conversation: ConversationSummary
        /// Visitors of the account who wait for a person.
        let waiting: Int
        let moment: PostgresTimestamp
    }

    private struct Lookup: Sendable {
        let number: Int
        let row: Task<Row?, any Error>
    }

    private let postgres: Postgres
    private let lookups = Mutex([UUID: Lookup]())

    init(_ postgres: Postgres) { self.postgres = postgres }

    /// nil where it is gone.
    func row(of change: ConversationFeed.Change) async throws -> Row? {
        let lookup = lookups.withLock { lookups in
            if let known = lookups[change.conversation], known.number >= change.number { return known }
            if lookups.count >= Self.maximumKept { lookups.removeAll() }
            let new = Lookup(number: change.number, row: Task { try await self.find(change) })
            lookups[change.conversation] = new
            return new
        }
        return try await lookup.row.value
    }

    private func find(_ change: ConversationFeed.Change) async throws -> Row? {
        let part = try await AccountDatabase(postgres, account: change.account)
            .conversations(of: nil, ConversationFilter(), .only(change.conversation), limit: 1)
        return part.conversations.first.map { Row(conversation: $0, waiting: part.waiting, moment: part.moment) }
    }
}
