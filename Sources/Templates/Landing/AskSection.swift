/// The box, the examples and the answers. The stream's fragments go to `#answers`, refusals to `#notice`, and app.js
/// says a finished answer once in `#status`.
@View
struct AskSection {
    let demoKey: String
    let article: AnswerArticle?
    let notice: Notice?
    let question: String
    @Hidden let assets: Assets

    private static let examples = ["What does it cost?", "What happens when it doesn’t know?", "Does it work on WhatsApp?"]

    var html: HTML {
        #html(
            """
            <section class="ask" id="ask" aria-labelledby="ask-title" data-demo-key="\(demoKey)">
              <img class="ask-bell" src="/static/\(assets.icon)" alt="" width="64" height="64">
              <h2 id="ask-title"><label for="question">Ask Frontdesk about itself</label></h2>
              \(AskForm(question: question, conversationID: article?.conversationID, isRefused: notice != nil))
              <div id="notice" role="alert">\(notice)</div>
              <div class="answers" id="answers">\(article)</div>
              \(exampleForm)
              <p class="small">The demo knows a short text about Frontdesk and nothing else. Questions are kept on this \
            server, so please leave out private details.</p>
              <div class="unseen" id="status" role="status"></div>
            </section>
            """)
    }

    private var exampleForm: HTML {
        #html(
            """
            <form class="examples" method="post" action="/ask" aria-label="Example questions" hx-post="/ask" \
            hx-target="#answers" hx-swap="afterbegin" hx-sync="this:drop">
              <p class="small">Or try one of these:</p>
              \(article.map { #html("<input type=\"hidden\" name=\"conversation_id\" value=\"\($0.conversationID)\">") })
              \(Self.examples.map { #html("<button class=\"button button-quiet\" name=\"question\" value=\"\($0)\">\($0)</button>") })
            </form>
            """)
    }
}
