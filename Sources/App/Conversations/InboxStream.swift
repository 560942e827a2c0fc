import FoundationEssentials
import Hummingbird
import NIOCore
import Postgres
import Templates

/// What happens in the conversations of one bot or of all: each changed one as a row for the list's top.
struct InboxStream: Sendable {
    let database: AccountDatabase
    let rows: InboxRows
    /// nil: all.
    let bot: UUID?
    let filter: ConversationFilter
    let form: EventStream.Form
    /// When the page, or the last event, was made.
    let since: PostgresTimestamp?

    static func address(of bot: UUID?, _ filter: ConversationFilter, since moment: PostgresTimestamp) -> String {
        let query = ["since=\(moment.microseconds)", bot.map { "bot=\($0.lowercased)" }, filter.query.nonEmpty]
        return "/inbox/events?" + query.compactMap(\.self).joined(separator: "&")
    }

    func response(_ feed: ConversationFeed, on channel: any NIOCore.Channel) -> Response {
        let scope = bot.map { ConversationFeed.Scope.bot($0) } ?? .account(database.account)
        return Response(
            status: .ok, headers: StandardHeaders.events,
            body: ResponseBody { writer in
                try await feed.follow(scope, on: channel) { subscription in
                    // At once, so that a browser knows that it is connected.
                    try await writer.write(EventStream.heartbeat)
                    var waiting: Int?
                    if let since { try await catchUp(.since(since), &waiting, &writer) }
                    while let news = await subscription.next() {
                        switch news {
                        case .quiet: try await writer.write(EventStream.heartbeat)
                        case .everything: try await catchUp(.after(nil), &waiting, &writer)
                        case .changed(let changes):
                            for change in changes { try await tell(change, &waiting, &writer) }
                        }
                    }
                }
                try await writer.finish(nil)
            })
    }

    /// What changed while nobody watched: row by row after a while, all anew where that isn't known.
    private func catchUp(_ place: ConversationPlace, _ waiting: inout Int?, _ writer: inout any ResponseBodyWriter) async throws {
        let part = try await database.conversations(of: bot, filter, place, limit: Conversations.shown)
        if case .since = place {
            for conversation in part.conversations.reversed() { try await writer.write(changed(conversation, part.moment)) }
        } else {
            try await writer.write(event("list", part.moment, ConversationList(part, of: bot, filter, isLive: true)))
        }
        try await tell(part.waiting, part.moment, &waiting, &writer)
    }

    /// The shared row where nothing is filtered; else whether it is wanted, the database says.
    private func tell(_ change: ConversationFeed.Change, _ waiting: inout Int?, _ writer: inout any ResponseBodyWriter) async throws {
        guard let row = try await rows.row(of: change) else { return }
        if filter.values.isEmpty {
            // Trials aren't in the list. They don't announce themselves either.
            try await writer.write(changed(row.conversation, row.moment))
        } else {
            let part = try await database.conversations(of: bot, filter, .only(change.conversation), limit: 1)
            if let conversation = part.conversations.first { try await writer.write(changed(conversation, part.moment)) }
        }
        try await tell(row.waiting, row.moment, &waiting, &writer)
    }

    private func tell(
        _ count: Int, _ moment: PostgresTimestamp, _ waiting: inout Int?, _ writer: inout any ResponseBodyWriter
    ) async throws {
        guard count != waiting else { return }
        waiting = count
        try await writer.write(event("waiting", moment, Waiting(count: count)))
    }

    private func changed(_ conversation: ConversationSummary, _ moment: PostgresTimestamp) -> ByteBuffer {
        event("changed", moment, conversation.in(bot: bot != nil))
    }

    private func event(_ name: String, _ moment: PostgresTimestamp, _ view: some View) -> ByteBuffer {
        ByteBuffer(event: name, id: String(moment.microseconds), view, as: form)
    }
}

extension ConversationList {
    init(_ part: ConversationPart, of bot: UUID?, _ filter: ConversationFilter, isLive: Bool) {
        let path = bot.map { "/bots/\($0.lowercased)/conversations" } ?? "/inbox"
        let older = part.next.map { "\(path)?after=\($0.text)\(filter.query.isEmpty ? "" : "&")\(filter.query)" }
        self.init(conversations: part.conversations, next: part.next?.text, waiting: part.waiting, older: older, isLive: isLive)
    }
}
