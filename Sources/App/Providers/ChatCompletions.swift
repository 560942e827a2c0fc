import Curl
import Synchronization
import Templates

/// The chat completions that OpenAI defined and many providers speak.
struct ChatCompletions: ModelAdapter {
    private static let endOfStream = "[DONE]"

    let credential: Credential
    private let http: ProviderHTTP

    init(curl: Curl, credential: Credential) {
        self.credential = credential
        let headers = credential.key.isEmpty ? [] : [("Authorization", "Bearer \(credential.key)")]
        http = ProviderHTTP(curl: curl, addresses: credential.addresses, headers: headers)
    }

    func stream(_ request: ModelRequest, receive: @escaping @Sendable (ModelPiece) -> Bool) async throws {
        let response = try await http.post(body(request), to: credential.baseURL + "/chat/completions", request.timeouts)
        let hasStopped = Atomic(false)
        do {
            try await response.readEvents { data in
                if data.elementsEqual(Self.endOfStream.utf8) { return .isComplete }
                let chunk = try ChatCompletionChunk(data)
                if let usage = chunk.usage, !receive(.usage(usage)) { return .isEnough }
                if !chunk.text.isEmpty, !receive(.text(chunk.text)) { return .isEnough }
                if let cut = chunk.cut, !receive(.stopped(cut)) { return .isEnough }
                if chunk.isLast { hasStopped.store(true, ordering: .relaxed) }
                return .goesOn
            }
        } catch ProviderTrouble.cut where hasStopped.load(ordering: .relaxed) {
            // Some servers leave out the last line.
        }
    }

    func validate(model: String?) async throws(CredentialProblem) {
        // OpenRouter shows its models to everyone, and so says nothing of a key with them.
        if credential.provider == .openrouter {
            let (status, _) = try await http.get(credential.baseURL + "/key")
            if status != 404, let problem = CredentialProblem(status: status) { throw problem }
        }
        let (status, list) = try await http.get(credential.baseURL + "/models")
        if let problem = CredentialProblem(status: status) { throw problem }
        guard let list, let names = Self.names(list) else { throw .isNoProvider }
        guard let model, !names.contains(model) else { return }
        // A short name, as Ollama takes it, stands in no list.
        guard try await http.get(credential.baseURL + "/models/" + model.pathEncoded).status == 200 else { throw .modelIsUnknown(model) }
    }

    private static func names(_ list: JSON) -> Set<String>? {
        guard case .array(let models) = list["data"] ?? list else { return nil }
        return Set(models.compactMap { $0["id"]?.string })
    }

    func body(_ request: ModelRequest) -> [UInt8] {
        var json = JSONWriter(sizeHint: 4_096)
        json.object {
            $0.member("model", request.model)
            $0.member("stream", request.comesInPieces)
            $0.member("messages", request.messages)
            writeLimits(of: request, to: &$0)
        }
        return json.bytes
    }

    private func writeLimits(of request: ModelRequest, to json: inout JSONWriter) {
        // Of servers that only say that they are compatible, nobody knows what they take.
        let isBare = request.form == .plain ? credential.provider == .compatible : request.form != .full
        if isBare { return }
        if request.comesInPieces { json.member("stream_options", ["include_usage": true]) }
        if request.form == .plain { return json.member("max_completion_tokens", request.maximumTokens) }
        json.member("temperature", request.temperature)
        if Self.thinksFirst(request.model) {
            // A front desk answers at once.
            json.member("reasoning_effort", "none")
            json.member("max_completion_tokens", request.maximumTokens)
        } else {
            json.member("max_tokens", request.maximumTokens)
        }
    }

    /// OpenAI's models that think unless told not to, by whatever path: `gpt-6-luna`, `openai/gpt-6-luna`.
    private static func thinksFirst(_ model: String) -> Bool {
        let name = model.split(separator: "/").last ?? ""
        return name.hasPrefix("gpt-6") || name.hasPrefix("gpt-5.")
    }
}

/// One event of a streamed chat completion, or a whole one.
struct ChatCompletionChunk {
    var text = ""
    var usage: AnswerReply.Usage?
    /// Whether the provider says why it stops.
    var isLast = false
    /// Why, where that wasn't the model's wish.
    var cut: Outcome.Cut?

    init(_ bytes: [UInt8]) throws(ProviderTrouble) {
        guard let json = try? JSON(parsing: bytes), case .object(let members) = json else { throw .malformed }
        if let error = members["error"], error != .null { throw .failed }
        if let choice = members["choices"]?[0] {
            let message = choice["delta"] ?? choice["message"]
            if let content = message?["content"] { text = try Self.text(content) }
            let reason = choice["finish_reason"]?.string
            if reason == "error" { throw .failed }
            isLast = reason != nil
            cut = reason.flatMap(Outcome.Cut.init(reason:))
            // A model that refuses in a field of its own says nothing else.
            if message?["refusal"]?.string?.isEmpty == false { cut = .filter }
        } else if members["choices"] == nil {
            throw .malformed
        }
        if let usage = members["usage"] {
            self.usage = AnswerReply.Usage(input: usage["prompt_tokens"], output: usage["completion_tokens"])
        }
    }
}

extension ChatCompletionChunk {
    /// Some write the text in parts, beside which stands what the model thinks.
    private static func text(_ content: JSON) throws(ProviderTrouble) -> String {
        switch content {
        case .string(let text): return text
        case .null: return ""
        case .array(let parts) where !parts.isEmpty && parts.allSatisfy({ $0["type"]?.string != nil }):
            return parts.filter { $0["type"] == .string("text") }.compactMap { $0["text"]?.string }.joined()
        default: throw .malformed
        }
    }
}

extension Outcome.Cut {
    private static let ofLength: Set = ["length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded"]
    private static let ofFilter: Set = [
        "content_filter", "content_filtered", "refusal", "safety", "recitation", "blocklist", "prohibited_content", "spii",
        "guardrail_intervened",
    ]

    /// By any provider's name for it; nil for an end that the model chose, or that we don't know.
    init?(reason: String) {
        let reason = reason.lowercased()
        if Self.ofLength.contains(reason) { self = .length } else if Self.ofFilter.contains(reason) { self = .filter } else { return nil }
    }
}

extension String {
    /// As one part of a path.
    var pathEncoded: String { PercentEncoding.encode(self, keeping: UInt8(ascii: ":")) }
}
