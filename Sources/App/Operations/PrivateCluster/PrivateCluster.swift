/// A Postgres cluster of our own in the data folder, reached only through a Unix socket that nobody else may enter.
///
/// Every process with the same data folder shares it; the last to close it stops the server. A process that is killed
/// leaves the server running, and the next `open` takes it over. A server that is killed is started again, at the same
/// socket, by whichever process notices first. All errors are `ClusterError`, or the task's cancellation.
final class PrivateCluster: Sendable {
    /// Between two looks at whether the server lives; a look reads two small files.
    static let watchInterval = Duration.milliseconds(250)
    /// After a start that failed, as on a full disk.
    static let pauseAfterFailure = Duration.seconds(5)

    /// For libpq, such as `postgresql://frontdesk@/postgres?host=/tmp/frontdesk-dEwf3s`.
    let url: String
    /// The server's process as it was opened.
    let pid: Int32
    private let socketDirectory: String
    private let home: ClusterHome
    private let use: FileLock

    private init(_ server: Postmaster, _ home: ClusterHome, _ use: FileLock) {
        url = "postgresql://\(ClusterHome.role)@/postgres?host=\(server.socketDirectory)"
        pid = server.pid
        socketDirectory = server.socketDirectory
        self.home = home
        self.use = use
    }

    /// Makes the cluster where there is none, and starts its server where none runs. `log` gets what is done, in words.
    static func open(dataDirectory: String, log: @escaping @Sendable (String) -> Void) async throws -> PrivateCluster {
        let folder = try Folder.make(dataDirectory)
        let start = try await ClusterHome.lockStart(in: folder)
        defer { start.release() }
        let home = try await ClusterHome.find(in: folder)
        let use = try await FileLock.take(home.path + "/use", .shared)
        return PrivateCluster(try await home.server(holding: start, log: log), home, use)
    }

    /// Starts the server again whenever it has died, until the task is cancelled. One that was stopped in an orderly way,
    /// by whoever has a reason to, stays so.
    func keepRunning(log: @escaping @Sendable (String) -> Void) async {
        while (try? await Task.sleep(for: Self.watchInterval)) != nil {
            guard Postmaster.hasDied(home.data) else { continue }
            log("Postgres has died.")
            while await !restarted(log) {
                guard (try? await Task.sleep(for: Self.pauseAfterFailure)) != nil else { return }
            }
        }
    }

    /// Stops the server if nobody else uses it. To be called once the connections are closed; more calls do nothing.
    func close() async {
        if use.becomesExclusive() {
            await Postmaster.serving(home.data)?.stop()
        }
        use.release()
    }

    /// Whether the server runs again, started by us or by another process that was faster. What has begun is brought to its
    /// end, also when the task is cancelled: half started, the server could be neither used nor stopped.
    private func restarted(_ log: @escaping @Sendable (String) -> Void) async -> Bool {
        await Task {
            do {
                let start = try await ClusterHome.lockStart(in: home.folder)
                defer { start.release() }
                _ = try await home.server(holding: start, at: socketDirectory, log: log)
                return true
            } catch {
                log("\(error)")
                return false
            }
        }.value
    }
}
