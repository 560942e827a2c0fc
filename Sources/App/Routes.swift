import HTTPTypes
import Hummingbird

/// The table of contents: one line a route.
func routes(landing: Landing, ask: Ask, files: StaticFiles, health: Health, desks: Desks) -> RouteMap {
    let routes = RouteMap(desks)
    let visitor = routes.visitor
    let program = routes.program

    visitor.get("/", landing.show)
    visitor.post("/ask", ask.fromPage)
    visitor.get("/ask/{message}", ask.show)
    visitor.get("/ask/{message}/events", ask.events)

    program.post("/api/v1/ask", ask.fromProgram)
    program.get("/api/v1/ask/{message}/events", ask.eventsForProgram)

    visitor.get("/static/{name}") { try files.serve($0, $1) }
    visitor.get("/favicon.ico") { request, _ in try files.serve("favicon.ico", request) }
    visitor.get("/healthz", health.alive)
    visitor.get("/readyz", health.ready)
    visitor.get("/metrics", health.metrics)
    return routes
}
