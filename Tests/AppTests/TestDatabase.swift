import Dispatch
import FoundationEssentials
import Glibc
import Postgres
import Synchronization

@testable import App

/// Gives `body` a migrated database of its own, in a cluster that all tests of a run share.
func withDatabase(_ body: (Postgres) async throws -> Void) async throws {
    let server = try await TestServer.shared.value
    let name = try await server.makeDatabase()
    let postgres = server.connect(to: name)
    do {
        try await body(postgres)
    } catch {
        await postgres.close()
        try await server.drop(name)
        throw error
    }
    await postgres.close()
    try await server.drop(name)
}

/// The cluster. Its folder stays between runs, since making one takes seconds; the databases don't.
private final class TestServer: Sendable {
    static let shared = Task.detached { try await TestServer() }

    private static let folder = "/tmp/frontdesk-tests-\(getuid())"
    private static let cluster = Mutex<PrivateCluster?>(nil)
    private let conninfo: String
    private let admin: Postgres
    private let template: String
    private let made = Atomic(0)

    private init() async throws {
        let opened = try await PrivateCluster.open(dataDirectory: Self.folder) { _ in }
        Self.cluster.withLock { $0 = opened }
        conninfo = opened.url
        atexit {
            guard let cluster = TestServer.cluster.withLock({ $0 }) else { return }
            let closed = DispatchSemaphore(value: 0)
            Task.detached {
                await cluster.close()
                closed.signal()
            }
            _ = closed.wait(timeout: .now() + 20)
        }
        admin = Postgres(conninfo)
        template = "template_\(getpid())"
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            try await admin.query("alter system set \(unsafeRaw: setting) = off")
        }
        try await admin.query("select pg_reload_conf()")
        try await dropForgotten()
        try await admin.query("create database \(unsafeRaw: template)")
        let postgres = connect(to: template)
        _ = try await postgres.migrate(from: Project.folder + "/Migrations")
        await postgres.close()
    }

    func connect(to name: String) -> Postgres {
        var configuration = Postgres.Configuration(conninfo.replacing("/postgres?", with: "/\(name)?"))
        configuration.maximumConnections = 4
        return Postgres(configuration)
    }

    func makeDatabase() async throws -> String {
        let name = "test_\(getpid())_\(made.add(1, ordering: .relaxed).newValue)"
        try await admin.query("create database \(unsafeRaw: name) template \(unsafeRaw: template)")
        return name
    }

    func drop(_ name: String) async throws {
        try await admin.query("drop database \(unsafeRaw: name) with (force)")
    }

    /// Databases of runs that were killed.
    private func dropForgotten() async throws {
        for row in try await admin.query("select datname from pg_database where datname ~ '^(test|template)_[0-9]+'") {
            let name = try row.get("datname", as: String.self)
            guard let pid = name.split(separator: "_").dropFirst().first.flatMap({ pid_t($0) }), kill(pid, 0) != 0 || pid == getpid() else { continue }
            try await drop(name)
        }
    }
}

enum Project {
    /// The repository's folder.
    static let folder = String(#filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" })
}
