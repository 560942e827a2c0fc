import FoundationEssentials
import Hummingbird
import NIOCore
import Postgres
import Templates

/// What happens in the conversations of one bot or of all: each changed one as a row for the list's top.
struct InboxStream: Teller {
    let selection: InboxSelection
    let database: AccountDatabase
    let rows: InboxRows
    /// When the page, or the last event, was made.
    let since: PostgresTimestamp?
    /// How many wait for a person, as last told.
    private var waiting: Int?

    init(_ selection: InboxSelection, in database: AccountDatabase, rows: InboxRows, since: PostgresTimestamp?) {
        self.selection = selection
        self.database = database
        self.rows = rows
        self.since = since
    }

    static func address(of bot: UUID?, _ filter: ConversationFilter, since moment: PostgresTimestamp) -> String {
        let query = ["since=\(moment.microseconds)", bot.map { "bot=\($0.lowercased)" }, filter.query.nonEmpty]
        return "/inbox/events?" + query.compactMap(\.self).joined(separator: "&")
    }

    func response(_ feed: ConversationFeed, on channel: any NIOCore.Channel) -> Response {
        feed.stream(selection.bot.map { .bot($0) } ?? .account(database.account), on: channel, by: self)
    }

    mutating func events(of news: ConversationFeed.News) async throws -> [ByteBuffer] {
        switch news {
        case .start:
            guard let since else { return [] }
            return try await missed(.since(since))
        case .everything: return try await missed(.after(nil))
        case .changed(let changes): return try await changed(changes)
        }
    }

    /// What changed while nobody watched: row by row after a while, all anew where that isn't known.
    private mutating func missed(_ place: ConversationPlace) async throws -> [ByteBuffer] {
        let part = try await database.conversations(of: selection.bot, selection.filter, place, limit: Conversations.shown)
        var events = [selection.event("list", part.moment, ConversationList(part, of: selection.bot, selection.filter, isLive: true))]
        if case .since = place { events = part.conversations.reversed().map { selection.changed($0, part.moment) } }
        return events + told(part.waiting, part.moment)
    }

    private mutating func changed(_ changes: [ConversationFeed.Change]) async throws -> [ByteBuffer] {
        var events: [ByteBuffer] = []
        for change in changes {
            let row = try await rows.row(of: change, in: selection)
            if let event = row.event { events.append(event) }
            events += told(row.waiting, row.moment)
        }
        return events
    }

    private mutating func told(_ count: Int, _ moment: PostgresTimestamp) -> [ByteBuffer] {
        guard count != waiting else { return [] }
        waiting = count
        return [selection.event("waiting", moment, Waiting(count: count))]
    }
}

extension ConversationList {
    init(_ part: ConversationPart, of bot: UUID?, _ filter: ConversationFilter, isLive: Bool) {
        let path = bot.map { "/bots/\($0.lowercased)/conversations" } ?? "/inbox"
        let older = part.next.map { "\(path)?after=\($0.text)\(filter.query.isEmpty ? "" : "&")\(filter.query)" }
        self.init(conversations: part.conversations, next: part.next?.text, waiting: part.waiting, older: older, isLive: isLive)
    }
}
