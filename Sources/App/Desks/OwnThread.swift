import Glibc
import Threads

/// Says that what it is given to runs on a thread of its own. Whatever takes long asks for one, so it can't be called on an
/// event loop.
struct OwnThread {
    fileprivate init() {}
}

/// A place in the workroom.
struct Seat: Sendable {
    /// Whether its threads run only while nobody else wants to: a visitor may wait for what is short.
    let givesWay: Bool

    /// - Throws: what the work throws, `Failure.overloaded` where the system has no thread left.
    func run<R: Sendable>(_ work: @escaping @Sendable (OwnThread) throws -> R) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            let hasBegun = startThread {
                if givesWay { Processor.giveWay() }
                continuation.resume(with: Result { try work(OwnThread()) })
            }
            if !hasBegun { continuation.resume(throwing: Failure.overloaded) }
        }
    }
}
