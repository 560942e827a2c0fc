/// An answer in the making. Connects to the stream of its events, whose `done` and `error` carry what replaces it.
@View
public struct PendingReply {
    /// Of the answer.
    public let address: String
    @Hidden public var words: AnswerWords = .english

    public var html: HTML {
        #html(
            """
            <div class="reply" aria-busy="true" hx-ext="sse" sse-connect="\(address + "/events")" sse-swap="done,error" \
            sse-close="done" hx-target="this" hx-swap="outerHTML">
              <div class="reply-text reply-raw" dir="auto" sse-swap="delta" hx-target="this" hx-swap="beforeend"></div>
              <p class="reply-wait">\(words.looking)</p>
              <p class="small without-script">\(words.reload)</p>
              <div class="reply-sources" sse-swap="citations" hx-target="this" hx-swap="innerHTML"></div>
              \(lost)
            </div>
            """)
    }

    /// Shown by app.js when the stream is lost for good: the answer has an address of its own.
    private var lost: HTML {
        #html(
            """
            <div class="reply-lost notice" hidden>
              <p>\(words.lost)</p>
              <p><a class="button button-quiet" href="\(address)" hx-get="\(address)" \
            hx-target="closest .answer" hx-swap="outerHTML">\(words.showAnswer)</a></p>
            </div>
            """)
    }
}
