import NIOCore
import Templates

/// Writes an answer as OpenAI streams it: pieces of the text, a last one with the reason to stop and our citations, the usage
/// if it was asked for, and `[DONE]`.
struct CompletionStream: AnswerEvents {
    let head: CompletionHead
    let includesUsage: Bool

    func start(conversation: String) -> ByteBuffer { piece(Chunk(stream: self, delta: .role)) }

    func writeDelta(_ text: String, end: Int, to buffer: inout ByteBuffer) { write(Chunk(stream: self, delta: .text(text)), to: &buffer) }

    func end(of message: Message) -> ByteBuffer {
        guard let reply = message.reply else { return piece(OpenAIError(.unexpected)) + Self.done }
        var buffer = piece(Chunk(stream: self, delta: .end(reply)))
        if includesUsage { buffer += piece(Chunk(stream: self, delta: .usage(reply.usage))) }
        return buffer + Self.done
    }

    private static let done = ByteBuffer(staticString: "data: [DONE]\n\n")

    private func piece(_ content: some JSONEncodable) -> ByteBuffer {
        var buffer = ByteBuffer()
        write(content, to: &buffer)
        return buffer
    }

    private func write(_ content: some JSONEncodable, to buffer: inout ByteBuffer) {
        var json = JSONWriter()
        content.write(to: &json)
        json.withUnsafeBytes { bytes in
            buffer.reserveCapacity(minimumWritableBytes: bytes.count + 16)
            buffer.writeStaticString("data: ")
            buffer.writeBytes(bytes)
            buffer.writeStaticString("\n\n")
        }
    }
}

private struct Chunk: JSONEncodable {
    enum Delta {
        case role, text(String), end(AnswerReply), usage(AnswerReply.Usage)
    }

    let stream: CompletionStream
    let delta: Delta

    func write(to json: inout JSONWriter) {
        json.object { json in
            stream.head.write("chat.completion.chunk", to: &json)
            switch delta {
            case .usage(let usage):
                json.member("choices", [Choice]())
                json.member("usage", CompletionUsage(usage))
            default:
                json.member("choices", [Choice(delta: delta)])
                if stream.includesUsage { json.member("usage", String?.none) }
            }
            guard case .end(let reply) = delta else { return }
            json.member("citations", reply.citations)
            json.member("basis", reply.basis)
            json.member("conversation_id", reply.conversationID)
        }
    }

    struct Choice: JSONEncodable {
        let delta: Delta

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("index", 0)
                json.member("delta", self.content)
                json.member("logprobs", String?.none)
                if case .end(let reply) = delta {
                    json.member("finish_reason", reply.finishReason)
                } else {
                    json.member("finish_reason", String?.none)
                }
            }
        }

        private var content: [String: String] {
            switch delta {
            case .role: ["role": "assistant", "content": ""]
            case .text(let text): ["content": text]
            case .end, .usage: [:]
            }
        }
    }
}

extension ByteBuffer {
    fileprivate static func + (left: ByteBuffer, right: ByteBuffer) -> ByteBuffer {
        var both = left
        both.writeImmutableBuffer(right)
        return both
    }

    fileprivate static func += (left: inout ByteBuffer, right: ByteBuffer) { left.writeImmutableBuffer(right) }
}
