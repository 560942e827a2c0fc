import Curl
import Synchronization
import Templates

/// Anthropic's own protocol.
struct AnthropicMessages: ModelAdapter {
    private static let version = "2023-06-01"
    /// Their temperature ends at 1, ours at 2.
    private static let highestTemperature = 1.0

    let credential: Credential
    private let http: ProviderHTTP
    /// With the version, which may stand in the base URL or not.
    private let root: String

    init(curl: Curl, credential: Credential) {
        self.credential = credential
        http = ProviderHTTP(
            curl: curl, addresses: credential.addresses, headers: [("x-api-key", credential.key), ("anthropic-version", Self.version)])
        root = credential.baseURL.hasSuffix("/v1") ? credential.baseURL : credential.baseURL + "/v1"
    }

    func stream(_ request: ModelRequest, receive: @escaping @Sendable (ModelPiece) -> Bool) async throws {
        let response = try await http.post(body(request), to: root + "/messages", request.timeouts)
        let inputTokens = Mutex(JSON?.none)
        try await response.readEvents { data in
            let event = try AnthropicEvent(data)
            if case .start(let tokens) = event { inputTokens.withLock { $0 = tokens } }
            if let usage = event.usage {
                // The later count is the better one, where there is one: a proxy only knows it at the end.
                let input = usage["input_tokens"]?.integer == 0 ? nil : usage["input_tokens"]
                let counted = AnswerReply.Usage(input: input ?? inputTokens.withLock { $0 }, output: usage["output_tokens"])
                if let counted, !receive(.usage(counted)) { return .isEnough }
            }
            if let text = event.text, !text.isEmpty, !receive(.text(text)) { return .isEnough }
            if let cut = event.cut, !receive(.stopped(cut)) { return .isEnough }
            return event.isLast ? .isComplete : .goesOn
        }
    }

    func validate(model: String?) async throws(CredentialProblem) {
        let (status, list) = try await http.get(root + "/models?limit=1")
        if let problem = CredentialProblem(status: status) { throw problem }
        guard case .array? = list?["data"] else { throw .isNoProvider }
        guard let model else { return }
        // Not looked for in the list, where the short names don't stand.
        let found = try await http.get(root + "/models/" + model.pathEncoded).status
        if found == 404 { throw .modelIsUnknown(model) }
        if let problem = CredentialProblem(status: found) { throw problem }
    }

    func body(_ request: ModelRequest) -> [UInt8] {
        let system = request.messages.filter { $0.role == .system }.map(\.content).joined(separator: "\n\n")
        var json = JSONWriter(sizeHint: 4_096)
        json.object {
            $0.member("model", request.model)
            $0.member("stream", request.comesInPieces)
            $0.member("max_tokens", request.maximumTokens)
            if request.form == .full { $0.member("temperature", min(request.temperature, Self.highestTemperature)) }
            if !system.isEmpty { $0.member("system", system) }
            $0.member("messages", Self.inTurn(request.messages))
        }
        return json.bytes
    }

    /// The visitor begins, and each speaks once at a time; nobody says nothing.
    static func inTurn(_ messages: [ModelMessage]) -> [ModelMessage] {
        messages.filter { $0.role != .system && $0.content.contains { !$0.isWhitespace } }
            .drop { $0.role == .assistant }
            .reduce(into: []) { turns, message in
                if let last = turns.last, last.role == message.role {
                    turns[turns.count - 1] = ModelMessage(role: last.role, content: last.content + "\n\n" + message.content)
                } else {
                    turns.append(message)
                }
            }
    }
}

/// One event of a streamed message, or a whole one.
enum AnthropicEvent {
    /// With the tokens of what was sent.
    case start(JSON?)
    case text(String)
    /// With the tokens so far, and why the model stops.
    case delta(usage: JSON, reason: String?)
    case stop
    case whole(text: String, usage: JSON, reason: String?)
    /// Pings, where a block begins and ends, what a model thinks, and what is added one day.
    case other

    /// What an error inside the stream would have been as a status.
    private static let statuses = [
        "invalid_request_error": 400, "authentication_error": 401, "billing_error": 402, "permission_error": 403, "not_found_error": 404,
        "request_too_large": 413, "rate_limit_error": 429, "api_error": 500, "timeout_error": 504, "overloaded_error": 529,
    ]

    init(_ bytes: [UInt8]) throws(ProviderTrouble) {
        guard let json = try? JSON(parsing: bytes), let type = json["type"]?.string else { throw .malformed }
        switch type {
        case "message_start": self = .start(json["message"]?["usage"]?["input_tokens"])
        case "content_block_delta" where json["delta"]?["type"]?.string == "text_delta":
            guard let text = json["delta"]?["text"]?.string else { throw .malformed }
            self = .text(text)
        case "message_delta": self = .delta(usage: json["usage"] ?? .null, reason: json["delta"]?["stop_reason"]?.string)
        case "message_stop": self = .stop
        case "message":
            guard case .array(let blocks)? = json["content"] else { throw .malformed }
            self = .whole(
                text: blocks.compactMap { $0["text"]?.string }.joined(), usage: json["usage"] ?? .null, reason: json["stop_reason"]?.string)
        case "error":
            guard let status = json["error"]?["type"]?.string.flatMap({ Self.statuses[$0] }) else { throw .failed }
            throw .refused(status: status, retryAfter: nil)
        default: self = .other
        }
    }

    var text: String? {
        switch self {
        case .text(let text), .whole(let text, _, _): text
        default: nil
        }
    }

    var usage: JSON? {
        switch self {
        case .delta(let usage, _), .whole(_, let usage, _): usage
        default: nil
        }
    }

    var cut: Outcome.Cut? {
        switch self {
        case .delta(_, let reason?), .whole(_, _, let reason?): Outcome.Cut(reason: reason)
        default: nil
        }
    }

    var isLast: Bool {
        switch self {
        case .stop, .whole: true
        default: false
        }
    }
}
