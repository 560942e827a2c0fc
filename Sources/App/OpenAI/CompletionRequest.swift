import Crypto
import FoundationEssentials
import Templates

/// A request for a chat completion, as OpenAI's clients send it, read as a question to a bot.
///
/// The last user message is the question, and the pairs of user and assistant messages before it are the conversation so
/// far. System messages don't count: what the bot knows and how it speaks is its owner's to say. What would change the
/// answer's shape is refused; what only tunes a model is let pass.
struct CompletionRequest: Sendable {
    static let maximumMessages = 1_000
    static let maximumVisitorLength = 200
    /// Every key is for one bot: this name is it, too.
    static let modelName = "frontdesk"
    private static let roles = ["system", "developer", "user", "assistant", "tool", "function"]

    let question: String
    let previous: [Asked.Turn]
    let place: Incoming.Place
    let visitor: String
    let model: String
    let streams: Bool
    /// Whether the stream ends with the tokens that were used.
    let includesUsage: Bool

    init(_ members: [String: JSON], to bot: Bot) throws(Failure) {
        model = try Self.model(members["model"], of: bot)
        try Self.refuseWhatChangesTheAnswer(members)
        streams = try Self.switched(members, "stream")
        includesUsage = try Self.switched(members["stream_options"]?.members ?? [:], "include_usage")
        let messages = try Self.messages(members["messages"])
        question = try Self.question(messages)
        let turns = Self.turns(messages.dropLast())
        previous = turns
        let visitor = (members["safety_identifier"]?.string ?? members["user"]?.string ?? "").withoutControls
        self.visitor = String(visitor.prefix(Self.maximumVisitorLength))
        place = try Self.place(members["metadata"], visitor, bot, first: turns.first?.question ?? question)
    }

    func incoming() -> Incoming {
        // A program that sends no history with a conversation's id leaves it to us.
        let bringsHistory = !previous.isEmpty || place.isNamedByVisitor
        return Incoming(
            question: question, place: place, channel: .api, previous: bringsHistory ? previous : nil, visitor: visitor, isWatched: streams)
    }

    private static func model(_ given: JSON?, of bot: Bot) throws(Failure) -> String {
        guard let name = given?.string, !name.isEmpty else { throw .wrong("model", "Please name a model: “\(modelName)”.") }
        guard name == modelName || name.lowercased() == bot.id.lowercased else { throw .noSuchModel }
        return name
    }

    private static func refuseWhatChangesTheAnswer(_ members: [String: JSON]) throws(Failure) {
        func isSet(_ name: String, but harmless: JSON...) -> Bool {
            guard let value = members[name], value != .null else { return false }
            return !harmless.contains(value)
        }
        if isSet("n", but: .number("1")) { throw .wrong("n", "There is one answer to a question: n can only be 1.") }
        if isSet("tool_choice", but: .string("auto"), .string("none")) || isSet("function_call", but: .string("auto"), .string("none")) {
            throw .wrong("tool_choice", "This bot calls no tools: tool_choice can only be “auto” or “none”.")
        }
        if let format = members["response_format"], format != .null, format["type"] != .string("text") {
            throw .wrong("response_format", "Answers are text: response_format can only be “text”.")
        }
        if isSet("logprobs", but: .bool(false)) { throw .wrong("logprobs", "Answers come without probabilities.") }
        if isSet("modalities", but: .array([.string("text")])) || isSet("audio") {
            throw .wrong("modalities", "Answers are text: modalities can only be [“text”].")
        }
    }

    private static func switched(_ members: [String: JSON], _ name: String) throws(Failure) -> Bool {
        switch members[name] {
        case nil, .null: return false
        case .bool(let isOn): return isOn
        default: throw .wrong(name, "\(name) must be true or false.")
        }
    }

    // MARK: Messages

    private struct Message {
        let role: String
        let text: String
    }

    private static func messages(_ given: JSON?) throws(Failure) -> [Message] {
        guard case .array(let items) = given, !items.isEmpty else { throw .wrong("messages", "Please send at least one message.") }
        guard items.count <= maximumMessages else {
            throw .wrong("messages", "That’s more than 1,000 messages. Please send the last ones.")
        }
        var messages: [Message] = []
        for (index, item) in items.enumerated() { messages.append(try message(item, "messages[\(index)]")) }
        return messages
    }

    private static func message(_ item: JSON, _ place: String) throws(Failure) -> Message {
        guard let role = item["role"]?.string, roles.contains(role) else {
            throw .wrong("\(place).role", "A message’s role is system, developer, user or assistant.")
        }
        switch item["content"] {
        case .string(let text): return Message(role: role, text: text.withoutControls)
        // Of an assistant that called a tool.
        case nil where role == "assistant", .null where role == "assistant": return Message(role: role, text: "")
        case .array(let parts) where role != "user": return Message(role: role, text: text(parts))
        case .array(let parts):
            guard parts.allSatisfy({ $0["type"] == .string("text") && $0["text"]?.string != nil }) else {
                throw .wrong("\(place).content", "A bot reads text only: please leave out images, sounds and files.")
            }
            return Message(role: role, text: text(parts))
        default: throw .wrong("\(place).content", "A message’s content is text.")
        }
    }

    private static func text(_ parts: [JSON]) -> String {
        parts.compactMap { $0["text"]?.string }.joined(separator: "\n").withoutControls
    }

    private static func question(_ messages: [Message]) throws(Failure) -> String {
        guard let last = messages.last, last.role == "user" else { throw .wrong("messages", "The last message must be the user’s.") }
        do {
            return try Asking.question(last.text)
        } catch {
            throw Failure(status: error.status, code: error.code, message: error.message, fields: ["messages": error.message])
        }
    }

    private static func turns(_ messages: some Sequence<Message>) -> [Asked.Turn] {
        var turns: [Asked.Turn] = []
        var question: String?
        for message in messages {
            if message.role == "user" { question = message.text }
            guard message.role == "assistant", !message.text.isEmpty, let asked = question else { continue }
            turns.append(Asked.Turn(question: asked, answer: message.text))
            question = nil
        }
        return turns
    }

    // MARK: The conversation

    /// The one that `metadata.conversation_id` names. Otherwise, a visitor who is told apart by `user` and begins with the
    /// same question as before goes on with the same conversation, since clients send it whole with each question.
    private static func place(_ metadata: JSON?, _ visitor: String, _ bot: Bot, first: String) throws(Failure) -> Incoming.Place {
        if let given = metadata?["conversation_id"], given != .null {
            guard let id = given.string.flatMap({ UUID(text: $0[...]) }) else {
                throw .wrong("metadata.conversation_id", "This isn’t a conversation’s id.")
            }
            return .conversation(id)
        }
        return visitor.isEmpty ? .newConversation : .named(UUID(naming: [bot.id.lowercased, visitor, first]))
    }

    /// As much of it as is read.
    fileprivate static var schema: Schema {
        let message = Schema.object(required: ["role": .one(of: roles)], optional: ["content": .any])
        return .object(
            required: [
                "model": .string.saying("“\(modelName)”, or the bot’s id"),
                "messages": .array(of: message, from: 1, upTo: maximumMessages),
            ],
            optional: [
                "stream": .boolean.orNull, "stream_options": Schema.object(optional: ["include_usage": .boolean]).orNull,
                "user": .string, "safety_identifier": .string, "metadata": Schema.object(optional: ["conversation_id": .uuid]).orNull,
            ])
    }
}

extension Incoming.Place {
    fileprivate var isNamedByVisitor: Bool { if case .named = self { true } else { false } }
}

extension UUID {
    /// The same for the same names; of version 8, as its bits are ours to choose.
    init(naming names: [String]) {
        var hash = SHA256()
        for name in names {
            hash.update(data: Array("\(name.utf8.count):".utf8))
            hash.update(data: Array(name.utf8))
        }
        var bytes = Array(hash.finalize().prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        var uuid = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) as uuid_t
        withUnsafeMutableBytes(of: &uuid) { $0.copyBytes(from: bytes) }
        self.init(uuid: uuid)
    }
}

extension JSON {
    fileprivate var members: [String: JSON]? { if case .object(let members) = self { members } else { nil } }
}

extension Failure {
    /// A parameter that can't be as it is.
    fileprivate static func wrong(_ parameter: String, _ message: String) -> Failure {
        Failure(status: .badRequest, code: "invalid", message: message, fields: [parameter: message])
    }

    static let noSuchModel = Failure(
        status: .notFound, code: "model_not_found",
        message: "There is no such model here. Your key is for one bot: name it “\(CompletionRequest.modelName)”, or by its id.",
        fields: ["model": "There is no such model here."])
}

extension Schema {
    static let completionRequest = component("CompletionRequest", CompletionRequest.schema)
}
