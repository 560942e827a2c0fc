import FoundationEssentials
import HTTPTypes
import Hummingbird
import Templates

/// Takes what visitors write to a bot, from its chat page and from programs on other sites.
struct Visitors: Sendable {
    let asking: Asking
    let callers: Callers
    let handOff: HandOff
    let proxies: [AddressRange]

    var door: ChatDoor { ChatDoor(callers: callers) }

    /// Stores what a visitor wrote, and begins to answer it unless a person does.
    /// - Throws: `Failure.invalid` and `.tooManyRequests` with words for people.
    func send(_ message: VisitorText, to bot: Bot, _ request: Request, _ context: VisitorContext) async throws -> Sent {
        let address = context.address(request, behind: proxies)
        let known = try await message.visitorToken == nil ? visitor(of: message.session, bot) : nil
        let conversation = message.session.conversation(with: bot)
        let (caller, standing) = try await callers.visitor(
            of: bot, in: conversation, from: address, visitorToken: message.visitorToken, known: known)
        var incoming = Incoming(
            question: message.text, place: .named(conversation), channel: message.channel, signedVisitor: caller.signedVisitor,
            pageURL: message.pageURL,
            isWatched: message.isWatched,
            bounds: callers.visitorLimits.bounds(bot.id, in: conversation, from: address, caller.signedVisitor))
        incoming.idempotencyKey = try IdempotencyKey(
            request, once: message.once, writing: message.text, in: conversation, by: caller.signedVisitor)
        incoming.idempotencyKey?.isOfPage = message.isOfPage
        var session = message.session
        if let proof = caller.proof { session.pass = ChatPass(proof, to: conversation) }
        return Sent(bot: bot, session: session, text: message.text, kind: try await take(incoming, at: caller.desk, standing))
    }

    private func take(_ incoming: Incoming, at desk: Desk, _ standing: ChatStanding) async throws -> Sent.Kind {
        if let earlier = try await earlier(incoming, desk.bot) { return .answered(earlier) }
        let (left, mustTell) =
            standing.isPersons ? try await asking.postgres.leaveForPerson(incoming, with: desk.bot) : (nil, standing.mustTell)
        let kind = if let left { Sent.Kind.leftForPerson(left) } else { try await answer(incoming, at: desk) }
        if mustTell, let conversation = incoming.place.conversation { await handOff.visitorWrote(in: conversation, with: desk.bot) }
        return kind
    }

    /// The answer to the same message before.
    private func earlier(_ incoming: Incoming, _ bot: Bot) async throws -> UUID? {
        guard let key = incoming.idempotencyKey else { return nil }
        return try await asking.postgres.earlierAnswer(key, of: bot)
    }

    /// By the pass in a page's address, where that is all there is.
    private func visitor(of session: ChatSession, _ bot: Bot) async throws -> SignedVisitor? {
        session.pass == nil ? nil : try await door.open(session, with: bot).visitor
    }

    private func answer(_ incoming: Incoming, at desk: Desk) async throws -> Sent.Kind {
        do {
            return .answering(try await asking.ask(incoming, at: desk))
        } catch let failure as Failure where failure.code == Failure.answeredElsewhere.code {
            // It came twice at the same time.
            guard let earlier = try await earlier(incoming, desk.bot) else { throw failure }
            return .answered(earlier)
        } catch let failure as Failure where failure.status == .notFound {
            // A visitor's chat is derived from its secret: there is no other reason not to get in.
            throw Failure.chatOfSignedVisitor
        }
    }
}

/// What a visitor writes.
struct VisitorText: Sendable {
    /// Bytes of an address that is noted.
    static let maximumPageURL = 2_000

    let text: String
    let session: ChatSession
    let channel: Conversation.Channel
    /// The page that the launcher stands on, without its query.
    let pageURL: String
    /// Of the business, which says who this is.
    let visitorToken: String?
    let isWatched: Bool
    /// What the page's form has for its next message, so that it counts once.
    let once: String?
    let isOfPage: Bool

    init(_ input: Input, _ session: ChatSession, _ channel: Conversation.Channel, _ output: Output) throws(Failure) {
        text = try Asking.question(input.text("message"), field: "message")
        self.session = session
        self.channel = channel
        isWatched = output == .events || output == .fragment
        isOfPage = output == .page || output == .fragment
        once = try isOfPage ? input.text("once") : nil
        visitorToken = try input.text("visitor_token")?.nonEmpty
        let page = try input.text("page_url") ?? ""
        let isKept = page.utf8.count <= Self.maximumPageURL && (page.hasPrefix("https://") || page.hasPrefix("http://"))
        pageURL = isKept ? String(page.prefix { $0 != "?" && $0 != "#" }) : ""
    }
}

/// What became of a visitor's message.
struct Sent: Sendable {
    enum Kind: Sendable {
        case answering(LiveAnswer)
        /// The id of the answer to the same message before, which may still be made.
        case answered(UUID)
        /// The id of what the visitor wrote.
        case leftForPerson(UUID)
    }

    let bot: Bot
    var session: ChatSession?
    let text: String
    let kind: Kind
}

extension Sent {
    /// Says kindly that a person will answer, in the form of an answer.
    func note(_ id: UUID, in conversation: UUID, _ words: ChatWords) -> Message {
        Message(id: id, conversation: conversation, question: text, text: words.personWillAnswer, outcome: Outcome(basis: nil))
    }
}

extension ChatWords {
    /// Those for this request to this bot.
    static func spoken(for request: Request, to bot: Bot) -> ChatWords {
        spoken(language: bot.language, accepted: request.headers[.acceptLanguage])
    }

    /// A refusal of what was written, in these words.
    func saying(_ failure: Failure) -> Failure {
        var failure = failure
        switch failure.code {
        case Failure.tooManyRequestsCode where failure.retryAfter ?? 0 <= 60: failure.message = tooMany
        case Failure.stillAnswering.code: failure.message = stillAnswering
        case Failure.chatOfSignedVisitor.code where failure.message == Failure.chatOfSignedVisitor.message: failure.message = signInAgain
        default: break
        }
        guard let field = failure.fields["message"] else { return failure }
        failure.message = field == Asking.tooLong ? tooLong : writeFirst
        failure.fields["message"] = failure.message
        return failure
    }
}
