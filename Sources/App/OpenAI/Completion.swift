import FoundationEssentials
import Templates

/// An answer in the shape of OpenAI's chat completions, with what they have no place for beside it: citations, basis, and the
/// conversation's id.
@JSONObject("Completion")
struct Completion {
    @Described(.string) let id: String
    let object: String = "chat.completion"
    let created: Int
    let model: String
    let choices: [CompletionChoice]
    let usage: CompletionUsage
    let basis: AnswerReply.Basis
    let conversationID: String

    init(request: CompletionHead, reply: AnswerReply) {
        self.init(
            id: request.id, created: request.created, model: request.model, choices: [CompletionChoice(reply)],
            usage: CompletionUsage(reply.usage), basis: reply.basis, conversationID: reply.conversationID)
    }
}

/// What all pieces of an answer have in common.
struct CompletionHead: Sendable {
    let message: UUID
    let model: String
    let created = Int(Date().timeIntervalSince1970)

    var id: String { "chatcmpl-\(message.lowercased)" }

    func write(_ object: String, to json: inout JSONWriter) {
        json.member("id", id)
        json.member("object", object)
        json.member("created", created)
        json.member("model", model)
    }
}

@JSONObject
struct CompletionUsage {
    let promptTokens: Int
    let completionTokens: Int
    let totalTokens: Int

    init(_ usage: AnswerReply.Usage) {
        self.init(
            promptTokens: usage.inputTokens, completionTokens: usage.outputTokens,
            totalTokens: usage.inputTokens.addingReportingOverflow(usage.outputTokens).partialValue)
    }
}

@JSONObject
struct CompletionChoice {
    let index: Int = 0
    let message: Message
    let logprobs: String? = nil
    @Described(.one(of: "stop", "length", "content_filter")) let finishReason: String

    @JSONObject
    struct Message {
        let role: String = "assistant"
        let content: String
        let refusal: String? = nil
        let citations: [AnswerReply.Citation]
    }

    init(_ reply: AnswerReply) {
        self.init(message: Message(content: reply.answer, citations: reply.citations), finishReason: reply.finishReason)
    }
}

extension Schema {
    static let completion = Completion.schema
}
