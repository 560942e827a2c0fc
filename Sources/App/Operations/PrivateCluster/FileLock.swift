import Glibc

/// A lock on a file, shared or exclusive, that ends with the process at the latest.
final class FileLock: Sendable {
    enum Kind: Int32 {
        case shared = 1
        case exclusive = 2
    }

    /// Longer than a server takes to start or stop.
    static let patience = Duration.seconds(180)
    private static let pause = Duration.milliseconds(20)

    let descriptor: Int32

    private init(_ path: String) throws(ClusterError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotWrite(path) }
    }

    deinit { close(descriptor) }

    /// Waits for those who hold it.
    static func take(_ path: String, _ kind: Kind) async throws -> FileLock {
        let lock = try FileLock(path)
        let deadline = ContinuousClock.now + patience
        while flock(lock.descriptor, kind.rawValue | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw ClusterError.cannotWrite(path) }
            guard .now < deadline else { throw ClusterError.busy(path: path) }
            try await Task.sleep(for: pause)
        }
        return lock
    }

    /// Whether nobody else held it, so that it is now exclusive. Otherwise it is given up.
    func becomesExclusive() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

    func release() { flock(descriptor, LOCK_UN) }
}
