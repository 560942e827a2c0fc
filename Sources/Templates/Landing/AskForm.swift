/// The box for a question. Works as a plain form; htmx puts the answer on top of the others.
@View
struct AskForm {
    let question: String
    let conversationID: String?
    var isRefused: Bool = false

    var html: HTML {
        #html(
            """
            <form class="ask-form" method="post" action="/ask" hx-post="/ask" hx-target="#answers" hx-swap="afterbegin">
              <textarea id="question" name="question" rows="2" maxlength="4000" required autocomplete="off" \
            enterkeyhint="send" aria-describedby="ask-hint notice" autofocus="\(isRefused)" data-enter-sends>
            \(question)</textarea>
              \(conversationID.map { #html("<input type=\"hidden\" name=\"conversation_id\" value=\"\($0)\">") })
              <div class="ask-foot">
                <div id="ask-hint"><p class="hint with-script"><kbd>Enter</kbd> sends, <kbd>Shift</kbd> + <kbd>Enter</kbd> \
            starts a new line</p></div>
                <button class="button">Ask</button>
              </div>
            </form>
            """)
    }
}
