import Logging
import Postgres

/// The database that `DATABASE_URL` names, or else a private one of this process's own.
struct Database {
    /// A visitor waits: a database that takes longer is as good as away.
    static let statementTimeout = Duration.seconds(10)

    /// Without a superuser's rights, whom row-level security doesn't hold. Made by a migration.
    static let appRole = "frontdesk_app"

    let postgres: Postgres
    private let cluster: PrivateCluster?
    /// Starts the private one again if it dies.
    private let watch: Task<Void, Never>?

    static func open(_ configuration: Configuration, log: Logger) async throws -> Database {
        if let url = configuration.databaseURL { return Database(postgres: connect(url), cluster: nil, watch: nil) }
        let cluster = try await PrivateCluster.open(dataDirectory: configuration.dataDirectory) { log.info("\($0)") }
        let watch = Task { await cluster.keepRunning { log.warning("\($0)") } }
        return Database(postgres: connect(cluster.url, as: appRole), cluster: cluster, watch: watch)
    }

    private static func connect(_ conninfo: String, as role: String? = nil) -> Postgres {
        var configuration = Postgres.Configuration(conninfo)
        configuration.role = role
        if let cores = Processor.usableCores { configuration.cores = cores }
        configuration.timeout = statementTimeout
        return Postgres(configuration)
    }

    func close() async {
        await postgres.close()
        watch?.cancel()
        await watch?.value
        await cluster?.close()
    }
}
