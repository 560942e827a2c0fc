/// Listens on a connection of its own, made anew when it is lost, and tells subscribers. Of the loop's thread alone.
final class Listener {
    /// Different from the pool's, which count from 1.
    private static let key = UInt64.max - 1

    private let poller: Poller
    private let dialer: Dialer
    private let deliveries: Deliveries
    private var connection: Connection?
    private var isDialing = false
    private var backoff = Backoff()
    private var subscriptions: [String: [Subscription]] = [:]
    /// Channels that the server was told of, each with the work that told it until that is done.
    private var channels: [String: Work?] = [:]
    /// Whether `listen` has something to do.
    private var isChanged = false

    init(_ poller: Poller, _ dialer: Dialer, _ deliveries: Deliveries) {
        self.poller = poller
        self.dialer = dialer
        self.deliveries = deliveries
    }

    /// Nothing waits for a time.
    var isIdle: Bool { subscriptions.isEmpty || isDialing || connection != nil }

    func add(_ subscription: Subscription) {
        isChanged = true
        subscriptions[subscription.channel, default: []].append(subscription)
        if case .some(nil) = channels[subscription.channel] { subscription.tell("") }
    }

    func remove(_ subscription: Subscription) {
        subscriptions[subscription.channel]?.removeAll { $0 === subscription }
        guard subscriptions[subscription.channel]?.isEmpty == true else { return }
        subscriptions[subscription.channel] = nil
        channels[subscription.channel] = nil
        isChanged = true
        connection?.send(Work(["unlisten \(unsafeRaw: quotedIdentifier(subscription.channel))"], .housekeeping))
    }

    /// False if the key isn't that of this connection.
    func advance(_ key: UInt64) -> Bool {
        guard key == Self.key else { return false }
        isChanged = true
        connection?.advance()
        return true
    }

    func take(_ dialed: DialedConnection) {
        isDialing = false
        guard let pointer = dialed.pointer else { return backoff.failed() }
        backoff.succeeded()
        isChanged = true
        connection = Connection(pointer, key: Self.key, poller: poller, deliveries)
    }

    /// Passes on what came, and sees to it that all channels are listened to.
    func listen() {
        guard isChanged || connection?.isOpen != true else { return }
        isChanged = false
        if let connection, !connection.isOpen { lose() }
        defer { connection?.flush() }
        guard !subscriptions.isEmpty else { return }
        guard let connection else { return dial() }
        for (channel, payload) in connection.takeNotifications() { tell(channel, payload) }
        for channel in subscriptions.keys where channels[channel] == nil { start(channel, connection) }
        for case (let channel, let work?) in channels { if let outcome = work.outcome { started(channel, outcome) } }
    }

    func close() {
        for subscription in subscriptions.values.joined() { subscription.finish() }
        subscriptions = [:]
        connection?.fail()
        connection = nil
    }

    private func start(_ channel: String, _ connection: Connection) {
        let work = Work(["listen \(unsafeRaw: quotedIdentifier(channel))"], .housekeeping)
        channels[channel] = .some(work)
        connection.send(work)
    }

    /// What was said while nobody listened is lost: subscribers look for themselves.
    private func started(_ channel: String, _ outcome: Work.Outcome) {
        guard case .success = outcome else { return lose() }
        channels[channel] = .some(nil)
        tell(channel, "")
    }

    private func lose() {
        connection?.fail()
        connection = nil
        channels = [:]
        backoff.failed()
    }

    private func dial() {
        guard !isDialing, backoff.isOver else { return }
        isDialing = dialer.dial(forListening: true)
        if !isDialing { backoff.failed() }
    }

    private func tell(_ channel: String, _ payload: String) {
        for subscription in subscriptions[channel] ?? [] { subscription.tell(payload) }
    }
}

private func quotedIdentifier(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}
