import FoundationEssentials
import Templates

/// A question as a channel brings it.
struct Incoming: Sendable {
    /// Where it is asked.
    enum Place: Sendable, Equatable {
        case newConversation
        /// One that there must be.
        case conversation(UUID)
        /// One that is begun if it isn't there yet.
        case named(UUID)
    }

    /// Of the question, once it is stored.
    let id = UUID.random()
    let question: String
    var place = Place.newConversation
    let channel: Conversation.Channel
    /// What was said before, where the channel brings that along; nil is what we have stored.
    var previous: [Asked.Turn]?
    /// Who is signed in: a conversation of theirs is nobody else's.
    var person: UUID?
    /// An earlier question of theirs that they have written anew: what followed it becomes an earlier branch.
    var replaces: UUID?
    /// What came with it.
    var attachments: [Attachment] = []
    /// What a program says of its visitor.
    var visitor = ""
    /// Who the business says that its visitor is.
    var signedVisitor: SignedVisitor?
    /// The page that a visitor writes from.
    var pageURL = ""
    /// Whether somebody watches the words come.
    let isWatched: Bool
    /// How many answers may be made at the same time for who asks.
    var bounds: [Bound] = []
    /// Set where the same request may come again; its answer is then made to the end, whoever waits for it.
    var idempotencyKey: IdempotencyKey?
}

extension Incoming {
    /// Whether it is stored together with its answer, in one trip: nobody can name either of them before.
    var waitsForAnswer: Bool { channel == .api && !isWatched && place == .newConversation && idempotencyKey == nil }

    /// From a form, or from a program's JSON.
    init(_ input: Input, _ channel: Conversation.Channel, _ output: Output) throws(Failure) {
        question = try Asking.question(input.text("question"))
        self.channel = channel
        isWatched = output == .events || output == .fragment
        guard let conversation = try input.text("conversation_id") else { return }
        // A form without JavaScript sends the field even where there is none yet.
        if conversation.isEmpty, output == .page || output == .fragment { return }
        guard let id = UUID(text: conversation[...]) else { throw .invalid(["conversation_id": "This isn’t a conversation’s id."]) }
        place = .conversation(id)
    }
}

extension Incoming.Place {
    var conversation: UUID? {
        switch self {
        case .newConversation: nil
        case .conversation(let id), .named(let id): id
        }
    }
}

extension Schema {
    static let answer = AnswerReply.schema
    static let question = component(
        "Question",
        .object(
            required: ["question": .string(upTo: Asking.maximumQuestionLength)],
            optional: ["conversation_id": .uuid.saying("To ask on in a conversation")]))
}
