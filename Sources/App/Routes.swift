import Templates

/// What is answered, and at which addresses.
protocol Feature: Sendable {
    func add(to routes: RouteMap)
}

/// The table of contents: every feature adds its routes, in this order.
func routes(_ services: Services, _ files: StaticFiles, _ assets: Assets) throws -> RouteMap {
    let routes = RouteMap(
        KeyMiddleware(callers: services.callers, proxies: services.configuration.trustedProxies),
        SessionMiddleware(postgres: services.postgres, cookie: services.sessionCookie, tokens: services.tokens, assets: assets),
        DevelopmentDoor(audience: services.configuration.developmentAudience))
    for feature in try services.features(files, assets) { feature.add(to: routes) }
    return routes
}

extension Services {
    /// Each is given what it needs; one that needs much has all.
    fileprivate func features(_ files: StaticFiles, _ assets: Assets) throws -> [any Feature] {
        let baseURL = configuration.baseURL
        let addresses = configuration.ownersAddresses
        let landing = Landing(baseURL: baseURL, assets: assets)
        return [
            landing,
            Ask(services: self, landing: landing),
            Chat(mount: .frame, services: self, assets: assets),
            Chat(mount: .hosted, services: self, assets: assets),
            Widget(services: self, launcher: try files.text("widget.js")),
            OpenAI(asking: asking),
            SignIn(services: self, browserCookie: Cookie("signing-in", baseURL: baseURL), assets: assets),
            Bots(desks: desks, providers: providers),
            Sources(desks: desks, addresses: addresses),
            Findings(),
            Versions(),
            Trials(services: self),
            WidgetSettings(baseURL: baseURL),
            Limits(providers: providers),
            Questions(desks: desks),
            BotTests(desks: desks, providers: providers),
            Runs(providers: providers),
            Keys(secrets: secrets),
            Numbers(),
            Conversations(services: self, rows: InboxRows(postgres)),
            Receptions(),
            Leads(secrets: secrets, addresses: addresses),
            ChatSessions(services: self),
            Accounts(services: self, assets: assets),
            OwnProviders(postgres: postgres, providers: providers, curl: curl),
            Archives(conversationSeconds: configuration.conversationSeconds, log: log),
            Outbox(postgres: postgres, isUsed: configuration.mailServer == nil, assets: assets),
            files,
            Health(services: self, readiness: Readiness(postgres, folders: configuration.writtenFolders)),
            // Last, as it describes all others.
            Developers(baseURL: baseURL, assets: assets),
        ]
    }
}
