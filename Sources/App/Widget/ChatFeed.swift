import FoundationEssentials
import Hummingbird
import NIOCore
import Postgres
import Templates

extension Chat {
    /// `GET …/{token}/{session}/events`: what a person says, and who answers, from where the page or the reader was.
    func follow(_ request: Request, _ context: VisitorContext) async throws -> Response {
        try ChatFeed(place: try await place(context), postgres: visitors.asking.postgres, feed: feed).response(to: request, on: context.channel)
    }
}

/// What a person says in a chat, and who answers, as it happens.
struct ChatFeed: Sendable {
    let place: ChatPlace
    let postgres: Postgres
    let feed: ConversationFeed

    func response(to request: Request, on channel: any NIOCore.Channel) throws -> Response {
        let query = try Form(parsing: request.uri.query ?? "")
        let start = request.headers[.lastEventID].flatMap(Int64.init) ?? query["after"].flatMap(Int64.init) ?? 0
        let reader = FeedReader(
            place: place, words: ChatWords(for: request, to: place.bot), position: max(0, start),
            handling: query["handling"].flatMap(ChatView.Handling.init) ?? .bot)
        return Response(
            status: .ok, headers: StandardHeaders.events,
            body: ResponseBody { writer in
                try await feed.follow(.conversation(place.conversation), on: channel) { subscription in
                    var reader = reader
                    try await tell(&reader, &writer)
                    while let news = await subscription.next() {
                        if case .quiet = news {
                            try await writer.write(EventStream.heartbeat)
                        } else {
                            try await tell(&reader, &writer)
                        }
                    }
                }
                try await writer.finish(nil)
            })
    }

    private func tell(_ reader: inout FeedReader, _ writer: inout any ResponseBodyWriter) async throws {
        let news = try await postgres.chat(reader.place.conversation, with: reader.place.bot, after: reader.position)
        try await writer.write(EventStream.heartbeat)
        let reach = news.handling == .waiting ? try await postgres.reach(of: reader.place.bot) : nil
        for event in reader.events(news, reach) { try await writer.write(event) }
    }
}

/// How much of a conversation an open page has.
private struct FeedReader {
    let place: ChatPlace
    let words: ChatWords
    var position: Int64
    var handling: ChatView.Handling

    mutating func events(_ news: StoredChat, _ reach: Reach?) -> [ByteBuffer] {
        var events = news.messages.filter { $0.role == "person" }.map { message in
            ByteBuffer(event: "message", id: String(message.position), PersonMessage(message, words).html)
        }
        position = max(position, news.place)
        if news.handling != handling {
            handling = news.handling
            let chat = ChatView(
                address: place.address, session: place.session.text, place: position, isNew: false, handling: handling, personName: news.personName,
                reach: reach)
            events.append(ByteBuffer(event: "handling", id: String(position), ChatHandling(chat: chat, bot: ChatBot(place.bot, takesLeads: place.takesLeads), words: words).html))
        }
        return events
    }
}
