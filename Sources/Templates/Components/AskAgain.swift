/// Sends the same question once more.
@View
public struct AskAgain {
    public let question: String

    public var html: HTML {
        #html("""
            <form method="post" action="/ask" hx-post="/ask" hx-target="#answers" hx-swap="afterbegin">
              <input type="hidden" name="question" value="\(question)">
              <button class="button button-quiet">Ask again</button>
            </form>
            """)
    }
}
