import Glibc

/// Says that what it is given to runs on a thread of its own. Whatever takes long asks for one, so it can't be called on an
/// event loop.
struct OwnThread {
    fileprivate init() {}
}

/// A place in the workroom.
struct Seat: Sendable {
    /// 0…19: how far its threads give way to others.
    let niceness: Int32

    /// - Throws: what the work throws, `Failure.overloaded` where the system has no thread left.
    func run<R: Sendable>(_ work: @escaping @Sendable (OwnThread) throws -> R) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            let hasBegun = startThread {
                // Linux keeps a niceness for each thread, and 0 is the one that asks.
                setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
                continuation.resume(with: Result { try work(OwnThread()) })
            }
            if !hasBegun { continuation.resume(throwing: Failure.overloaded) }
        }
    }
}
