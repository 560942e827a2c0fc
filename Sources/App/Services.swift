import Curl
import Logging
import Postgres

/// What features and jobs share: each is made once, of what stands above it. Nothing of it has done anything yet.
final class Services: Sendable {
    let configuration: Configuration
    let postgres: Postgres
    let log: Logger

    let curl = Curl()
    let secrets: Secrets
    let mailer: Mailer
    let alarms: Alarms
    let providers: Providers
    let desks: Desks

    /// Who is signed in, where, and for how long.
    let tokens: AccessTokens
    let sessionCookie: Cookie
    let streams: SignedInStreams

    let connections: Connections
    let streamLimits: StreamLimits
    let requests = RequestMetrics()

    let answers = LiveAnswers()
    let relay: AnswerRelay
    let asking: Asking
    let callers: Callers
    let feed: ConversationFeed
    let handOff: HandOff
    let visitors: Visitors

    init(_ configuration: Configuration, _ postgres: Postgres, _ log: Logger) throws {
        let proxies = configuration.trustedProxies
        self.configuration = configuration
        self.postgres = postgres
        self.log = log

        secrets = try Secrets.load(configuration)
        mailer = Mailer(
            curl: curl, server: configuration.mailServer, from: configuration.mailFrom, log: log, postgres: postgres, secrets: secrets)
        alarms = Alarms(postgres: postgres, mailer: mailer, admins: configuration.adminEmails, log: log)
        providers = Providers(configuration: configuration.providers, secrets: secrets, log: log)
        desks = Desks(postgres, providers)

        tokens = AccessTokens(secrets, issuer: configuration.baseURL, lifetimeSeconds: configuration.accessTokenSeconds)
        sessionCookie = Cookie("session", baseURL: configuration.baseURL)
        streams = SignedInStreams(postgres)

        connections = Connections(
            maximum: min(configuration.maximumConnections, OpenFiles.forConnections),
            maximumPerAddress: configuration.maximumConnectionsPerAddress, proxies: proxies)
        streamLimits = StreamLimits(connections: connections, proxies: proxies, isOn: configuration.visitorLimits)

        relay = AnswerRelay(postgres, answers, log: log)
        asking = Asking(
            postgres: postgres, answers: answers, relay: relay,
            answerer: ModelAnswerer(configuration, curl, alarms, postgres, log),
            rememberedMessages: configuration.maximumContextMessages, log: log)
        callers = Callers(
            postgres: postgres, desks: desks, demoLimits: DemoLimits(isOn: configuration.demoLimits),
            visitorLimits: VisitorLimits(isOn: configuration.visitorLimits), secrets: secrets)
        feed = ConversationFeed(postgres)
        handOff = HandOff(postgres: postgres, mailer: mailer, baseURL: configuration.baseURL, log: log)
        visitors = Visitors(asking: asking, callers: callers, handOff: handOff, proxies: proxies)
    }
}

extension ModelAnswerer {
    init(_ configuration: Configuration, _ curl: Curl, _ alarms: Alarms, _ postgres: Postgres, _ log: Logger) {
        self.init(
            timeout: .seconds(configuration.providers.timeoutSeconds), curl: curl, quoting: QuotingAnswerer(), circuits: Circuits(),
            log: log, alarms: alarms, budget: Budget(postgres: postgres))
    }
}

extension JobWorker {
    init(_ services: Services) {
        let (configuration, postgres, curl) = (services.configuration, services.postgres, services.curl)
        let (mailer, alarms, desks, log) = (services.mailer, services.alarms, services.desks, services.log)
        let addresses = configuration.ownersAddresses
        let reading = ReadSource(postgres: postgres, curl: curl, addresses: addresses, mailer: mailer, desks: desks)
        let dailyLeads = DailyLeads(mailer: mailer, baseURL: configuration.baseURL)
        let sweeps = Sweep.all(conversationSeconds: configuration.conversationSeconds) + [reading.refreshing, dailyLeads.sweep]
        self.init(
            postgres: postgres, reading: reading, importing: ImportArchive(postgres: postgres), mailer: mailer,
            telling: TellAskers(postgres: postgres, mailer: mailer),
            // With circuits of its own: a bot that is tested mustn't pause a provider for visitors.
            testing: TestWithModel(
                postgres: postgres, providers: services.providers,
                answerer: ModelAnswerer(configuration, curl, alarms, postgres, log), desks: desks),
            warning: BudgetWarning(postgres: postgres, mailer: mailer, baseURL: configuration.baseURL),
            delivery: DeliverLead(postgres: postgres, curl: curl, addresses: addresses, secrets: services.secrets),
            housekeeping: Housekeeping(postgres: postgres, sweeps: sweeps, alarms: alarms, log: log), alarms: alarms, log: log)
    }
}
