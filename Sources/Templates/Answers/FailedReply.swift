/// An answer that could not be given.
@View
public struct FailedReply {
    public let question: String
    public let problem: String

    public var html: HTML {
        #html("""
            <div class="reply"><div class="notice"><p>\(problem)</p>\(question.isEmpty ? nil : AskAgain(question: question))</div></div>
            """)
    }
}
