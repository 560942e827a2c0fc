import FoundationEssentials
import ServiceLifecycle
import Synchronization

/// The answers that this process is making.
final class LiveAnswers: Service {
    /// How often a stream in which nothing happens says that it is alive.
    static let heartbeat = Duration.seconds(15)

    private let answers = Mutex([UUID: LiveAnswer]())

    subscript(id: UUID) -> LiveAnswer? { answers.withLock { $0[id] } }

    var count: Int { answers.withLock { $0.count } }

    func add(_ answer: LiveAnswer) { answers.withLock { $0[answer.id] = answer } }

    func remove(_ answer: LiveAnswer) { answers.withLock { $0[answer.id] = nil } }

    /// Wakes quiet readers until the process ends.
    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: Self.heartbeat)
                for answer in self.answers.withLock({ Array($0.values) }) { answer.wakeReaders() }
            }
        }
    }
}
