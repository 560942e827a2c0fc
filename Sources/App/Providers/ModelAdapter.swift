import Curl
import Templates

/// Speaks one provider's protocol.
protocol ModelAdapter: Sendable {
    /// What is sent, as JSON.
    func body(_ request: ModelRequest) -> [UInt8]

    /// Sends the messages; each piece of the answer goes to `receive`, which says whether to go on. It is called by one thread at a
    /// time, mostly that of all transfers, and not any more once this has returned.
    /// - Throws: `ProviderTrouble` or `CurlError`, also when the stream ends without having said that it is complete.
    func stream(_ request: ModelRequest, receive: @escaping @Sendable (ModelPiece) -> Bool) async throws

    /// Asks for something that costs nothing: whether the key is taken and, if one is named, the model is there.
    func validate(model: String?) async throws(CredentialProblem)
}

extension ModelAdapter {
    /// The same without something that can be left out; nil where nothing is left of that.
    func simpler(_ request: ModelRequest) -> ModelRequest? {
        let forms = ModelRequest.Form.allCases.drop { $0.rawValue <= request.form.rawValue }
        return forms.lazy.map(request.inForm).first { body($0) != body(request) }
    }
}

struct ModelRequest: Sendable {
    /// What models and servers refuse can be left out: each form has less than the one before.
    enum Form: Int, Sendable, CaseIterable {
        case full
        /// Without a temperature, which newer models refuse, and with a limit in their words.
        case plain
        /// Without a limit, and without asking for a count of tokens.
        case bare
        /// In one piece.
        case whole
    }

    /// The system's come first, then a visitor's and ours in turn; the last is a visitor's.
    let messages: [ModelMessage]
    let model: String
    /// From 0, always the same words, to 2.
    var temperature = 0.2
    /// Of the answer, and of what a model thinks before it.
    var maximumTokens = Prompt.maximumAnswerTokens
    var form = Form.full
    /// Whether the answer should come piece by piece: reading them takes many times the work of reading it whole.
    var isStreamed = true
    /// Whether it does.
    var comesInPieces: Bool { isStreamed && form != .whole }
    /// `silence` is until the first word and between two.
    let timeouts: Curl.Timeouts

    fileprivate func inForm(_ form: Form) -> ModelRequest {
        var request = self
        request.form = form
        return request
    }
}

struct ModelMessage: Sendable, Equatable {
    enum Role: String, Sendable { case system, user, assistant }

    let role: Role
    /// Without what nobody sees: whether a visitor typed it, an owner pasted it or a website had it, a model could read in it
    /// what no person does.
    let content: String

    init(role: Role, content: String) {
        self.role = role
        self.content = content.withoutInvisibles
    }
}

enum ModelPiece: Sendable {
    case text(String)
    case usage(AnswerReply.Usage)
    /// The model says why it stops, which wasn't its own wish.
    case stopped(Outcome.Cut)
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
