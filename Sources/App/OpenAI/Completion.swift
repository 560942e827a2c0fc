import FoundationEssentials
import Templates

/// An answer in the shape of OpenAI's chat completions, with what they have no place for beside it: citations, basis, and the
/// conversation's id.
struct Completion: JSONEncodable {
    let request: CompletionHead
    let reply: AnswerReply

    func write(to json: inout JSONWriter) {
        json.object { json in
            request.write("chat.completion", to: &json)
            json.member("choices", [CompletionChoice(reply: reply)])
            json.member("usage", CompletionUsage(reply.usage))
            json.member("basis", reply.basis)
            json.member("conversation_id", reply.conversationID)
        }
    }
}

/// What all pieces of an answer have in common.
struct CompletionHead: Sendable {
    let message: UUID
    let model: String
    let created = Int(Date().timeIntervalSince1970)

    func write(_ object: String, to json: inout JSONWriter) {
        json.member("id", "chatcmpl-\(message.lowercased)")
        json.member("object", object)
        json.member("created", created)
        json.member("model", model)
    }
}

struct CompletionUsage: JSONEncodable {
    let usage: AnswerReply.Usage

    init(_ usage: AnswerReply.Usage) { self.usage = usage }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("prompt_tokens", usage.inputTokens)
            $0.member("completion_tokens", usage.outputTokens)
            $0.member("total_tokens", usage.inputTokens.addingReportingOverflow(usage.outputTokens).partialValue)
        }
    }
}

private struct CompletionChoice: JSONEncodable {
    let reply: AnswerReply

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("index", 0)
            json.member("message", Message(reply: reply))
            json.member("logprobs", String?.none)
            json.member("finish_reason", reply.finishReason)
        }
    }

    struct Message: JSONEncodable {
        let reply: AnswerReply

        func write(to json: inout JSONWriter) {
            json.object {
                $0.member("role", "assistant")
                $0.member("content", reply.answer)
                $0.member("refusal", String?.none)
                $0.member("citations", reply.citations)
            }
        }
    }
}
