import FoundationEssentials
import Glibc

/// Who the private server runs as. Postgres refuses to run as root, so for root it is another user.
struct ServerUser {
    /// Whether it is somebody else than we are.
    let isOther: Bool
    let id: uid_t
    let group: gid_t
    private let name: String

    init() throws {
        guard getuid() == 0 else {
            (isOther, id, group, name) = (false, getuid(), getgid(), "")
            return
        }
        guard let entry = getpwnam("postgres") else {
            throw Refusal(words: "Postgres doesn't run as root, and there is no user “postgres” to run it as. bin/setup installs both.")
        }
        (isOther, id, group, name) = (true, entry.pointee.pw_uid, entry.pointee.pw_gid, "postgres")
    }

    func canEnter(_ directory: String) -> Bool {
        Subprocess.run(["/usr/bin/env", "runuser", "-u", name, "--", "test", "-x", directory], in: "/", output: "/dev/null") == 0
    }

    /// Runs a program to its end; its exit status. What it prints goes to the set-up log.
    func run(_ program: String, _ arguments: [String], in files: ClusterFiles) -> Int32 {
        let command = [program] + arguments
        return Subprocess.run(
            isOther ? ["/usr/bin/env", "runuser", "-u", name, "--"] + command : command, in: files.location, output: files.setupLog)
    }
}

enum Subprocess {
    /// POSIX_SPAWN_SETSID, which glibc's headers hide from Swift.
    private static let newSession: Int32 = 0x80

    /// Blocks until the program ends. -1 if it couldn't be started.
    static func run(_ command: [String], in directory: String, output: String) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Nothing else that is open here, or was left open by whoever started us: their pipes would not end with us.
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
            if let descriptor = Int32(name), descriptor > 2 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A signal that we ignore, or that a terminal sends to all of us, is not the child's concern.
        var defaults = sigset_t()
        sigemptyset(&defaults)
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | newSession))
        // The shell enters the folder: glibc's way to do it here is hidden from Swift.
        let command = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory] + command
        var arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        // Nothing of our environment: what is secret in it doesn't concern the program, nor may a PGDATA mislead it.
        let variables = ["PATH=" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"), "LC_ALL=C.UTF-8"]
        var environment = variables.map { strdup($0) } + [nil]
        defer { for variable in environment { free(variable) } }
        var pid = pid_t()
        guard posix_spawn(&pid, command[0], &actions, &attributes, &arguments, &environment) == 0 else { return -1 }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 { if errno != EINTR { return -1 } }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
    }
}
