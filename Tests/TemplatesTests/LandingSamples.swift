import Templates

// What the tests of the landing page show.

let pages: [(String, Markup)] = [
    ("landing", Markup(page())),
    ("pending", Markup(page(article: article()))),
    ("quoted", Markup(page(article: article(reply(.quoted, "x", sources: 3))))),
    ("based on", Markup(page(article: article(reply(.basedOn, "x", sources: 2))))),
    ("failed", Markup(page(article: article(problem: "Something went wrong.")))),
    ("refused", Markup(page(notice: Notice(message: "Please wait."), question: "Why?"))),
    ("error", Markup(errorPage(404))),
]

func page(article: AnswerArticle? = nil, notice: Notice? = nil, question: String = "") -> LandingPage {
    LandingPage(
        demoKey: "fd_key", baseURL: "https://desk.example", article: article, notice: notice, question: question,
        assets: assets)
}

func errorPage(_ status: Int) -> ErrorPage {
    let words = ErrorPage.words(for: status)
    return ErrorPage(status: status, title: words.title, message: words.message, requestID: "r1", assets: assets)
}

func article(_ reply: AnswerReply? = nil, question: String = "Why?", problem: String? = nil) -> AnswerArticle {
    AnswerArticle(messageID: "m1", conversationID: "c1", question: question, reply: reply, problem: problem)
}

func reply(_ basis: AnswerReply.Basis, _ answer: String, sources: Int) -> AnswerReply {
    reply(basis, answer, (0..<sources).map { citation($0 + 1, title: "Title \($0 + 1)") })
}

func reply(_ basis: AnswerReply.Basis, _ answer: String, _ citations: [AnswerReply.Citation]) -> AnswerReply {
    AnswerReply(answer: answer, citations: citations, basis: basis, conversationID: "c1", messageID: "m1", usage: .init())
}

func citation(_ number: Int = 1, title: String = "Terms", quote: String = "None.", url: String? = nil) -> AnswerReply.Citation {
    .init(number: number, title: title, quote: quote, sourceID: "s", url: url)
}

private let assets = Assets(
    css: "app-1.css", js: "app-1.js", htmx: "htmx-1.js", sse: "sse-1.js", icon: "icon-1.svg", chatCSS: "chat-1.css", chatJS: "chat-1.js")
