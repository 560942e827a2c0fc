/// One subscriber to one channel.
final class Subscription: Sendable {
    /// What is kept for a subscriber who is slow; then the oldest go, and an empty one says so.
    static let maximumKept = 1_000

    let channel: String
    private let continuation: AsyncStream<String>.Continuation

    private init(channel: String, _ continuation: AsyncStream<String>.Continuation) {
        self.channel = channel
        self.continuation = continuation
    }

    /// Ends when nobody holds the stream any more.
    static func start(on channel: String, _ inbox: Inbox) -> AsyncStream<String> {
        let (payloads, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(maximumKept))
        let subscription = Subscription(channel: channel, continuation)
        continuation.onTermination = { [weak subscription] _ in
            if let subscription { _ = inbox.send(.unsubscribe(subscription)) }
        }
        if !inbox.send(.subscribe(subscription)) { subscription.finish() }
        return payloads
    }

    func tell(_ payload: String) {
        if case .dropped = continuation.yield(payload) { continuation.yield("") }
    }

    func finish() { continuation.finish() }
}
