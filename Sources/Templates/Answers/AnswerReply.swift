/// A finished answer: what `ask` answers with in JSON, and what a visitor reads.
@View("Answer")
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
    /// The question, where the visitor was gone before the answer was whole.
    @Hidden public var unfinishedQuestion: String? = nil
    /// As OpenAI names it.
    @Hidden public var finishReason: String = "stop"
    @Hidden public var surface: AnswerSurface = .landing
    /// What the visitor thought of it.
    @Hidden public var thumb: Thumb? = nil

    public enum Basis: String, Sendable, CaseIterable, Describable {
        case quoted
        case basedOn = "based_on"
        case notInMyInformation = "not_in_my_information"
    }

    /// Tokens that a provider counted; zero for an answer that was quoted.
    @JSONObject
    public struct Usage: Sendable {
        public var inputTokens: Int = 0
        public var outputTokens: Int = 0
    }

    public var html: HTML {
        #html(
            """
            <div class="reply">
              \(isSmallTalk ? nil : label)
              <div class="reply-text" dir="auto">\(markdown(answer))</div>
              \(unfinishedQuestion.map { FailedReply(question: $0, problem: surface.words.brokeOff, surface: surface).notice })
              \(citations.isEmpty ? nil : sources)
              \(basis == .notInMyInformation && !isSmallTalk ? surface.lead.map { $0.link.link(to: $0.path) } : nil)
              \(surface.hasThumbs && !isSmallTalk ? ThumbForm(messageID: messageID, thumb: thumb, surface: surface) : nil)
            </div>
            """)
    }

    private var label: HTML {
        let attached = citations.count { $0.isAttached }
        if attached == 0 { return basis.label(surface.words) }
        let kind = basis == .quoted ? "basis-quoted" : "basis-based-on"
        return #html(
            "<p class=\"basis \(kind)\">\(attached == citations.count ? surface.words.attached : surface.words.ownAndAttached)</p>")
    }

    private var sources: CitationList {
        CitationList(messageID: messageID, citations: citations, isFirstOpen: basis == .basedOn, words: surface.words)
    }
}

extension AnswerReply.Basis {
    func label(_ words: AnswerWords) -> HTML {
        switch self {
        case .quoted: #html("<p class=\"basis basis-quoted\">\(words.quoted)</p>")
        case .basedOn: #html("<p class=\"basis basis-based-on\">\(words.basedOn)</p>")
        case .notInMyInformation: #html("<p class=\"basis basis-not-in-my-information\">\(words.notInMyInformation)</p>")
        }
    }
}
