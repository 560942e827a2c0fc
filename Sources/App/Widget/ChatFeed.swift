import FoundationEssentials
import Hummingbird
import NIOCore
import Postgres
import Templates

extension Chat {
    /// `GET …/{token}/{session}/events`: what a person says, and who answers, from where the page or the reader was.
    func follow(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let place = try await place(request, context)
        guard place.inside.hasBegun else { throw Failure.notFound }
        let stream = try ChatFeed(place, asking.postgres, for: request)
        try services.streamLimits.count(request, of: place.bot, context)
        return stream.response(services.feed, on: context.channel)
    }
}

/// What a person says in a chat, and who answers, as it happens.
struct ChatFeed: Teller {
    let place: ChatPlace
    let postgres: Postgres
    let words: ChatWords
    /// How much of the conversation an open page has.
    private var position: Int64
    private var handling: ChatView.Handling

    init(_ place: ChatPlace, _ postgres: Postgres, for request: Request) throws {
        let query = try Form(parsing: request.uri.query ?? "")
        self.place = place
        self.postgres = postgres
        words = ChatWords.spoken(for: request, to: place.bot)
        position = max(0, (request.headers[.lastEventID].flatMap(Int64.init) ?? query["after"].flatMap(Int64.init)) ?? 0)
        handling = query["handling"].flatMap(ChatView.Handling.init) ?? .bot
    }

    func response(_ feed: ConversationFeed, on channel: any NIOCore.Channel) -> Response {
        feed.stream(.conversation(place.conversation), on: channel, by: self)
    }

    mutating func events(of news: ConversationFeed.News) async throws -> [ByteBuffer] {
        let chat = try await postgres.chat(place.conversation, with: place.bot, after: position)
        var events = chat.messages.filter { $0.role == "person" }.map { message in
            ByteBuffer(event: "message", id: String(message.position), PersonMessage(message, words).html)
        }
        position = max(position, chat.place)
        if chat.handling != handling {
            handling = chat.handling
            let reach = handling == .waiting ? try await postgres.reach(of: place.bot) : nil
            events.append(ByteBuffer(event: "handling", id: String(position), handlingView(chat, reach).html))
        }
        return events
    }

    private func handlingView(_ chat: StoredChat, _ reach: Reach?) -> ChatHandling {
        let view = ChatView(
            address: place.address, session: place.session.text, place: position, isNew: false, handling: handling,
            personName: chat.personName,
            reach: reach)
        return ChatHandling(chat: view, bot: ChatBot(place.bot, takesLeads: place.takesLeads), words: words)
    }
}
