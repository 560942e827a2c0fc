import FoundationEssentials
import Hummingbird
import NIOCore
import Templates

/// What is said in one conversation, and who answers, for a member who looks at it.
struct ConversationStream: Sendable {
    let database: AccountDatabase
    let bot: UUID
    let conversation: UUID
    /// Who looks.
    let person: UUID
    let form: EventStream.Form

    /// - Parameter place: behind the last message that the reader has whole.
    /// - Throws: `Failure.notFound` where the conversation isn't this bot's.
    func response(_ feed: ConversationFeed, from place: Int64, on channel: any NIOCore.Channel) async throws -> Response {
        _ = try await look(from: place)
        return Response(
            status: .ok, headers: StandardHeaders.events,
            body: ResponseBody { writer in
                try await feed.follow(.conversation(conversation), on: channel) { subscription in
                    var place = place
                    var handling: String?
                    try await tell(from: &place, &handling, &writer)
                    while let news = await subscription.next() {
                        if case .quiet = news {
                            try await writer.write(EventStream.heartbeat)
                        } else {
                            try await tell(from: &place, &handling, &writer)
                        }
                    }
                }
                try await writer.finish(nil)
            })
    }

    /// Sends what isn't whole again each time: it takes the place of what the page has of it.
    private func tell(from place: inout Int64, _ handling: inout String?, _ writer: inout any ResponseBodyWriter) async throws {
        var next: String?
        repeat {
            let view = try await look(from: place)
            var isWhole = true
            for message in view.messages {
                isWhole = isWhole && message.state != "pending"
                if isWhole { place = message.position }
                try await writer.write(ByteBuffer(event: "message", id: String(place), message, as: form))
            }
            let now = "\(view.handling) \(view.takenByID ?? "")"
            if now != handling {
                handling = now
                let isYours = view.takenByID == person.lowercased
                try await writer.write(ByteBuffer(event: "handling", id: String(place), HandlingView(view, isYours: isYours), as: form))
            }
            next = isWhole ? view.next : nil
        } while next != nil
        try await database.markSeen(conversation, of: bot)
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
