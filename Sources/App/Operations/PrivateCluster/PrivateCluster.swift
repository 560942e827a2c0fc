import FoundationEssentials
import Glibc

/// A Postgres of our own, for those who have none: its files in `DATA_DIR`, reached by a Unix socket that only its user
/// (and root) can open. Several processes with the same `DATA_DIR` share it; the last one out stops it. After a kill, the
/// next one to open it takes over what still runs.
struct PrivateCluster {
    /// What `Postgres` connects with.
    let conninfo: String

    private let files: ClusterFiles
    private let programs: PostgresPrograms
    private let user: ServerUser
    /// Held, shared, by each process that uses the cluster.
    private let use: FileLock

    /// Blocks until the server takes connections: some seconds the first time, a few milliseconds where it runs.
    /// - Throws: `Refusal`, in words for whoever starts the app.
    static func open(dataDirectory: String, log: (String) -> Void) throws -> PrivateCluster {
        let user = try ServerUser()
        let directory = try ClusterFiles.prepare(dataDirectory)
        let use = try FileLock(directory + "/postgres.use", .shared)
        let start = try FileLock(directory + "/postgres.lock", .exclusive)
        defer { start.release() }
        let files = try ClusterFiles(dataDirectory: directory, user: user)
        let programs = try PostgresPrograms(for: files.version)
        let cluster = PrivateCluster(conninfo: files.conninfo, files: files, programs: programs, user: user, use: use)
        if !cluster.isRunning { try cluster.start(log) }
        return cluster
    }

    /// Stops the server, unless another process uses it.
    func close() {
        defer { use.release() }
        guard use.becomesExclusive() else { return }
        _ = user.run(programs.pgCtl, ["-D", ClusterFiles.data, "-m", "fast", "-w", "-t", "30", "stop"], in: files)
        files.removeSocketDirectory()
    }

    private var isRunning: Bool {
        guard let text = try? String(contentsOfFile: files.data + "/postmaster.pid", encoding: .utf8),
            let pid = text.split(whereSeparator: \.isNewline).first.flatMap({ pid_t($0.trimmingBlanks) }), pid > 0, kill(pid, 0) == 0
        else { return false }
        return files.socketAnswers
    }

    private func start(_ log: (String) -> Void) throws {
        if files.version == nil {
            log("making a private Postgres")
            try makeFiles()
        }
        try files.writeSettings()
        let arguments = ["-D", ClusterFiles.data, "-w", "-t", "60", "-l", ClusterFiles.log, "start"]
        guard user.run(programs.pgCtl, arguments, in: files) == 0 else {
            throw Refusal(words: "The private Postgres in \(files.location) didn't start. The end of \(files.log):\n\(files.endOfLog)")
        }
    }

    /// Under another name first: what was cut off in the middle is never taken for a whole.
    private func makeFiles() throws {
        let unfinished = files.data + ".new"
        try? FileManager.default.removeItem(atPath: unfinished)
        let arguments = [
            "-D", ClusterFiles.data + ".new", "-U", ClusterFiles.superuser, "-E", "UTF8", "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject",
        ]
        guard user.run(programs.initdb, arguments, in: files) == 0 else {
            throw Refusal(words: "The private Postgres couldn't be made in \(files.location):\n\(files.endOfSetupLog)")
        }
        let settings = "\ninclude_if_exists = 'frontdesk.conf'\n"
        try files.append(settings, to: unfinished + "/postgresql.conf")
        guard rename(unfinished, files.data) == 0 else { throw Refusal(words: "\(files.data) can't be written.") }
    }
}
