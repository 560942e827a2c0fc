import HTTPTypes
import Hummingbird
import Templates

/// The landing page, made once: nothing on it depends on who looks at it but whether they are signed in.
final class Landing: Feature {
    private let baseURL: String
    private let assets: Assets
    private let content: FixedPage

    init(baseURL: String, assets: Assets) {
        self.baseURL = baseURL
        self.assets = assets
        content = FixedPage { LandingPage(demoKey: DemoBot.publicKey, baseURL: baseURL, assets: assets, isSignedIn: $0).html }
    }

    func add(to routes: RouteMap) {
        routes.visitor.get("/", show)
    }

    /// `GET /`
    func show(_ request: Request, _ context: VisitorContext) -> Response { content.response(to: request, context) }

    /// The page with an answer on it.
    func page(_ article: AnswerArticle, _ context: VisitorContext) -> HTML {
        LandingPage(demoKey: DemoBot.publicKey, baseURL: baseURL, article: article, assets: assets, isSignedIn: context.hasSession).html
    }

    /// The page with what was wrong with a question, and the question.
    func refusal(_ failure: Failure, question: String, _ context: VisitorContext) -> Response {
        let page = LandingPage(
            demoKey: DemoBot.publicKey, baseURL: baseURL, notice: Notice(message: failure.message), question: question,
            assets: assets, isSignedIn: context.hasSession)
        var response = Response(failure.status, html: page.html)
        response.headers.append(HTTPField(name: .cacheControl, value: "no-store"))
        if let seconds = failure.retryAfter { response.headers[.retryAfter] = String(seconds) }
        return response
    }
}
