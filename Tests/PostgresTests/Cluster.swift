import Glibc
import Postgres
import Synchronization

/// A Postgres of the tests' own, on a Unix socket in a temporary folder. Ends with the tests, however they end.
final class Cluster: Sendable {
    /// For all tests that don't stop it.
    static let shared = Task { try await Cluster() }

    let folder: String
    private let server = Mutex<Child?>(nil)
    private let databases = Atomic(0)

    init() async throws {
        folder = try Self.temporaryFolder()
        guard let programs = Self.programs else { throw Problem("no PostgreSQL is installed") }
        try await Child(Self.asServer("\(programs)/initdb -D \(folder)/data -A trust -U postgres -N -E UTF8 >/dev/null")).wait()
        try await start()
    }

    func start() async throws {
        guard let programs = Self.programs else { throw Problem("no PostgreSQL is installed") }
        let options = "-k \(folder) -c listen_addresses= -c fsync=off -c max_connections=500 -c deadlock_timeout=50ms"
        // The shell stops the server when `stop` writes to it; when its input ends, because this process is gone, all of it goes.
        let child = try Child(
            Self.asServer(
                """
                \(programs)/postgres -D \(folder)/data \(options) >\(folder)/log 2>&1 & server=$!
                read stop && keep=yes; kill -QUIT $server; wait $server; test $keep || rm -rf \(folder)
                """))
        server.withLock { $0 = child }
        try await Child(Self.asServer("until \(programs)/pg_isready -q -h \(folder); do sleep 0.02; done")).wait()
    }

    /// At once, as if it had crashed.
    func stop() async throws {
        let running = server.withLock { server in
            defer { server = nil }
            return server
        }
        try await running?.end()
    }

    deinit { server.withLock { $0 }?.close() }

    /// The URL of a new, empty database.
    func database() async throws -> String {
        let name = "test\(databases.wrappingAdd(1, ordering: .relaxed).newValue)"
        let postgres = Postgres(url(of: "postgres"))
        try await postgres.query("create database \(unsafeRaw: name) template template0")
        await postgres.close()
        return url(of: name)
    }

    private func url(of database: String) -> String { "postgresql://postgres@/\(database)?host=\(folder)" }

    /// Of the newest version.
    private static let programs: String? = {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob("/usr/lib/postgresql/*/bin", 0, nil, &found) == 0 else { return nil }
        return found.gl_pathv[Int(found.gl_pathc) - 1].map { String(cString: $0) }
    }()

    /// Postgres doesn't run as root.
    private static func asServer(_ script: String) -> [String] {
        (getuid() == 0 ? ["runuser", "-u", "postgres", "--"] : []) + ["sh", "-c", "cd /; " + script]
    }

    private static func temporaryFolder() throws -> String {
        var template = Array("/tmp/postgres-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Problem("no temporary folder") }
        let folder = template.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if getuid() == 0, let user = getpwnam("postgres") { chown(folder, user.pointee.pw_uid, user.pointee.pw_gid) }
        return folder
    }
}

struct Problem: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}

/// A process whose input is a pipe of ours.
struct Child: Sendable {
    private let pid: pid_t
    private let input: Int32

    init(_ command: [String]) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Problem("no pipe") }
        // Another process of ours that held our end, too, would keep this one alive.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { Glibc.close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Threads of tasks block all signals, and a shell that inherits that waits for its children in vain.
        var attributes = posix_spawnattr_t()
        var signals = sigset_t()
        posix_spawnattr_init(&attributes)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        defer { posix_spawnattr_destroy(&attributes) }
        var arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid = pid_t()
        guard posix_spawnp(&pid, command[0], &actions, &attributes, &arguments, environ) == 0 else {
            throw Problem("\(command[0]) didn't start")
        }
        self.pid = pid
        input = ends[1]
    }

    func wait() async throws {
        let status = try await status()
        if status != 0 { throw Problem("the command ended with \(status)") }
    }

    func close() { Glibc.close(input) }

    /// Writes a line, and waits.
    func end() async throws {
        Glibc.write(input, "\n", 1)
        _ = try await status()
    }

    /// At once; it has to have lived until then.
    func kill() async throws {
        Glibc.kill(pid, SIGKILL)
        let status = try await status()
        if status != SIGKILL { throw Problem("the command had ended with \(status)") }
    }

    /// As `waitpid` tells it, at its end. Meanwhile no thread is held up: all tests together have as many as there are cores.
    private func status() async throws -> Int32 {
        defer { close() }
        var status: Int32 = 0
        while waitpid(pid, &status, WNOHANG) == 0 { try await Task.sleep(for: .milliseconds(5)) }
        return status
    }
}
