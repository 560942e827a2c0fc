import FoundationEssentials
import Glibc

/// A program run to its end, in a session of its own, so that Ctrl-C in our terminal doesn't reach it. It gets nothing
/// of our environment, which holds secrets, and none of our open files.
struct Program {
    private static let pause = Duration.milliseconds(5)
    /// `POSIX_SPAWN_SETSID`, which Swift's Glibc doesn't show.
    private static let newSession: Int32 = 0x80
    private static let lockDescriptor: Int32 = 3
    private static let path = "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"

    private let arguments: [String]
    private let environment: [String]

    /// The first of `arguments` is the program. It starts in the root, as our own folder may be closed to its user.
    init(_ arguments: [String], environment: [String] = []) {
        self.arguments = ["env", "--chdir=/"] + arguments
        self.environment = [Self.path, "LC_ALL=C"] + environment
    }

    /// The exit status, 128 and more for a signal. What it prints goes to the file `output`. It keeps `lock` for as
    /// long as it runs, even when we are killed.
    func run(output: Int32? = nil, keeping lock: FileLock? = nil) async throws -> Int32 {
        let pid = try spawn(output: output, lock: lock)
        do {
            while true {
                var status: Int32 = 0
                if waitpid(pid, &status, WNOHANG) == pid { return Self.exitStatus(status) }
                try await Task.sleep(for: Self.pause)
            }
        } catch {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
            throw error
        }
    }

    private static func exitStatus(_ status: Int32) -> Int32 {
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    private func spawn(output: Int32?, lock: FileLock?) throws(ClusterError) -> pid_t {
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        arrange(&files, output: output, lock: lock)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        Self.arrange(&attributes)
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = environment.map { strdup($0) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var pid: pid_t = 0
        let failure = posix_spawnp(&pid, arguments[0], &files, &attributes, &argv, &envp)
        guard failure == 0 else {
            throw .cannotRun(program: arguments[0], reason: String(cString: strerror(failure)))
        }
        return pid
    }

    private func arrange(_ files: inout posix_spawn_file_actions_t, output: Int32?, lock: FileLock?) {
        posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
        for descriptor: Int32 in 1...2 {
            if let output {
                posix_spawn_file_actions_adddup2(&files, output, descriptor)
            } else {
                posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", O_WRONLY, 0)
            }
        }
        if let lock { posix_spawn_file_actions_adddup2(&files, lock.descriptor, Self.lockDescriptor) }
        for descriptor in Self.openFiles() where descriptor > 2 && !(lock != nil && descriptor == Self.lockDescriptor) {
            posix_spawn_file_actions_addclose(&files, descriptor)
        }
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
