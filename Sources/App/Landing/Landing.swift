import HTTPTypes
import Hummingbird
import NIOCore
import Templates

/// The landing page, made once: nothing on it depends on who looks at it.
struct Landing: Sendable {
    private let baseURL: String
    private let assets: Assets
    private let bytes: ByteBuffer
    private let headers: HTTPFields
    private let tag: String

    init(baseURL: String, assets: Assets) {
        self.baseURL = baseURL
        self.assets = assets
        let html = LandingPage(demoKey: DemoBot.publicKey, baseURL: baseURL, assets: assets).html
        bytes = ByteBuffer(html)
        tag = html.withUnsafeBytes { "\"\(Fingerprint($0).text)\"" }
        var headers = StandardHeaders.html
        headers.append(HTTPField(name: .cacheControl, value: "no-cache"))
        headers.append(HTTPField(name: .eTag, value: tag))
        self.headers = headers
    }

    /// `GET /`
    func show(_ request: Request, _ context: VisitorContext) -> Response {
        if request.isFresh(tag) { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }

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
