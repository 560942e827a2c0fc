import Curl
import Templates

/// Speaks one provider's protocol.
protocol ModelAdapter: Sendable {
    /// Sends the messages; each piece of the answer goes to `receive`, which says whether to go on.
    /// - Throws: `ProviderTrouble` or `CurlError`, also when the stream ends without having said that it is complete.
    func stream(_ request: ModelRequest, receive: (ModelPiece) throws -> Bool) async throws

    /// Asks for something that costs nothing: whether the key is taken and, if one is named, the model is there.
    func validate(model: String?) async throws(CredentialProblem)
}

struct ModelRequest: Sendable {
    /// The system's come first, then a visitor's and ours in turn; the last is a visitor's.
    let messages: [ModelMessage]
    let model: String
    /// From 0, always the same words, to 2.
    var temperature = 0.2
    /// Of the answer, and of what a model thinks before it.
    var maximumTokens = Prompt.maximumAnswerTokens
    /// Without what can be left out: newer models refuse a temperature, others a limit.
    var isPlain = false
    /// Whether the answer comes piece by piece: reading them takes many times the work of reading it whole.
    var isStreamed = true
    /// `silence` is until the first word and between two.
    let timeouts: Curl.Timeouts
}

struct ModelMessage: Sendable, Equatable {
    enum Role: String, Sendable { case system, user, assistant }

    let role: Role
    let content: String
}

enum ModelPiece: Sendable {
    case text(String)
    case usage(AnswerReply.Usage)
}

extension ModelMessage: JSONEncodable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("role", role.rawValue)
            $0.member("content", content)
        }
    }
}

extension AnswerReply.Usage {
    /// More than any answer takes: a provider that says so is wrong.
    private static let plausible = 0...10_000_000

    /// What a provider says that it counted; nil where that can't be.
    init?(input: JSON?, output: JSON?) {
        guard let input = input?.integer, let output = output?.integer, Self.plausible.contains(input), Self.plausible.contains(output)
        else { return nil }
        self.init(inputTokens: input, outputTokens: output)
    }

    /// Our own estimate: about four bytes of English make a token.
    init(inputBytes: Int, outputBytes: Int) {
        self.init(inputTokens: inputBytes / 4, outputTokens: outputBytes / 4)
    }
}
