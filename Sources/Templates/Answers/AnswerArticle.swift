/// A question and what became of it: still being answered (neither `reply` nor `problem`), answered, or failed.
@View("TrialAnswer")
public struct AnswerArticle {
    public let messageID: String
    /// The next question is asked in the same one.
    public let conversationID: String
    public let question: String
    public var reply: AnswerReply?
    /// A sentence for the visitor.
    public var problem: String?
    @Hidden public var surface: AnswerSurface = .landing
    /// What belongs to the question: what is attached, and what can be done with it.
    @Hidden public var tools: HTML? = nil

    public var html: HTML {
        #html(
            """
            <article class="answer" id="answer-\(messageID)" data-conversation="\(conversationID)" \
            aria-labelledby="question-\(messageID)">
              <h3 class="question" id="question-\(messageID)" dir="auto"><span class="unseen">\(surface.words.youAsked) </span>\(question)</h3>
              \(tools)
              \(outcome)
            </article>
            """)
    }

    private var outcome: HTML {
        if let reply { return reply.html }
        if let problem { return FailedReply(question: question, problem: problem, surface: surface).html }
        return PendingReply(address: "\(surface.path)/\(messageID)", words: surface.words).html
    }
}
