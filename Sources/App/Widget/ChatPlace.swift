import FoundationEssentials
import Templates

/// A chat with a bot, at its address.
struct ChatPlace: Sendable {
    let bot: Bot
    let session: ChatSession
    let conversation: UUID
    /// Of all chats with the bot, as `/chat/0123…`.
    let address: String
    /// Where its messages are sent.
    let messages: String
    let inside: ChatDoor.Inside
    /// Whether its visitor may leave an address: of who is signed in, it is known.
    let takesLeads: Bool

    init(_ mount: Chat.Mount, _ bot: Bot, _ session: ChatSession, _ inside: ChatDoor.Inside = .init(hasBegun: false)) {
        self.bot = bot
        self.session = session
        conversation = session.conversation(with: bot)
        address = "\(mount.rawValue)/\(bot.token)"
        messages = "\(address)/messages"
        self.inside = inside
        takesLeads = !bot.leadFields.isEmpty
    }

    /// Of somebody who is signed in: it has no secret, as its conversation is theirs.
    init(_ bot: Bot, ofSignedIn conversation: UUID) {
        self.bot = bot
        self.conversation = conversation
        session = ChatSession(ofSignedIn: conversation)
        address = "\(Chat.Mount.hosted.rawValue)/\(bot.token)/sessions"
        messages = "\(address)/\(session.text)/messages"
        inside = .init(hasBegun: true)
        takesLeads = false
    }

    /// Of the page that shows a message.
    func path(to message: UUID) -> String { "\(address)/\(session.text)#answer-\(message.lowercased)" }

    func surface(_ words: ChatWords) -> AnswerSurface {
        AnswerSurface(
            words: words.answer, path: "\(address)/\(session.text)/messages",
            again: .init(action: messages, field: "message", session: session.text), hasThumbs: true,
            lead: takesLeads ? (LeadLink(words: words.handOff), "\(address)/\(session.text)") : nil)
    }
}

extension ChatView {
    init(_ place: ChatPlace) { self.init(address: place.address, session: place.session.text) }

    init(_ place: ChatPlace, _ stored: StoredChat, _ words: ChatWords) {
        let surface = place.surface(words)
        let answers = Dictionary(stored.messages.compactMap { message in message.replyTo.map { ($0, message) } }) { _, newest in newest }
        let entries = stored.messages.compactMap { message -> ChatEntry? in
            switch message.role {
            case "visitor":
                guard let answer = answers[message.id] else {
                    return .visitor(VisitorMessage(id: message.id.lowercased, text: message.text, words: words))
                }
                return .exchange(AnswerArticle(answer, to: message.text, in: place.conversation, on: surface))
            case "person": return .person(PersonMessage(message, words))
            default: return nil
            }
        }
        self.init(
            address: place.address, session: place.session.text, place: stored.place, isNew: entries.isEmpty && stored.handling == .bot,
            handling: stored.handling, personName: stored.personName, messages: entries)
    }
}

extension PersonMessage {
    init(_ message: ChatMessage, _ words: ChatWords) {
        self.init(id: message.id.lowercased, author: message.author, text: message.text, words: words)
    }
}

extension AnswerArticle {
    fileprivate init(_ answer: ChatMessage, to question: String, in conversation: UUID, on surface: AnswerSurface) {
        self.init(
            Message(id: answer.id, conversation: conversation, question: question, text: answer.text, outcome: answer.outcome), on: surface)
        reply?.thumb = answer.thumb
    }
}

extension ChatBot {
    /// - Parameter takesLeads: whether an address can be left there.
    init(_ bot: Bot, takesLeads: Bool = false) {
        self.init(
            name: bot.name, welcome: bot.welcomeMessage, placeholder: bot.placeholder, contactLine: bot.contactLine,
            color: String(bot.primaryColor.dropFirst()), offersPerson: bot.offersPerson, takesLeads: takesLeads)
    }
}
