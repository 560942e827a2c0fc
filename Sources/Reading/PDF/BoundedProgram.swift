import FoundationEssentials
import Glibc

/// Runs a program of the system on bytes from outside. It gets little memory, time and room for what it writes, nothing of
/// our environment, none of our open files, and no shell is involved. Its input and output are files without a name.
enum BoundedProgram {
    private static let memoryBytes = 512 * 1_048_576
    private static let processorSeconds = 30
    private static let wallSeconds = 45
    static let outputBytes = 8 * 1_048_576
    private static let complaintBytes = 4_096
    private static let pauseMicroseconds: UInt32 = 3_000
    /// `POSIX_SPAWN_SETSID`, which Swift's Glibc doesn't show.
    private static let newSession: Int32 = 0x80
    private static let environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=/nonexistent"]

    enum End: Equatable { case exit(Int32), signal(Int32), outOfTime, stopped }

    struct Result {
        var end: End
        var output: [UInt8]
        /// It wrote more than it may.
        var isOutputFull: Bool
        /// The start of what it wrote to its standard error.
        var complaint: String
    }

    /// Blocks the thread until the program has ended. The first of `arguments` is its name.
    static func run(_ arguments: [String], input: [UInt8], _ stop: Stop) throws(ReadingProblem) -> Result {
        let files = [try namelessFile(holding: input), try namelessFile(), try namelessFile()]
        defer { files.forEach { _ = close($0) } }
        let bounds = ["--as=\(memoryBytes)", "--cpu=\(processorSeconds)", "--fsize=\(outputBytes)", "--core=0", "--nofile=32"]
        let process = try spawn(["env", "--chdir=/", "prlimit"] + bounds + ["--"] + arguments, files)
        let end = wait(for: process, stop)
        return Result(
            end: end, output: contents(of: files[1], upTo: outputBytes), isOutputFull: size(of: files[1]) >= outputBytes,
            complaint: String(decoding: contents(of: files[2], upTo: complaintBytes), as: UTF8.self))
    }

    private static func wait(for process: pid_t, _ stop: Stop) -> End {
        let deadline = ContinuousClock.now + .seconds(wallSeconds)
        var status: Int32 = 0
        while true {
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process { break }
            // Somebody else has reaped it.
            if ended == -1, errno == ECHILD { return .signal(0) }
            if stop.isSet || ContinuousClock.now > deadline {
                kill(-process, SIGKILL)
                waitpid(process, &status, 0)
                return stop.isSet ? .stopped : .outOfTime
            }
            usleep(pauseMicroseconds)
        }
        let signal = status & 0x7f
        return signal == 0 ? .exit((status >> 8) & 0xff) : .signal(signal)
    }

    /// Readable by us only, and gone when it is closed, however this process ends.
    private static func namelessFile(holding bytes: [UInt8] = []) throws(ReadingProblem) -> Int32 {
        var path = Array("/tmp/frontdesk-reading-XXXXXX".utf8CString)
        let file = mkstemp(&path)
        guard file >= 0 else { throw .busy }
        unlink(path)
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count > 0 else {
                close(file)
                throw .busy
            }
            written += count
        }
        lseek(file, 0, SEEK_SET)
        return file
    }

    private static func size(of file: Int32) -> Int { Int(lseek(file, 0, SEEK_END)) }

    private static func contents(of file: Int32, upTo limit: Int) -> [UInt8] {
        let length = min(size(of: file), limit)
        return [UInt8](unsafeUninitializedCapacity: max(length, 0)) { buffer, count in
            count = max(0, pread(file, buffer.baseAddress, max(length, 0), 0))
        }
    }

    /// A session of its own, so that all it may start can be ended together.
    private static func spawn(_ arguments: [String], _ files: [Int32]) throws(ReadingProblem) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, file) in files.enumerated() { posix_spawn_file_actions_adddup2(&actions, file, Int32(number)) }
        for file in openFiles() where file >= files.count { posix_spawn_file_actions_addclose(&actions, file) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        arrange(&attributes)
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = environment.map { strdup($0) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var process: pid_t = 0
        guard posix_spawnp(&process, arguments[0], &actions, &attributes, &argv, &envp) == 0 else { throw .pdfReaderMissing }
        return process
    }

    private static func openFiles() -> [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []).compactMap { Int32($0) }
    }

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
