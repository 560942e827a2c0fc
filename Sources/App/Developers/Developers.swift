import Hummingbird
import Templates

/// What programs and those who write them read about the API.
struct Developers: Feature {
    private let baseURL: String
    private let page: FixedPage

    init(baseURL: String, assets: Assets) {
        self.baseURL = baseURL
        page = FixedPage { DevelopersPage(baseURL: baseURL, demoKey: DemoBot.publicKey, assets: assets, isSignedIn: $0).html }
    }

    func add(to routes: RouteMap) {
        routes.visitor.get("/developers", show)
        routes.describe(at: "/api/v1/openapi.json", .init("This description", gives: .document), description)
    }

    /// `GET /developers`
    func show(_ request: Request, _ context: VisitorContext) -> Response { page.response(to: request, context) }

    /// `GET /api/v1/openapi.json`
    func description(_ table: RouteTable) -> FixedContent { FixedContent(json: OpenAPI(table: table, baseURL: baseURL)) }
}
