/// An answer that could not be given.
@View
public struct FailedReply {
    public let question: String
    public let problem: String
    @Hidden public var surface: AnswerSurface = .landing

    public var html: HTML { #html("<div class=\"reply\">\(notice)</div>") }

    var notice: HTML {
        #html(
            """
            <div class="notice"><p>\(problem)</p>\(question.isEmpty ? nil : surface.again.map { AskAgain(question: question, form: $0, words: surface.words) })</div>
            """)
    }
}
