import FoundationEssentials
import Glibc

/// The folder of the cluster: `data`, the server's `log`, and `use`, which every process that uses the server locks.
///
/// It is `postgres` in the data folder. Where the user that runs the server can't enter the data folder, `postgres` is
/// a link to a folder of that user's in `/var/lib/frontdesk`.
struct ClusterHome {
    static let role = "frontdesk"
    /// Also for recovery after a crash.
    static let startTimeout = Duration.seconds(120)
    private static let elsewhere = "/var/lib/frontdesk"
    private static let onlyTheOwner: mode_t = 0o700

    let path: String
    let user: ServerUser
    /// The data folder, whose lock is held by whoever starts the server.
    let folder: String
    var data: String { path + "/data" }

    /// Waits for others that start the server.
    static func lockStart(in folder: String) async throws -> FileLock {
        try await FileLock.take(folder + "/postgres.lock", .exclusive)
    }

    /// Finds it, or makes an empty one. The caller holds the lock on the data folder.
    static func find(in folder: String) async throws -> ClusterHome {
        let link = folder + "/postgres"
        var status = stat()
        if lstat(link, &status) != 0 { try await make(link, in: folder) }
        guard let path = Folder.realPath(link), stat(path, &status) == 0 else { throw ClusterError.homeIsGone(link: link) }
        let user = try ServerUser(owner: status.st_uid, of: path)
        if status.st_uid != user.uid, chown(path, user.uid, user.gid) != 0 { throw ClusterError.cannotWrite(path) }
        return ClusterHome(path: path, user: user, folder: folder)
    }

    /// The server, ready for queries: the one that runs, or a new one, with its socket in `sockets`, or where one that has died
    /// had it.
    func server(holding lock: FileLock, at sockets: String? = nil, log: @escaping @Sendable (String) -> Void) async throws -> Postmaster {
        if let server = Postmaster.serving(data), server.isReady {
            log("Using the Postgres that runs already, as process \(server.pid).")
            return server
        }
        let start = try ServerStart(self, keeping: lock, log: log)
        let sockets = sockets ?? Postmaster.socketDirectoryLeft(in: data)
        let deadline = ContinuousClock.now + Self.startTimeout
        while .now < deadline {
            let server = Postmaster.serving(data)
            if let server, server.isReady { return server }
            if server == nil { try await start.attempt(at: sockets) } else { try await Task.sleep(for: Postmaster.pause) }
        }
        throw ClusterError.notInTime(path: path, output: start.output)
    }

    private static func make(_ link: String, in folder: String) async throws {
        if try await ServerUser.forNewCluster().canEnter(folder) {
            guard mkdir(link, onlyTheOwner) == 0 else { throw ClusterError.cannotWrite(link) }
            return
        }
        let path = try Folder.makePrivate(prefix: Folder.make(elsewhere) + "/")
        guard symlink(path, link) == 0 else { throw ClusterError.cannotWrite(link) }
    }
}
