/// One subscriber to one channel.
final class Subscription: Sendable {
    /// What is kept for a subscriber who is slow; then the oldest go, and an empty one says so.
    static let maximumKept = 1_000

    let channel: String
    let payloads: AsyncStream<String>
    private let continuation: AsyncStream<String>.Continuation

    init(channel: String, inbox: Inbox) {
        self.channel = channel
        (payloads, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.maximumKept))
        continuation.onTermination = { [weak self] _ in
            if let self { _ = inbox.send(.unsubscribe(self)) }
        }
    }

    func tell(_ payload: String) {
        if case .dropped = continuation.yield(payload) { continuation.yield("") }
    }

    func finish() { continuation.finish() }
}
