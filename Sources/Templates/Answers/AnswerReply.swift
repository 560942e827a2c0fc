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
              \(isSmallTalk ? nil : label)
              <div class="reply-text">\(markdown(answer))</div>
              \(citations.isEmpty ? nil : sources)
            </div>
            """)
    }

    private var label: HTML {
        let attached = citations.count { $0.isAttached }
        let origin = attached == 0 ? "our own text" : attached == citations.count ? "the attached file" : "our own text and the attached file"
        return basis.label(origin)
    }

    private var sources: CitationList {
        CitationList(messageID: messageID, citations: citations, isFirstOpen: basis == .basedOn)
    }
}

extension AnswerReply.Basis {
    /// - Parameter origin: what it comes from.
    func label(_ origin: String) -> HTML {
        switch self {
        case .quoted: #html("<p class=\"basis basis-quoted\">Quoted from \(origin)</p>")
        case .basedOn: #html("<p class=\"basis basis-based-on\">Based on \(origin)</p>")
        case .notInMyInformation: #html("<p class=\"basis basis-not-in-my-information\">Not in my information</p>")
        }
    }
}
