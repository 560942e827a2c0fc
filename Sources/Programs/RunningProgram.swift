import FoundationEssentials
import Glibc

/// `POSIX_SPAWN_SETSID`, which Swift's Glibc doesn't show.
private let newSession: Int32 = 0x80

/// A program of the system that we have started, in a session of its own: Ctrl-C in our terminal doesn't reach it, and whatever
/// it starts can be ended with it. It gets nothing of our environment, which holds secrets, and none of our open files, and no
/// shell is involved.
public struct RunningProgram: Sendable {
    public enum End: Equatable, Sendable { case exit(Int32), signal(Int32) }

    private let id: pid_t

    /// Starts it in the root, as our own folder may be closed to its user.
    /// - Parameters:
    ///   - arguments: the first is its name, which is looked for in the `PATH` of `environment`.
    ///   - environment: all of it, as `NAME=value`.
    ///   - files: what it has open as 0, 1, 2 and so on; nil is /dev/null.
    public init(_ arguments: [String], environment: [String], files: [Int32?]) throws(ProgramProblem) {
        let arguments = ["env", "--chdir=/"] + arguments
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        Self.arrange(&actions, files)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        Self.arrange(&attributes)
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = environment.map { strdup($0) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var id: pid_t = 0
        let code = posix_spawnp(&id, arguments[0], &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw ProgramProblem(program: arguments[0], reason: String(cString: strerror(code))) }
        self.id = id
    }

    /// How it ended; nil while it runs. To be asked no more after that.
    public func end() -> End? {
        var status: Int32 = 0
        let ended = waitpid(id, &status, WNOHANG)
        // Somebody else has reaped it.
        if ended == -1, errno == ECHILD { return .signal(0) }
        guard ended == id else { return nil }
        let signal = status & 0x7f
        return signal == 0 ? .exit((status >> 8) & 0xff) : .signal(signal)
    }

    /// Ends it and what it has started, now.
    public func kill() {
        Glibc.kill(-id, SIGKILL)
        waitpid(id, nil, 0)
    }

    private static func arrange(_ actions: inout posix_spawn_file_actions_t, _ files: [Int32?]) {
        for (file, number) in zip(files, Int32(0)...) {
            if let file {
                posix_spawn_file_actions_adddup2(&actions, file, number)
            } else {
                posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
            }
        }
        for file in openFiles() where file >= files.count { posix_spawn_file_actions_addclose(&actions, file) }
    }

    private static func openFiles() -> [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []).compactMap { Int32($0) }
    }

    /// A new session; no signal blocked or ignored.
    private static func arrange(_ attributes: inout posix_spawnattr_t) {
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = newSession | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
        posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))
    }
}

/// Why a program couldn't be started.
public struct ProgramProblem: Error {
    public let program: String
    /// As the system says it.
    public let reason: String
}
