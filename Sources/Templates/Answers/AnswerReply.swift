/// A finished answer: what `ask` answers with in JSON, and what a visitor reads.
@View
public struct AnswerReply {
    /// Markdown, of a model's making or quoted.
    public let answer: String
    public let format: String = "markdown"
    public let citations: [Citation]
    public let basis: Basis
    public let conversationID: String
    public let messageID: String
    public let usage: Usage
    /// A greeting returned: there is nothing that it would rest on.
    @Hidden public var isSmallTalk: Bool = false

    public enum Basis: String, Sendable, JSONEncodable {
        case quoted
        case basedOn = "based_on"
        case notInMyInformation = "not_in_my_information"

        public func write(to json: inout JSONWriter) { json.string(rawValue) }
    }

    /// Tokens that a provider counted; zero for an answer that was quoted.
    public struct Usage: Sendable, JSONEncodable {
        public let inputTokens: Int
        public let outputTokens: Int

        public init(inputTokens: Int = 0, outputTokens: Int = 0) {
            self.inputTokens = inputTokens
            self.outputTokens = outputTokens
        }

        public func write(to json: inout JSONWriter) {
            json.object {
                $0.member("input_tokens", inputTokens)
                $0.member("output_tokens", outputTokens)
            }
        }
    }

    public var html: HTML {
        #html("""
            <div class="reply">
              \(isSmallTalk ? nil : basis.label)
              <div class="reply-text">\(markdown(answer))</div>
              \(citations.isEmpty ? nil : sources)
            </div>
            """)
    }

    private var sources: CitationList {
        CitationList(messageID: messageID, citations: citations, isFirstOpen: basis == .basedOn)
    }
}

extension AnswerReply.Basis {
    var label: HTML {
        switch self {
        case .quoted: #html("<p class=\"basis basis-quoted\">Quoted from our own text</p>")
        case .basedOn: #html("<p class=\"basis basis-based-on\">Based on our own text</p>")
        case .notInMyInformation: #html("<p class=\"basis basis-not-in-my-information\">Not in my information</p>")
        }
    }
}
