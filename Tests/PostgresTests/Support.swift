import Postgres
import Testing

/// Runs `body` with a pool on a new database.
func withPostgres(
    on cluster: Cluster? = nil, configure: (inout Postgres.Configuration) -> Void = { _ in }, _ body: (Postgres) async throws -> Void
) async throws {
    let cluster = if let cluster { cluster } else { try await Cluster.shared.value }
    var configuration = Postgres.Configuration(try await cluster.database())
    configure(&configuration)
    let postgres = Postgres(configuration)
    do {
        try await body(postgres)
    } catch {
        await postgres.close(patience: .zero)
        throw error
    }
    await postgres.close(patience: .zero)
}

/// The error with which `body` ended.
func failure(_ body: () async throws -> Void) async -> PostgresError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? PostgresError
    }
}

/// Waits until the condition holds, but not forever.
func eventually(within limit: Duration = .seconds(10), _ condition: () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(5))
    }
    return false
}

extension Postgres {
    func number(_ sql: SQL) async throws -> Int {
        guard let row = try await query(sql).first else { throw Problem("no row") }
        return try row.get(0)
    }
}
