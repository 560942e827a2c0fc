import HTTPTypes
import Hummingbird
import Templates

/// The landing page, made once: nothing on it depends on who looks at it.
struct Landing: Sendable {
    private let baseURL: String
    private let assets: Assets
    private let content: FixedContent

    init(baseURL: String, assets: Assets) {
        self.baseURL = baseURL
        self.assets = assets
        content = FixedContent(LandingPage(demoKey: DemoBot.publicKey, baseURL: baseURL, assets: assets).html)
    }

    /// `GET /`
    func show(_ request: Request, _ context: VisitorContext) -> Response { content.response(to: request) }

    /// The page with an answer on it.
    func page(_ article: AnswerArticle) -> HTML {
        LandingPage(demoKey: DemoBot.publicKey, baseURL: baseURL, article: article, assets: assets).html
    }

    /// The page with what was wrong with a question, and the question.
    func refusal(_ failure: Failure, question: String) -> Response {
        let page = LandingPage(
            demoKey: DemoBot.publicKey, baseURL: baseURL, notice: Notice(message: failure.message), question: question,
            assets: assets)
        var response = Response(failure.status, html: page.html)
        response.headers.append(HTTPField(name: .cacheControl, value: "no-store"))
        if let seconds = failure.retryAfter { response.headers[.retryAfter] = String(seconds) }
        return response
    }
}
