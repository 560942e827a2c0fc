import Logging
import NIOCore
import Postgres
import ServiceLifecycle
import Templates

/// The program: what its commands do. What there is, `Services` says, and what is answered, `routes`.
struct FrontdeskApplication {
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
        let services = try services()
        let server = try server(services)
        let companions = [
            Task { _ = await services.streams.followSessions() }, Task { _ = try? await services.answers.keepReadersAwake() },
            Task { _ = await services.relay.run() },
        ]
        defer { for companion in companions { companion.cancel() } }
        let working = Task { await JobWorker(services).run() }
        try await run([server, services.feed])
        working.cancel()
        await working.value
        await services.curl.shutdown()
        await services.answers.settle(within: Self.settlingTimeout)
        await postgres.close()
    }

    /// Does jobs until the process is told to end.
    func work() async throws {
        try await prepareDatabase()
        let services = try services()
        let working = Task { await JobWorker(services).run() }
        log.info("working")
        await EndSignal.received()
        working.cancel()
        await working.value
        await services.curl.shutdown()
        await postgres.close()
    }

    /// A line a route.
    func listRoutes() throws -> String {
        let files = try files()
        return try routes(services(), files, Assets(files)).table.text
    }

    func services() throws -> Services { try Services(configuration, postgres, log) }

    func files() throws -> StaticFiles { try StaticFiles(directory: configuration.publicDirectory) }

    /// The last one is told first that the process ends: the server then waits for the streams that the feed has ended.
    private func run(_ services: [any Service]) async throws {
        var group = ServiceGroupConfiguration(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
        group.maximumGracefulShutdownDuration = Self.shutdownTimeout
        do { try await ServiceGroup(configuration: group).run() } catch let error as IOError { throw cannotListen(error) }
    }
}
