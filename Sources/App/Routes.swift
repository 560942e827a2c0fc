import HTTPTypes
import Hummingbird

/// The table of contents: one line a route.
func routes(_ features: Features) -> RouteMap {
    let (landing, ask, files, health) = (features.landing, features.ask, features.files, features.health)
    let (signIn, bots, sources, trials) = (features.signIn, features.bots, features.sources, features.trials)
    let accounts = features.accounts
    let routes = RouteMap(features.keys, features.sessions)
    let visitor = routes.visitor
    let guest = routes.guest
    let program = routes.program
    let account = routes.account

    visitor.get("/", landing.show)
    visitor.post("/ask", ask.fromPage)
    visitor.get("/ask/{message}", ask.show)
    visitor.get("/ask/{message}/events", ask.events)

    program.post("/api/v1/ask", ask.fromProgram)
    program.get("/api/v1/ask/{message}/events", ask.eventsForProgram)

    guest.get("/sign-in", signIn.show)
    for prefix in ["", "/api/v1"] {
        visitor.post(prefix + "/sign-in/code", signIn.requestCode)
        visitor.post(prefix + "/sign-in/token", signIn.exchangeCode)
    }
    visitor.post("/api/v1/sign-in/refresh", signIn.refresh)
    account.delete("/session", signIn.signOut)

    account.get("/bots", bots.list)
    account.post("/bots", bots.create)
    account.get("/bots/{bot}", bots.show)
    account.patch("/bots/{bot}", bots.update)
    account.delete("/bots/{bot}", bots.delete)
    account.get("/bots/{bot}/settings", bots.settings)
    account.get("/bots/{bot}/context", bots.context)
    account.put("/bots/{bot}/context", bots.saveContext)

    account.get("/bots/{bot}/sources", sources.list)
    account.post("/bots/{bot}/sources", sources.create)
    account.get("/bots/{bot}/sources/{source}", sources.show)
    account.get("/bots/{bot}/sources/{source}/row", sources.row)
    account.delete("/bots/{bot}/sources/{source}", sources.delete)
    account.post("/bots/{bot}/sources/{source}/readings", sources.readAgain)
    account.post("/bots/{bot}/trials", trials.create)
    account.get("/bots/{bot}/trials/{message}", trials.show)
    account.get("/bots/{bot}/trials/{message}/events", trials.events)

    account.get("/account", accounts.show)
    account.patch("/account", accounts.update)
    account.delete("/account", accounts.delete)
    account.put("/account/current", accounts.lookAt)
    account.post("/account/email", accounts.startEmailChange)
    account.put("/account/email", accounts.confirmEmailChange)
    account.delete("/account/email", accounts.cancelEmailChange)
    account.get("/account/sessions", accounts.devices)
    account.delete("/account/sessions", accounts.endSessions)
    account.get("/account/sessions/{session}", accounts.device)
    account.delete("/account/sessions/{session}", accounts.endSession)
    account.get("/account/members", accounts.members)
    account.patch("/account/members/{member}", accounts.changeMember)
    account.delete("/account/members/{member}", accounts.removeMember)
    account.post("/account/invitations", accounts.invite)
    account.delete("/account/invitations/{invitation}", accounts.withdrawInvitation)
    guest.get("/invitations/{token}", accounts.showInvitation)
    account.post("/invitations/{token}", accounts.acceptInvitation)

    visitor.get("/dev/outbox", features.outbox.list)

    visitor.get("/static/{name}") { try files.serve($0, $1) }
    visitor.get("/favicon.ico") { request, _ in try files.serve("favicon.ico", request) }
    visitor.get("/healthz", health.alive)
    visitor.get("/readyz", health.ready)
    visitor.get("/metrics", health.metrics)
    return routes
}

/// What the routes lead to.
struct Features: Sendable {
    let landing: Landing
    let ask: Ask
    let files: StaticFiles
    let health: Health
    let signIn: SignIn
    let bots: Bots
    let sources: Sources
    let trials: Trials
    let accounts: Accounts
    let outbox: Outbox
    let keys: KeyMiddleware
    let sessions: SessionMiddleware
}
