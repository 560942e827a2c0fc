import FoundationEssentials
import Hummingbird
import NIOCore
import Templates

extension Chat {
    /// Until a message is announced rather than looked for.
    static let pauseBetweenLooks = Duration.seconds(2)
    /// Looks between two signs of life.
    private static let looksPerHeartbeat = 7

    /// `GET …/{token}/{session}/events`: what a person says, and who answers, from where the page or the reader was.
    func follow(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let place = try await place(context)
        let query = try Form(parsing: request.uri.query ?? "")
        let start = request.headers[.lastEventID].flatMap(Int64.init) ?? query["after"].flatMap(Int64.init) ?? 0
        let known = query["handling"].flatMap(ChatView.Handling.init) ?? .bot
        let words = ChatWords(for: request, to: place.bot)
        return Response(
            status: .ok, headers: StandardHeaders.events,
            body: ResponseBody { writer in
                var reader = FeedReader(place: place, words: words, position: max(0, start), handling: known)
                try await writer.write(EventStream.heartbeat)
                var looks = 0
                while context.channel.isActive {
                    let news = try await visitors.asking.postgres.chat(place.conversation, with: place.bot, after: reader.position)
                    for event in reader.events(news) { try await writer.write(event) }
                    looks += 1
                    if looks % Self.looksPerHeartbeat == 0 { try await writer.write(EventStream.heartbeat) }
                    try await Task.sleep(for: Self.pauseBetweenLooks)
                }
                try await writer.finish(nil)
            })
    }
}

/// How much of a conversation an open page has.
private struct FeedReader {
    let place: ChatPlace
    let words: ChatWords
    var position: Int64
    var handling: ChatView.Handling

    mutating func events(_ news: StoredChat) -> [ByteBuffer] {
        var events = news.messages.filter { $0.role == "person" }.map { message in
            ByteBuffer(event: "message", id: String(message.position), PersonMessage(message, words).html)
        }
        position = max(position, news.place)
        if news.handling != handling {
            handling = news.handling
            let chat = ChatView(
                address: place.address, session: place.session.text, place: position, isNew: false, handling: handling, personName: news.personName)
            events.append(ByteBuffer(event: "handling", id: String(position), ChatHandling(chat: chat, bot: ChatBot(place.bot), words: words).html))
        }
        return events
    }
}
