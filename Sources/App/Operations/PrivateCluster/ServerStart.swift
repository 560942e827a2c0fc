import FoundationEssentials
import Glibc

/// Starts a cluster's server, and makes the cluster before if need be. What Postgres's programs say goes to the
/// folder's `log`.
struct ServerStart {
    private static let settings = [
        "listen_addresses=", "unix_socket_permissions=0700", "max_connections=300", "shared_buffers=64MB",
        // Our own log has the errors of queries, without what visitors wrote.
        "log_min_messages=log", "log_min_error_statement=panic", "log_checkpoints=off",
        // One call instead of one a file, which takes seconds after a crash.
        "recovery_init_sync_method=syncfs",
    ]
    /// What Postgres says while another server on the same data is still starting or ending.
    private static let passingProblems = ["is still in use", "postmaster.pid\" already exists"]
    private static let retryPause = Duration.milliseconds(100)
    private static let shownLines = 8

    private let home: ClusterHome
    private let lock: FileLock
    private let programs: PostgresPrograms
    private let log: @Sendable (String) -> Void
    private var logPath: String { home.path + "/log" }

    init(_ home: ClusterHome, keeping lock: FileLock, log: @escaping @Sendable (String) -> Void) throws(ClusterError) {
        self.home = home
        self.lock = lock
        self.log = log
        programs = try PostgresPrograms(for: Self.version(home.data), at: home.path)
    }

    /// Returns when the server is ready, and also when it is worth to look or try again. The socket is in `known`
    /// if that is given and still there, as other processes look for it there, or else in a new folder.
    func attempt(at known: String?) async throws {
        let output = try openLog()
        defer { close(output) }
        if Self.version(home.data) == nil { try await makeCluster(output) }
        let kept = known.flatMap { isOurs($0) ? $0 : nil }
        let sockets = try kept ?? makeSocketDirectory()
        Postmaster.clearRemains(in: home.data, keeping: sockets)
        log("Starting Postgres from \(programs.directory).")
        if try await run(startCommand(sockets), output) == 0 { return }
        if kept == nil { rmdir(sockets) }
        let said = self.output
        guard Self.passingProblems.contains(where: said.contains) else {
            throw problem(otherwise: .notStarted(path: home.path, output: said))
        }
        try await Task.sleep(for: Self.retryPause)
    }

    /// The last lines of what Postgres said.
    var output: String {
        let text = FileManager.default.contents(atPath: logPath).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").suffix(Self.shownLines).joined(separator: "\n")
    }

    private static func version(_ data: String) -> String? {
        FileManager.default.contents(atPath: data + "/PG_VERSION")
            .map { String(decoding: $0, as: UTF8.self).filter { !$0.isWhitespace } }
    }

    /// A new log; the one before is kept.
    private func openLog() throws(ClusterError) -> Int32 {
        rename(logPath, logPath + ".1")
        let descriptor = open(logPath, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotWrite(logPath) }
        return descriptor
    }

    /// Made under another name, so that what a killed start leaves behind isn't taken for a cluster.
    private func makeCluster(_ output: Int32) async throws {
        log("Making a database in \(home.data).")
        let unfinished = home.path + "/data.new"
        _ = try await run(["rm", "-rf", unfinished], output, keeping: lock)
        let locale = newlocale(1 << LC_CTYPE, "C.UTF-8", nil) == nil ? "C" : "C.UTF-8"
        let status = try await run(
            [
                programs.directory + "/initdb", "--pgdata=\(unfinished)", "--username=\(ClusterHome.role)",
                "--encoding=UTF8", "--locale=\(locale)", "--auth-local=trust", "--auth-host=reject", "--no-instructions", "--no-sync",
            ], output, keeping: lock)
        guard status == 0 else { throw problem(otherwise: .notMade(path: home.path, output: self.output)) }
        _ = try await run(["sync", "--file-system", unfinished], output, keeping: lock)
        guard rename(unfinished, home.data) == 0 else { throw ClusterError.cannotWrite(home.data) }
    }

    /// Names in /tmp are anybody's once they are free: only a folder that is still the server's own is used again.
    private func isOurs(_ sockets: String) -> Bool { Folder.isPrivate(sockets, of: home.user) }

    private func makeSocketDirectory() throws(ClusterError) -> String {
        let sockets = try Folder.makePrivate(prefix: Postmaster.socketPrefix)
        guard chown(sockets, home.user.uid, home.user.gid) == 0 else { throw .cannotWrite(sockets) }
        return sockets
    }

    /// The data's path goes by the environment, because pg_ctl passes its options through a shell.
    private func startCommand(_ sockets: String) -> [String] {
        let options = (Self.settings + ["unix_socket_directories=\(sockets)"]).map { "-c \($0)" }.joined(separator: " ")
        let seconds = ClusterHome.startTimeout.components.seconds
        return [programs.directory + "/pg_ctl", "start", "--wait", "--timeout=\(seconds)", "--silent", "--options=\(options)"]
    }

    private func run(_ arguments: [String], _ output: Int32, keeping lock: FileLock? = nil) async throws -> Int32 {
        let program = Program(home.user.command(arguments), environment: ["PGDATA=\(home.data)"])
        return try await program.run(output: output, keeping: lock)
    }

    private func problem(otherwise: ClusterError) -> ClusterError {
        output.contains("No space left on device") ? .diskFull(path: home.path) : otherwise
    }
}
