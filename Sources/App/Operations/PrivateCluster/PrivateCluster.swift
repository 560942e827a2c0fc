/// A Postgres cluster of our own in the data folder, reached only through a Unix socket that nobody else may enter.
///
/// Every process with the same data folder shares it; the last to close it stops the server. A process that is killed
/// leaves the server running, and the next `open` takes it over. All errors are `ClusterError`, or the task's
/// cancellation.
final class PrivateCluster: Sendable {
    /// For libpq, such as `postgresql://frontdesk@/postgres?host=/tmp/frontdesk-dEwf3s`.
    let url: String
    /// The server's process.
    let pid: Int32
    private let home: ClusterHome
    private let use: FileLock

    private init(_ server: Postmaster, _ home: ClusterHome, _ use: FileLock) {
        url = "postgresql://\(ClusterHome.role)@/postgres?host=\(server.socketDirectory)"
        pid = server.pid
        self.home = home
        self.use = use
    }

    /// Makes the cluster where there is none, and starts its server where none runs. `log` gets what is done, in words.
    static func open(dataDirectory: String, log: @escaping @Sendable (String) -> Void) async throws -> PrivateCluster {
        let folder = try Folder.make(dataDirectory)
        let start = try await FileLock.take(folder + "/postgres.lock", .exclusive)
        defer { start.release() }
        let home = try await ClusterHome.find(in: folder)
        let use = try await FileLock.take(home.path + "/use", .shared)
        return PrivateCluster(try await home.server(holding: start, log: log), home, use)
    }

    /// Stops the server if nobody else uses it. To be called once the connections are closed; more calls do nothing.
    func close() async {
        if use.becomesExclusive() {
            await Postmaster.serving(home.data)?.stop()
        }
        use.release()
    }
}
