import FoundationEssentials
import NIOCore
import Postgres
import Synchronization
import Templates

/// What somebody watches in the inbox, and in which form.
struct InboxSelection: Hashable, Sendable {
    /// nil: all.
    let bot: UUID?
    let filter: ConversationFilter
    let isJSON: Bool

    func changed(_ conversation: ConversationSummary, _ moment: PostgresTimestamp) -> ByteBuffer {
        event("changed", moment, conversation.in(bot: bot != nil))
    }

    func event(_ name: String, _ moment: PostgresTimestamp, _ view: some View) -> ByteBuffer {
        ByteBuffer(event: name, id: String(moment.microseconds), view, as: isJSON ? .json : .html)
    }
}

/// Changed conversations as the inbox shows them, each looked up and written once for a change, however many watch the same.
final class InboxRows: Sendable {
    /// Changes of which the row is kept.
    static let maximumKept = 256

    struct Row: Sendable {
        /// nil where it is gone, or not among those that are watched. Trials aren't.
        let event: ByteBuffer?
        /// Visitors of the account who wait for a person.
        let waiting: Int
        let moment: PostgresTimestamp
    }

    private struct Key: Hashable {
        let conversation: UUID
        let selection: InboxSelection
    }

    private struct Lookup: Sendable {
        let number: Int
        let row: Task<Row, any Error>
    }

    private let postgres: Postgres
    private let lookups = Mutex([Key: Lookup]())

    init(_ postgres: Postgres) { self.postgres = postgres }

    func row(of change: ConversationFeed.Change, in selection: InboxSelection) async throws -> Row {
        let key = Key(conversation: change.conversation, selection: selection)
        let lookup = lookups.withLock { lookups in
            if let known = lookups[key], known.number >= change.number { return known }
            if lookups.count >= Self.maximumKept { lookups.removeAll() }
            let new = Lookup(number: change.number, row: Task { try await self.find(change, selection) })
            lookups[key] = new
            return new
        }
        return try await lookup.row.value
    }

    private func find(_ change: ConversationFeed.Change, _ selection: InboxSelection) async throws -> Row {
        let part = try await AccountDatabase(postgres, account: change.account)
            .conversations(of: selection.bot, selection.filter, .only(change.conversation), limit: 1)
        return Row(event: part.conversations.first.map { selection.changed($0, part.moment) }, waiting: part.waiting, moment: part.moment)
    }
}
