import FoundationEssentials
import Synchronization

/// The answers that this process is making.
final class LiveAnswers: Sendable {
    /// How often a stream in which nothing happens says that it is alive.
    static let heartbeat = Duration.seconds(15)

    private let answers = Mutex([UUID: LiveAnswer]())

    subscript(id: UUID) -> LiveAnswer? { answers.withLock { $0[id] } }

    var count: Int { answers.withLock { $0.count } }

    func add(_ answer: LiveAnswer) { answers.withLock { $0[answer.id] = answer } }

    func remove(_ answer: LiveAnswer) { answers.withLock { $0[answer.id] = nil } }

    /// Waits until what was being made is stored: at the end, when no provider is listened to any more.
    func settle(within time: Duration) async {
        let end = ContinuousClock.now + time
        while count > 0, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(20)) }
    }

    /// Wakes quiet readers until its task is cancelled.
    func keepReadersAwake() async throws {
        while true {
            try await Task.sleep(for: Self.heartbeat)
            for answer in answers.withLock({ Array($0.values) }) { answer.wakeReaders() }
        }
    }
}
