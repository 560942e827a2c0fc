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

private let stackBytes = 1_048_576

/// False where the system has no thread left.
private func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    let context = Unmanaged.passRetained(ThreadBody(body))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, stackBytes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    defer { pthread_attr_destroy(&attributes) }
    var thread = pthread_t()
    let status = pthread_create(&thread, &attributes, { context in
        guard let context else { return nil }
        Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
        return nil
    }, context.toOpaque())
    if status != 0 { context.release() }
    return status == 0
}

private final class ThreadBody: Sendable {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    /// Signals are for the main thread.
    func run() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        body()
    }
}
