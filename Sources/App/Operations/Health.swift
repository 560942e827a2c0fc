import Curl
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Postgres
import Synchronization

/// What machines ask: is it alive, is it ready, how is it.
struct Health: Feature {
    let services: Services
    let readiness: Readiness

    func add(to routes: RouteMap) {
        routes.visitor.get("/healthz", alive)
        routes.visitor.get("/readyz", ready)
        routes.visitor.get("/metrics", metrics)
    }

    /// `GET /healthz`: the process answers.
    func alive(_ request: Request, _ context: VisitorContext) -> Response { Response(text: "ok\n") }

    /// `GET /readyz`: so does the database, with our tables in it, and what has to be written can be.
    func ready(_ request: Request, _ context: VisitorContext) async -> Response {
        guard let problem = await readiness.problem() else { return Response(text: "ready\n") }
        return Response(.serviceUnavailable, text: "\(problem)\n")
    }

    /// `GET /metrics`: for this machine's own processes, or with the token.
    func metrics(_ request: Request, _ context: VisitorContext) throws -> Response {
        guard isAllowed(request, context) else { throw Failure.notFound }
        var text = MetricsText()
        let totals = services.requests.totals
        text.add("requests_total", "counter", "Requests by class of status.", totals.map { ("class=\"\($0.name)\"", "\($0.requests)") })
        text.add(
            "request_seconds_total", "counter", "Time until the heads of the answers.",
            totals.map { ("class=\"\($0.name)\"", "\($0.seconds)") })
        text.gauge("connections", "Open connections of clients.", services.connections.count)
        text.gauge("answers_in_progress", "Answers that are being made.", services.answers.count)
        text.gauge("watchers", "Open streams of conversations.", services.feed.count)
        text.gauge("resident_bytes", "Resident memory.", ResidentMemory.bytes)
        add(services.postgres.metrics, services.curl.metrics, to: &text)
        return Response(text: text.text)
    }

    private func add(_ postgres: Postgres.Metrics, _ curl: Curl.Metrics, to text: inout MetricsText) {
        text.gauge("database_connections", "Open connections to the database.", postgres.connections)
        text.gauge("database_waiting", "Queries that wait for a connection.", postgres.queued)
        text.add(
            "database_queries_total", "counter", "Queries that ended.",
            [
                ("result=\"completed\"", "\(postgres.completed)"), ("result=\"failed\"", "\(postgres.failed)"),
            ])
        text.gauge("transfers", "Requests to providers under way.", curl.active)
        text.add(
            "transfers_total", "counter", "Requests to providers that ended.",
            [
                ("result=\"completed\"", "\(curl.completed)"), ("result=\"failed\"", "\(curl.failed)"),
            ])
    }

    private func isAllowed(_ request: Request, _ context: VisitorContext) -> Bool {
        if let token = services.configuration.metricsToken { return request.headers[.authorization]?.isSecret("Bearer \(token)") == true }
        return context.isOfThisMachine(request)
    }
}

enum ResidentMemory {
    /// Of this process; 0 where /proc doesn't say.
    static var bytes: Int {
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ").dropFirst().first
        return (pages.flatMap { Int($0) } ?? 0) * 4_096
    }
}
