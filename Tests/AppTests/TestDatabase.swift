import FoundationEssentials
import Glibc
import Postgres
import Synchronization

@testable import App

/// Gives `body` a migrated database of its own, in a cluster that all tests of a run share.
/// - Parameter role: what the connections work as; nil is a superuser.
func withDatabase(as role: String? = nil, _ body: (Postgres) async throws -> Void) async throws {
    await Turns.shared.begin()
    do {
        try await withOwnDatabase(as: role, body)
        await Turns.shared.end()
    } catch {
        await Turns.shared.end()
        throw error
    }
}

private func withOwnDatabase(as role: String?, _ body: (Postgres) async throws -> Void) async throws {
    let server = try await TestServer.shared.value
    let name = try await server.makeDatabase()
    let postgres = server.connect(to: name, as: role)
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

/// All tests begin at once, and hundreds of databases, made at once, would keep each other from being made in time.
private actor Turns {
    static let shared = Turns()

    private var free = 8
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func begin() async {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    }

    func end() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

/// The cluster, in a folder of its own, stopped when the tests have ended.
private final class TestServer: Sendable {
    static let shared = Task.detached { try await TestServer() }

    private static let folders = "/tmp"
    private static let prefix = "frontdesk-tests-"
    private static let template = "migrated"
    private let url: String
    private let admin: Postgres
    private let made = Atomic(0)

    private init() async throws {
        try await Self.removeForgotten()
        let folder = "\(Self.folders)/\(Self.prefix)\(getpid())"
        let cluster = try await PrivateCluster.open(dataDirectory: folder) { _ in }
        running.withLock { $0 = (cluster, folder) }
        atexit { stop() }
        url = cluster.url
        admin = Postgres(url)
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            try await admin.query("alter system set \(unsafeRaw: setting) = off")
        }
        try await admin.query("select pg_reload_conf()")
        try await admin.query("create database \(unsafeRaw: Self.template)")
        let postgres = connect(to: Self.template)
        _ = try await postgres.migrate(from: Project.folder + "/Migrations")
        await postgres.close()
    }

    func connect(to name: String, as role: String? = nil) -> Postgres {
        var configuration = Postgres.Configuration(url.replacing("/postgres?", with: "/\(name)?"))
        configuration.maximumConnections = 4
        configuration.role = role
        return Postgres(configuration)
    }

    func makeDatabase() async throws -> String {
        let name = "test_\(made.add(1, ordering: .relaxed).newValue)"
        try await admin.query("create database \(unsafeRaw: name) template \(unsafeRaw: Self.template)")
        return name
    }

    func drop(_ name: String) async throws {
        try await admin.query("drop database \(unsafeRaw: name) with (force)")
    }

    /// Clusters of runs that were killed.
    private static func removeForgotten() async throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folders) where name.hasPrefix(prefix) {
            guard let pid = pid_t(name.dropFirst(prefix.count)), kill(pid, 0) != 0 else { continue }
            try? await PrivateCluster.open(dataDirectory: "\(folders)/\(name)") { _ in }.close()
            try? FileManager.default.removeItem(atPath: "\(folders)/\(name)")
        }
    }
}

private let running = Mutex<(PrivateCluster, folder: String)?>(nil)

/// Without tasks, which may not run any more when the process ends.
private func stop() {
    guard let (cluster, folder) = running.withLock({ $0 }) else { return }
    kill(cluster.pid, SIGINT)
    for _ in 0..<500 where FileManager.default.fileExists(atPath: folder + "/postgres/data/postmaster.pid") { usleep(10_000) }
    try? FileManager.default.removeItem(atPath: folder)
}

enum Project {
    /// The repository's folder.
    static let folder = String(#filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" })
}
