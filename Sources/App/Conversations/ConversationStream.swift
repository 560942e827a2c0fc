import FoundationEssentials
import Hummingbird
import NIOCore
import Templates

/// What is said in one conversation, and who answers, for a member who looks at it.
struct ConversationStream: Teller {
    let database: AccountDatabase
    let bot: UUID
    let conversation: UUID
    /// Who looks.
    let person: UUID
    let form: EventStream.Form
    /// Behind the last message that the reader has whole.
    var place: Int64
    /// Who answers, as last told.
    var handling: String?

    /// - Throws: `Failure.notFound` where the conversation isn't this bot's.
    func response(_ feed: ConversationFeed, on channel: any NIOCore.Channel) async throws -> Response {
        _ = try await look(from: place)
        return feed.stream(.conversation(conversation), on: channel, by: self)
    }

    /// What isn't whole is sent again each time: it takes the place of what the page has of it.
    mutating func events(of news: ConversationFeed.News) async throws -> [ByteBuffer] {
        var events: [ByteBuffer] = []
        var next: String?
        repeat {
            let view = try await look(from: place)
            var isWhole = true
            for message in view.messages {
                isWhole = isWhole && message.state != "pending"
                if isWhole { place = message.position }
                events.append(ByteBuffer(event: "message", id: String(place), message, as: form))
            }
            let now = "\(view.handling) \(view.takenByID ?? "")"
            if now != handling {
                handling = now
                let isYours = view.takenByID == person.lowercased
                events.append(ByteBuffer(event: "handling", id: String(place), HandlingView(view, isYours: isYours), as: form))
            }
            next = isWhole ? view.next : nil
        } while next != nil
        try await database.markSeen(conversation, of: bot)
        return events
    }

    private func look(from place: Int64) async throws -> ConversationView {
        try await database.conversation(conversation, of: bot, after: place, limit: Conversations.messagesShown).1
    }
}

extension ByteBuffer {
    /// One event that carries a view.
    init(event name: String, id: String, _ view: some View, as form: EventStream.Form) {
        if case .json = form {
            var json = JSONWriter()
            view.write(to: &json)
            self.init(string: "id: \(id)\nevent: \(name)\ndata: \(String(decoding: json.bytes, as: UTF8.self))\n\n")
        } else {
            self.init(event: name, id: id, view.html)
        }
    }
}
