import Curl
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Postgres
import ServiceLifecycle
import Templates

/// The wiring: what there is, and who knows whom. Read it first.
struct FrontdeskApplication {
    /// Connections that wait to be accepted.
    static let backlog = 1_024
    /// Connections accepted in one go; NIO's default of 4 makes a crowd wait.
    static let acceptedAtOnce: UInt = 256
    /// Of the open files that aren't for connections, the part that may be accepted before it is known whether there is room.
    static let acceptedShare = 8
    static let maximumHeaderBytes = 16 * 1_024
    static let maximumHeaders = 100
    /// An open connection on which nothing is asked.
    static let idleTimeout = TimeAmount.seconds(25)
    /// For answers in the making when the process is told to end.
    static let shutdownTimeout = Duration.seconds(30)
    /// For storing, after that, what there is of them.
    static let settlingTimeout = Duration.seconds(3)

    let configuration: Configuration
    let postgres: Postgres
    let log: Logger

    /// Serves until the process is told to end.
    func serve() async throws {
        try await prepareDatabase()
        await postgres.rehearse()
        let parts = try await parts()
        let (curl, answers, connections, requests) = (parts.curl, parts.answers, parts.connections, parts.requests)
        let (relay, streams, feed, worker) = (parts.relay, parts.streams, parts.feed, parts.worker)
        let requestLog = RequestLog(log: JSONLog.shared)
        let door = FrontDoor(
            router: parts.routes.responder, table: parts.routes.table, assets: parts.assets,
            sessionCookie: Cookie("session", baseURL: configuration.baseURL), requests: requests, log: requestLog,
            alarms: parts.alarms, scheme: configuration.scheme, connections: connections, proxies: configuration.trustedProxies)
        let connectionHandler = { @Sendable in ConnectionHandler(connections: connections, requests: requests, log: requestLog) }

        let server = Application(
            responder: door, server: .http1(configuration: connectionConfiguration(connectionHandler)),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: nil, backlog: Self.backlog),
            onServerRunning: started, logger: log)
        let companions = [
            Task { _ = await streams.followSessions() }, Task { _ = try? await answers.keepReadersAwake() },
            Task { _ = await relay.run() },
        ]
        defer { for companion in companions { companion.cancel() } }
        let working = Task { await worker.run() }
        try await run([server, feed])
        working.cancel()
        await working.value
        await curl.shutdown()
        await answers.settle(within: Self.settlingTimeout)
        await postgres.close()
    }

    /// What there is. Nothing of it has done anything yet.
    func parts() async throws -> Parts {
        let files = try StaticFiles(directory: configuration.publicDirectory)
        let assets = try Assets(files)
        let curl = Curl()
        let answers = LiveAnswers()
        let relay = AnswerRelay(postgres, answers, log: log)
        let streams = SignedInStreams(postgres)
        let feed = ConversationFeed(postgres)
        let connections = Connections(
            maximum: min(configuration.maximumConnections, OpenFiles.forConnections),
            maximumPerAddress: configuration.maximumConnectionsPerAddress, proxies: configuration.trustedProxies)
        let streamLimits = StreamLimits(connections: connections, proxies: configuration.trustedProxies, isOn: configuration.visitorLimits)
        let requests = RequestMetrics()
        let secrets = try Secrets.load(configuration)
        let providers = Providers(configuration: configuration.providers, secrets: secrets, log: log)
        let mailer = mailer(curl, secrets)
        let sessionCookie = Cookie("session", baseURL: configuration.baseURL)
        let tokens = AccessTokens(secrets, issuer: configuration.baseURL, lifetimeSeconds: configuration.accessTokenSeconds)
        let signIn = SignIn(
            postgres: postgres, secrets: secrets, tokens: tokens, mailer: mailer, sessionCookie: sessionCookie,
            browserCookie: Cookie("signing-in", baseURL: configuration.baseURL), assets: assets, proxies: configuration.trustedProxies)
        let accounts = Accounts(
            postgres: postgres, secrets: secrets, mailer: mailer, sessionCookie: sessionCookie, baseURL: configuration.baseURL,
            assets: assets,
            proxies: configuration.trustedProxies)
        let alarms = alarms(mailer)
        let landing = Landing(baseURL: configuration.baseURL, assets: assets)
        let asking = Asking(
            postgres: postgres, answers: answers, relay: relay, answerer: answerer(curl, alarms),
            rememberedMessages: configuration.maximumContextMessages, log: log)
        let desks = Desks(postgres, providers)
        let callers = Callers(
            postgres: postgres, desks: desks, demoLimits: DemoLimits(isOn: configuration.demoLimits),
            visitorLimits: VisitorLimits(isOn: configuration.visitorLimits), secrets: secrets)
        let ask = Ask(asking: asking, callers: callers, streamLimits: streamLimits, landing: landing, proxies: configuration.trustedProxies)
        let handOff = HandOff(postgres: postgres, mailer: mailer, baseURL: configuration.baseURL, log: log)
        let visitors = Visitors(asking: asking, callers: callers, handOff: handOff, proxies: configuration.trustedProxies)
        let health = Health(
            postgres: postgres, readiness: Readiness(postgres, folders: configuration.writtenFolders), curl: curl, connections: connections,
            answers: answers, feed: feed, requests: requests,
            metricsToken: configuration.metricsToken)
        let routes = routes(
            Features(
                landing: landing, ask: ask, openAI: OpenAI(asking: asking), files: files, health: health, signIn: signIn,
                widget: Widget(
                    visitors: visitors, streamLimits: streamLimits, launcher: try files.text("widget.js"), scheme: configuration.scheme),
                widgetSettings: WidgetSettings(baseURL: configuration.baseURL),
                chats: Chat.Mount.allCases.map {
                    Chat(mount: $0, visitors: visitors, feed: feed, streamLimits: streamLimits, assets: assets)
                },
                receptions: Receptions(),
                leads: Leads(secrets: secrets, addresses: configuration.ownersAddresses),
                bots: Bots(desks: desks, providers: providers),
                sources: Sources(desks: desks, addresses: configuration.ownersAddresses),
                conversations: Conversations(
                    feed: feed, streamLimits: streamLimits, rows: InboxRows(postgres), streams: streams),
                chatSessions: ChatSessions(
                    asking: asking, desks: desks, streams: streams, feed: feed, streamLimits: streamLimits, handOff: handOff,
                    limit: configuration.messageLimit, visitorLimits: callers.visitorLimits),
                trials: Trials(
                    asking: asking, desks: desks, streams: streams, streamLimits: streamLimits, providers: providers),
                limits: Limits(providers: providers),
                questions: Questions(desks: desks), tests: BotTests(desks: desks, providers: providers),
                runs: Runs(providers: providers),
                keys: Keys(secrets: secrets),
                archives: Archives(conversationSeconds: configuration.conversationSeconds, log: log),
                versions: Versions(), findings: Findings(), numbers: Numbers(),
                accounts: accounts, ownProviders: OwnProviders(postgres: postgres, providers: providers, curl: curl),
                outbox: Outbox(postgres: postgres, isUsed: configuration.mailServer == nil, assets: assets),
                developmentDoor: DevelopmentDoor(audience: configuration.developmentAudience),
                developers: Developers(baseURL: configuration.baseURL, assets: assets),
                keyMiddleware: KeyMiddleware(callers: callers, proxies: configuration.trustedProxies),
                sessions: SessionMiddleware(postgres: postgres, cookie: sessionCookie, tokens: tokens, assets: assets)))
        return Parts(
            curl: curl, answers: answers, relay: relay, streams: streams, feed: feed, connections: connections, requests: requests,
            assets: assets,
            alarms: alarms, worker: worker(curl, mailer, providers, secrets, desks), routes: routes)
    }

    struct Parts {
        let curl: Curl
        let answers: LiveAnswers
        let relay: AnswerRelay
        let streams: SignedInStreams
        let feed: ConversationFeed
        let connections: Connections
        let requests: RequestMetrics
        let assets: Assets
        let alarms: Alarms
        let worker: JobWorker
        let routes: RouteMap
    }

    /// Does jobs until the process is told to end.
    func work() async throws {
        try await prepareDatabase()
        let curl = Curl()
        let secrets = try Secrets.load(configuration)
        let providers = Providers(configuration: configuration.providers, secrets: secrets, log: log)
        let worker = worker(curl, mailer(curl, secrets), providers, secrets, Desks(postgres, providers))
        let working = Task { await worker.run() }
        log.info("working")
        await EndSignal.received()
        working.cancel()
        await working.value
        await curl.shutdown()
        await postgres.close()
    }

    private func mailer(_ curl: Curl, _ secrets: Secrets) -> Mailer {
        Mailer(curl: curl, server: configuration.mailServer, from: configuration.mailFrom, log: log, postgres: postgres, secrets: secrets)
    }

    private func alarms(_ mailer: Mailer) -> Alarms {
        Alarms(postgres: postgres, mailer: mailer, admins: configuration.adminEmails, log: log)
    }

    private func worker(_ curl: Curl, _ mailer: Mailer, _ providers: Providers, _ secrets: Secrets, _ desks: Desks) -> JobWorker {
        let reading = ReadSource(postgres: postgres, curl: curl, addresses: configuration.ownersAddresses, mailer: mailer, desks: desks)
        let dailyLeads = DailyLeads(mailer: mailer, baseURL: configuration.baseURL)
        let sweeps = Sweep.all(conversationSeconds: configuration.conversationSeconds) + [reading.refreshing, dailyLeads.sweep]
        return JobWorker(
            postgres: postgres, reading: reading,
            importing: ImportArchive(postgres: postgres), mailer: mailer,
            telling: TellAskers(postgres: postgres, mailer: mailer),
            testing: TestWithModel(postgres: postgres, providers: providers, answerer: answerer(curl, alarms(mailer)), desks: desks),
            warning: BudgetWarning(postgres: postgres, mailer: mailer, baseURL: configuration.baseURL),
            delivery: DeliverLead(postgres: postgres, curl: curl, addresses: configuration.ownersAddresses, secrets: secrets),
            housekeeping: Housekeeping(postgres: postgres, sweeps: sweeps, alarms: alarms(mailer), log: log), alarms: alarms(mailer),
            log: log)
    }

    /// Migrations, and the demo's text as the file has it now.
    func prepareDatabase() async throws {
        for name in try await postgres.migrate(from: configuration.migrationsDirectory) {
            log.info("migrated", metadata: ["migration": "\(name)"])
        }
        do {
            try await DemoBot.plant(
                from: configuration.knowledgeDirectory + "/frontdesk.md", contact: configuration.contact, into: postgres)
        } catch  where (error as? PostgresError)?.isEverybodys != true {
            // The landing page can do without; everybody else's bots mustn't wait for it.
            log.error("the demo's bot couldn't be planted", metadata: ["problem": "\(error)"])
        }
    }

    /// Encrypts the accounts' keys of providers with the first of `SECRET_KEYS`, after which the others may go.
    func renewCredentials() async throws -> String {
        let secrets = try Secrets.load(configuration)
        let (renewed, lost) = try await postgres.renewCredentials(secrets, log: log)
        let problem =
            lost == 0
            ? "" : "\(lost) can't be opened, as their key is missing from SECRET_KEYS: put it back, or have these keys entered again.\n"
        return "\(renewed) of the accounts' keys and secrets are encrypted anew.\n" + problem
    }

    private func answerer(_ curl: Curl, _ alarms: Alarms) -> any Answerer {
        ModelAnswerer(
            timeout: .seconds(configuration.providers.timeoutSeconds), curl: curl, quoting: QuotingAnswerer(), circuits: Circuits(),
            log: log,
            alarms: alarms, budget: Budget(postgres: postgres))
    }

    private func connectionConfiguration(_ handler: @escaping @Sendable () -> ConnectionHandler) -> HTTP1Channel.Configuration {
        .init(
            additionalChannelHandlers: [handler()], idleTimeout: Self.idleTimeout,
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: Self.maximumHeaderBytes, maxHeaderListSize: Self.maximumHeaderBytes,
                maxHeaderFieldCount: Self.maximumHeaders))
    }

    /// The last one is told first that the process ends: the server then waits for the streams that the feed has ended.
    private func run(_ services: [any Service]) async throws {
        var group = ServiceGroupConfiguration(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
        group.maximumGracefulShutdownDuration = Self.shutdownTimeout
        try await ServiceGroup(configuration: group).run()
    }

    @Sendable private func started(_ channel: any NIOCore.Channel) async {
        _ = try? await channel.setOption(
            .maxMessagesPerRead, value: min(Self.acceptedAtOnce, UInt(OpenFiles.forOthers / Self.acceptedShare))
        ).get()
        let port = channel.localAddress?.port ?? configuration.port
        log.info("ready", metadata: ["address": "\(configuration.address(port: port))"])
    }
}
