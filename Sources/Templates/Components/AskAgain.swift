/// Sends the same question once more.
@View
public struct AskAgain {
    public let question: String
    @Hidden public let form: AnswerSurface.Again
    @Hidden public let words: AnswerWords

    public var html: HTML {
        #html(
            """
            <form method="post" action="\(form.action)" hx-post="\(form.action)" hx-target="\(form.session == nil ? "#answers" : "closest .answer")" \
            hx-swap="\(form.session == nil ? "afterbegin" : "afterend")">
              <input type="hidden" name="\(form.field)" value="\(question)">
              \(form.session.map { #html("<input type=\"hidden\" name=\"session_id\" value=\"\($0)\">") })
              <button class="button button-quiet">\(words.tryAgain)</button>
            </form>
            """)
    }
}
