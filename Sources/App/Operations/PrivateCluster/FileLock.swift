import Glibc

/// A lock between processes. It ends with the process, however that ends.
final class FileLock {
    enum Kind { case shared, exclusive }

    private var descriptor: Int32

    /// Waits until it is free.
    init(_ path: String, _ kind: Kind) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Refusal(words: "\(path) can't be written. Set DATA_DIR to a folder that can be.") }
        while flock(descriptor, kind == .shared ? LOCK_SH : LOCK_EX) != 0 {
            guard errno == EINTR else { throw Refusal(words: "\(path) can't be locked.") }
        }
    }

    deinit { release() }

    /// Turns a shared lock into an exclusive one, if no other process has it.
    func becomesExclusive() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

    func release() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
    }
}
