import Logging
import Postgres

/// The database that `DATABASE_URL` names, or else a private one of this process's own.
struct Database {
    let postgres: Postgres
    private let cluster: PrivateCluster?

    static func open(_ configuration: Configuration, log: Logger) async throws -> Database {
        if let url = configuration.databaseURL { return Database(postgres: Postgres(url), cluster: nil) }
        let cluster = try await PrivateCluster.open(dataDirectory: configuration.dataDirectory) { log.info("\($0)") }
        return Database(postgres: Postgres(cluster.url), cluster: cluster)
    }

    func close() async {
        await postgres.close()
        await cluster?.close()
    }
}
