import Curl
import Templates

/// A client of the chat completions that OpenAI defined and many providers speak.
struct ChatCompletions: Sendable {
    /// Bytes of a whole streamed answer, framing included.
    static let maximumBodyBytes = 4 * 1_024 * 1_024
    static let maximumAnswerTokens = 800
    /// What a provider sends in place of text when it breaks off for its own reasons.
    private static let endOfStream = "[DONE]"

    let curl: Curl
    let configuration: ModelConfiguration

    struct Message: Sendable {
        let role: StaticString
        let content: String
    }

    enum Piece: Sendable {
        case text(String)
        case usage(AnswerReply.Usage)
    }

    /// Sends the messages; each piece of the answer goes to `receive`, which says whether to go on.
    /// - Throws: `ProviderTrouble`, also when the stream ends without having said that it is complete.
    func stream(_ messages: [Message], receive: (Piece) throws -> Bool) async throws {
        let response = try await send(messages)
        var isComplete = false
        for try await event in response.body.events {
            if event.data.elementsEqual(Self.endOfStream.utf8) { return }
            let chunk = try ChatCompletionChunk(event.data)
            if let usage = chunk.usage { guard try receive(.usage(usage)) else { return } }
            if !chunk.text.isEmpty { guard try receive(.text(chunk.text)) else { return } }
            if chunk.isLast { isComplete = true }
        }
        guard isComplete else { throw ProviderTrouble.cut }
    }

    private func send(_ messages: [Message]) async throws -> Curl.Response {
        let timeout = Duration.seconds(configuration.timeoutSeconds)
        let request = Curl.Request(
            method: "POST", url: configuration.baseURL + "/chat/completions",
            headers: [
                ("Authorization", "Bearer \(configuration.key)"), ("Content-Type", "application/json"),
                ("Accept", "text/event-stream"),
            ],
            body: body(messages), timeouts: .init(connect: .seconds(5), total: timeout * 2, silence: timeout),
            maximumBodyBytes: Self.maximumBodyBytes, addresses: .any)
        let response = try await curl.send(request)
        guard response.status == 200 else {
            throw ProviderTrouble.refused(status: response.status, retryAfter: response.header("retry-after").flatMap { Int($0) })
        }
        return response
    }

    private func body(_ messages: [Message]) -> [UInt8] {
        var json = JSONWriter(sizeHint: 4_096)
        json.object {
            $0.member("model", configuration.name)
            $0.member("stream", true)
            $0.member("temperature", 0.2)
            $0.member("max_tokens", Self.maximumAnswerTokens)
            $0.member("stream_options", ["include_usage": true])
            $0.member("messages", messages)
        }
        return json.bytes
    }
}

extension ChatCompletions.Message: JSONEncodable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("role", String(describing: role))
            $0.member("content", content)
        }
    }
}

/// What a provider did instead of answering.
enum ProviderTrouble: Error, Equatable {
    case refused(status: Int, retryAfter: Int?)
    /// Something that isn't a chunk of a chat completion.
    case malformed
    /// The stream ended in the middle.
    case cut
    /// An error that was sent inside the stream.
    case failed
    case empty

    /// Whether the same request may succeed a moment later.
    var isTransient: Bool {
        switch self {
        case .refused(let status, _): [408, 409, 425, 429].contains(status) || status >= 500
        case .malformed, .cut, .failed, .empty: true
        }
    }

    /// A short, stable name for the log.
    var category: String {
        switch self {
        case .refused(let status, _): "status_\(status)"
        case .malformed: "malformed"
        case .cut: "cut"
        case .failed: "failed"
        case .empty: "empty"
        }
    }
}

/// One event of a streamed chat completion.
struct ChatCompletionChunk {
    var text = ""
    var usage: AnswerReply.Usage?
    /// Whether the provider says why it stops.
    var isLast = false

    init(_ bytes: [UInt8]) throws(ProviderTrouble) {
        guard let json = try? JSON(parsing: bytes), case .object(let members) = json else { throw .malformed }
        if let error = members["error"], error != .null { throw .failed }
        if let choice = members["choices"]?[0] {
            if let content = choice["delta"]?["content"] {
                switch content {
                case .string(let text): self.text = text
                case .null: break
                default: throw .malformed
                }
            }
            isLast = choice["finish_reason"]?.string != nil
        } else if members["choices"] == nil {
            throw .malformed
        }
        if let usage = members["usage"], usage != .null { self.usage = AnswerReply.Usage(usage) }
    }
}

extension AnswerReply.Usage {
    /// More than any answer takes: a provider that says so is wrong.
    private static let plausible = 0...10_000_000

    /// What a provider says that it counted; nil where that can't be.
    init?(_ json: JSON) {
        guard let input = json["prompt_tokens"]?.integer, let output = json["completion_tokens"]?.integer,
            Self.plausible.contains(input), Self.plausible.contains(output)
        else { return nil }
        self.init(inputTokens: input, outputTokens: output)
    }

    /// Our own estimate: about four bytes of English make a token.
    init(inputBytes: Int, outputBytes: Int) {
        self.init(inputTokens: inputBytes / 4, outputTokens: outputBytes / 4)
    }
}
