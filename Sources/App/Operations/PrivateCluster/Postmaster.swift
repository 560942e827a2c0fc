import FoundationEssentials
import Glibc

/// What a cluster's `postmaster.pid` says of its server.
struct Postmaster {
    /// A quick stop ends what runs; it has to write what was changed.
    static let stopTimeout = Duration.seconds(30)
    /// After that it is stopped the hard way, and recovers at its next start.
    static let hardStopTimeout = Duration.seconds(5)
    static let socketPrefix = "/tmp/frontdesk-"
    static let pause = Duration.milliseconds(10)
    private static let socketName = ".s.PGSQL.5432"

    let pid: pid_t
    let socketDirectory: String
    /// Whether it takes queries: it isn't just starting or stopping.
    let isReady: Bool
    private let file: String

    /// The server that answers at the cluster's socket; nil if none does. For a moment, the children of one that was killed
    /// keep its socket open.
    static func serving(_ data: String) -> Postmaster? {
        guard let server = Postmaster(data), server.numberIs == .running, server.answers else { return nil }
        return server
    }

    /// Whether the server ended without putting its things in order, as after a kill or a crash.
    static func hasDied(_ data: String) -> Bool {
        guard let server = Postmaster(data) else { return false }
        return server.numberIs != .running
    }

    /// Where a server that has died had its socket.
    static func socketDirectoryLeft(in data: String) -> String? {
        hasDied(data) ? Postmaster(data)?.socketDirectory : nil
    }

    /// Removes what a server left that was killed, so that it doesn't hinder the next, whose socket is in `sockets`.
    static func clearRemains(in data: String, keeping sockets: String) {
        guard let old = Postmaster(data) else { return }
        waitpid(old.pid, nil, WNOHANG)
        let number = old.numberIs
        guard number != .running else { return }
        if old.socketDirectory == sockets { old.removeSocket() } else { old.removeSocketDirectory() }
        // Postgres would believe that its server still runs. Beside children that outlive it, it doesn't start even so: those
        // it finds by the memory that they share.
        if number == .taken { unlink(old.file) }
    }

    func stop() async {
        kill(pid, SIGINT)
        if await !isGone(within: Self.stopTimeout) {
            kill(pid, SIGQUIT)
            _ = await isGone(within: Self.hardStopTimeout)
        }
        removeSocketDirectory()
    }

    private init?(_ data: String) {
        file = data + "/postmaster.pid"
        guard let lines = Self.contents(file)?.split(separator: "\n", omittingEmptySubsequences: false), lines.count >= 5,
            let pid = pid_t(lines[0]), pid > 1
        else { return nil }
        self.pid = pid
        socketDirectory = String(lines[4])
        isReady = lines.count >= 8 && lines[7].hasPrefix("ready")
    }

    private static func contents(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The system tells who listens, so a number that was given to another process, or a socket of somebody else's,
    /// isn't taken for our server.
    private var answers: Bool {
        guard let descriptor = connected() else { return false }
        defer { close(descriptor) }
        var peer: (pid: pid_t, uid: uid_t, gid: gid_t) = (0, 0, 0)
        var size = socklen_t(MemoryLayout.size(ofValue: peer))
        return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid == pid
    }

    private func connected() -> Int32? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array("\(socketDirectory)/\(Self.socketName)".utf8)
        guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { close(descriptor); return nil }
        return descriptor
    }

    /// Taken is a number that isn't the server's any more but isn't free either: another program has it, as after the
    /// machine was restarted, or the server has ended and its parent hasn't asked yet how.
    private enum Number { case running, taken, free }

    /// What the number stands for by now.
    private var numberIs: Number {
        // Such as “4711 (postgres) S 1 …”; Z is one that has ended.
        guard let process = Self.contents("/proc/\(pid)/stat") else { return .free }
        return process.contains(" (postgres) ") && !process.contains(" (postgres) Z") ? .running : .taken
    }

    private func isGone(within limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while numberIs == .running || Self.contents(file)?.hasPrefix("\(pid)\n") == true {
            guard .now < deadline else { return false }
            // Not ended by cancellation: a task that is cancelled still has to stop its server.
            await Task { try? await Task.sleep(for: Self.pause) }.value
        }
        return true
    }

    private func removeSocketDirectory() {
        let name = socketDirectory.dropFirst(Self.socketPrefix.count)
        guard socketDirectory.hasPrefix(Self.socketPrefix), !name.contains("/") else { return }
        removeSocket()
        rmdir(socketDirectory)
    }

    private func removeSocket() {
        unlink("\(socketDirectory)/\(Self.socketName)")
        unlink("\(socketDirectory)/\(Self.socketName).lock")
    }
}
