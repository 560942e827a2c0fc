import Curl
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

    func stream(_ request: ModelRequest, receive: (ModelPiece) throws -> Bool) async throws {
        let response = try await http.post(body(request), to: credential.baseURL + "/chat/completions", request.timeouts)
        var hasStopped = false
        do {
            try await response.readEvents { data in
                if data.elementsEqual(Self.endOfStream.utf8) { return .isComplete }
                let chunk = try ChatCompletionChunk(data)
                if let usage = chunk.usage, try !receive(.usage(usage)) { return .isEnough }
                if !chunk.text.isEmpty, try !receive(.text(chunk.text)) { return .isEnough }
                if chunk.isLast { hasStopped = true }
                return .goesOn
            }
        } catch ProviderTrouble.cut where hasStopped {
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

    private func body(_ request: ModelRequest) -> [UInt8] {
        var json = JSONWriter(sizeHint: 4_096)
        json.object {
            $0.member("model", request.model)
            $0.member("stream", request.isStreamed)
            $0.member("messages", request.messages)
            writeLimits(of: request, to: &$0)
        }
        return json.bytes
    }

    private func writeLimits(of request: ModelRequest, to json: inout JSONWriter) {
        let isCompatible = credential.provider == .compatible
        if request.isStreamed, !request.isPlain || !isCompatible { json.member("stream_options", ["include_usage": true]) }
        guard !request.isPlain else {
            if !isCompatible { json.member("max_completion_tokens", request.maximumTokens) }
            return
        }
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

    init(_ bytes: [UInt8]) throws(ProviderTrouble) {
        guard let json = try? JSON(parsing: bytes), case .object(let members) = json else { throw .malformed }
        if let error = members["error"], error != .null { throw .failed }
        if let choice = members["choices"]?[0] {
            if let content = (choice["delta"] ?? choice["message"])?["content"] {
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
        if let usage = members["usage"] {
            self.usage = AnswerReply.Usage(input: usage["prompt_tokens"], output: usage["completion_tokens"])
        }
    }
}

extension String {
    /// As one part of a path.
    var pathEncoded: String {
        var text = ""
        for byte in utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
                UInt8(ascii: ":"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }
}
