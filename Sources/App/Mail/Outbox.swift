import Hummingbird
import Postgres
import Templates

/// The mails that weren't sent, for whoever develops or tries Frontdesk without a mail server.
struct Outbox: Feature {
    static let shown = 100

    let postgres: Postgres
    /// Not where mails go out.
    let isUsed: Bool
    let assets: Assets

    func add(to routes: RouteMap) {
        routes.development.get("/dev/outbox", list)
    }

    /// `GET /dev/outbox`
    func list(_ request: Request, _ context: VisitorContext) async throws -> Reply {
        guard isUsed else { throw Failure.notFound }
        let mails = try await postgres.query(
            "select recipient, subject, text, sent_at from outbox order by id desc limit \(Self.shown)"
        ).map { row in
            OutboxPage.Mail(
                to: try row.get("recipient", as: String.self), subject: try row.get("subject", as: String.self),
                text: try row.get("text", as: String.self), sentAt: try row.moment("sent_at"))
        }
        let page = OutboxPage(mails: mails, isSignedIn: context.hasSession, assets: assets)
        return Reply(json: mails, fragment: { page.html }, page: { page.html })
    }
}
