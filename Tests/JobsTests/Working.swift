import Glibc
import Jobs
import Postgres
import Synchronization
import Testing

/// Runs `body` with a database that has the product's tables, and a table of what jobs did.
func withJobs(
    on cluster: Cluster? = nil, configure: (inout Postgres.Configuration) -> Void = { _ in }, _ body: (Postgres) async throws -> Void
) async throws {
    try await withPostgres(on: cluster, configure: configure) { postgres in
        try await postgres.prepareForJobs()
        try await body(postgres)
    }
}

/// Runs `body` while workers work, each with the same handlers.
func withWorkers(
    _ count: Int = 1, _ postgres: Postgres, _ handlers: [Handler], schedules: [Schedule] = [], concurrency: Int = 10,
    lease: Duration = .seconds(10), grace: Duration = .seconds(20), log: @escaping @Sendable (WorkerEvent) -> Void = { _ in },
    _ body: () async throws -> Void
) async throws {
    let workers = (0..<count).map { _ in
        let worker = Worker(
            postgres, handlers: handlers, schedules: schedules, concurrency: concurrency, lease: lease, grace: grace, log: log)
        return Task { await worker.run() }
    }
    let result: Swift.Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    for worker in workers { worker.cancel() }
    for worker in workers { await worker.value }
    try result.get()
}

/// A handler whose effect, the payload in the table, happens together with the job's end.
func appending(_ kind: String = "append", to postgres: Postgres) -> Handler {
    Handler(kind, retries: .quick) { job, lease in try await append(job, lease, to: postgres) }
}

func append(_ job: Job, _ lease: Lease, to postgres: Postgres) async throws {
    try await postgres.transaction { transaction in
        try await transaction.query("insert into effects (job) values (\(job.payload))")
        try await lease.complete(in: transaction)
    }
}

/// Expects the condition to hold before long.
func becomes(
    within limit: Duration = .seconds(10), at location: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let holds = try await eventually(within: limit, condition)
    #expect(holds, sourceLocation: location)
}

extension RetryPolicy {
    /// However often those that began it were killed.
    static let quick = RetryPolicy(maximumAttempts: .max, firstBackoff: .milliseconds(10), factor: 1)
}

extension Postgres {
    /// Makes the tables that jobs need, of the product's, and one for what they do.
    func prepareForJobs() async throws {
        let migrations = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Migrations"
        let folder = "/tmp/jobs-migrations-\(UInt64.random(in: 0...UInt64.max))"
        let needed = ["0001_accounts.sql", "0007_jobs.sql"]
        mkdir(folder, 0o700)
        for name in needed { symlink("\(migrations)/\(name)", "\(folder)/\(name)") }
        defer {
            for name in needed { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        _ = try await migrate(from: folder)
        try await query("create table effects (id bigint generated always as identity, job text not null)")
    }

    var effects: [String] {
        get async throws { try await query("select job from effects order by id").map { try $0.get(0) } }
    }

    func isEmpty() async throws -> Bool { try await number("select count(*) from jobs where state <> 'dead'") == 0 }
}

/// What was noted, by any task.
final class Notes<Note: Sendable>: Sendable {
    private let notes = Mutex([Note]())

    var all: [Note] { notes.withLock { $0 } }
    func add(_ note: Note) { notes.withLock { $0.append(note) } }
}
