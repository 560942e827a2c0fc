import FoundationEssentials
import Synchronization

/// The answers that this process is making.
final class LiveAnswers: Sendable {
    /// After how long at most a stream in which nothing happens says that it is alive; after half of it at the earliest.
    static let heartbeat = Duration.seconds(15)

    private struct State {
        var answers: [UUID: (live: LiveAnswer, bounds: [Bound])] = [:]
        var counts = BoundCounts()
    }

    private let state = Mutex(State())

    subscript(id: UUID) -> LiveAnswer? { state.withLock { $0.answers[id]?.live } }

    var count: Int { state.withLock { $0.answers.count } }

    /// - Throws: `Failure.stillAnswering` where one of the bounds is reached.
    func add(_ answer: LiveAnswer, within bounds: [Bound] = []) throws(Failure) {
        let hasRoom = state.withLock { state in
            guard state.counts.add(bounds) == nil else { return false }
            state.answers[answer.id] = (answer, bounds)
            return true
        }
        guard hasRoom else { throw .stillAnswering }
    }

    func remove(_ answer: LiveAnswer) {
        state.withLock { state in
            if let bounds = state.answers.removeValue(forKey: answer.id)?.bounds { state.counts.remove(bounds) }
        }
    }

    /// Waits until what was being made is stored: at the end, when no provider is listened to any more.
    func settle(within time: Duration) async {
        let end = ContinuousClock.now + time
        while count > 0, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(20)) }
    }

    /// Wakes quiet readers until its task is cancelled.
    func keepReadersAwake() async throws {
        while true {
            try await Task.sleep(for: Self.heartbeat / 2)
            for answer in state.withLock({ $0.answers.values.map(\.live) }) { answer.wakeQuietReaders() }
        }
    }
}

extension Failure {
    static let stillAnswering = Failure(
        status: .tooManyRequests, code: "still_answering",
        message: "Your other questions are still being answered. Please wait a moment, then send this one again.", retryAfter: 5)
}
