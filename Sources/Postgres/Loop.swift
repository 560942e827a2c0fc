import Glibc
import Synchronization

/// The thread that owns all connections. Callers hand it commands; it hands them results.
final class Loop: @unchecked Sendable {
    /// While something is under way, deadlines are looked at this often.
    static let tickMilliseconds: Int32 = 50
    /// Between two attempts to reach a server that is away, at first and at most.
    static let firstBackoff: UInt64 = 50_000_000
    static let longestBackoff: UInt64 = 500_000_000
    /// Works in flight on every open connection before another connection is made.
    static let worksBeforeAnother = 2
    /// Works in flight on one connection; the others wait here, where they can still go to any.
    static let maximumInFlight = 64

    enum Command {
        case run(Work)
        case runHeld(Work, key: UInt64)
        case hold(Hold)
        case release(key: UInt64)
        case listen(channel: String)
        case close
    }

    private let configuration: Postgres.Configuration
    private let poller = Poller()
    private let inbox = Mutex<[Command]>([])
    private let subscribers: Subscribers
    let counters = Counters()

    // Of the thread alone:
    private var connections: [UInt64: Connection] = [:]
    private var nextKey: UInt64 = 1
    private var waiting: [Work] = []
    private var holds: [Hold] = []
    private var retryAt: UInt64 = 0
    private var backoff = firstBackoff
    private var reason = "not connected yet"
    private var listener: Connection?
    private var channels: Set<String> = []
    private var listensTo: Set<String> = []
    private var listenerRetryAt: UInt64 = 0
    private var isClosing = false

    init(_ configuration: Postgres.Configuration, _ subscribers: Subscribers) {
        self.configuration = configuration
        self.subscribers = subscribers
        Detached.run(0) { _ in self.run() }
    }

    /// From any thread.
    func send(_ command: Command) {
        let isFirst = inbox.withLock { inbox in
            inbox.append(command)
            return inbox.count == 1
        }
        if isFirst { poller.ring() }
    }

    private func run() {
        while !isClosing {
            for key in poller.wait(milliseconds: pause) {
                if key == listener?.key { listener?.advance() } else { connections[key]?.advance() }
            }
            for command in inbox.withLock({ take(&$0) }) { carryOut(command) }
            collect()
            dispatch()
            check()
        }
        for connection in connections.values { connection.close() }
        listener?.close()
    }

    private var pause: Int32 {
        let isIdle = waiting.isEmpty && holds.isEmpty && connections.values.allSatisfy { $0.isReady && $0.works.isEmpty }
        let listens = channels.isEmpty || (listener?.isReady == true && listensTo == channels)
        return isIdle && listens ? -1 : Self.tickMilliseconds
    }

    private func carryOut(_ command: Command) {
        switch command {
        case .run(let work): enqueue(work)
        case .runHeld(let work, let key): runHeld(work, key)
        case .hold(let hold): holds.append(hold)
        case .release(let key): release(key)
        case .listen(let channel): channels.insert(channel)
        case .close: close()
        }
    }

    private func enqueue(_ work: Work) {
        guard waiting.count < configuration.maximumWaiting else {
            return work.end(with: .failure(.queueFull(limit: configuration.maximumWaiting)))
        }
        waiting.append(work)
    }

    /// Removes what has failed and takes back what may run again.
    private func collect() {
        for (key, connection) in connections {
            waiting.insert(contentsOf: connection.takeUndone(), at: 0)
            if connection.isReady { backoff = Self.firstBackoff }
            guard case .failed(let reason) = connection.phase else { continue }
            self.reason = reason
            connections[key] = nil
            retryAt = max(retryAt, monotonicNow() + backoff)
            backoff = min(backoff * 2, Self.longestBackoff)
        }
        counters.connections.store(connections.values.count { $0.isReady }, ordering: .relaxed)
        counters.queued.store(waiting.count, ordering: .relaxed)
    }

    // MARK: Handing out work

    private func dispatch() {
        grantHolds()
        var touched: Set<UInt64> = []
        var rest = waiting[...]
        while let work = rest.first {
            if work.isAbandoned {
                rest.removeFirst()
                continue
            }
            guard let connection = leastBusy() else { break }
            rest.removeFirst()
            connection.send(work)
            touched.insert(connection.key)
        }
        waiting = Array(rest)
        for key in touched { connections[key]?.flush() }
        if !waiting.isEmpty || !holds.isEmpty || isCrowded { connect() }
    }

    private func leastBusy() -> Connection? {
        let open = connections.values.filter { $0.isReady && !$0.isHeld && $0.works.count < Self.maximumInFlight }
        return open.min { $0.works.count < $1.works.count }
    }

    private var isCrowded: Bool {
        connections.values.allSatisfy { $0.isHeld || $0.works.count >= Self.worksBeforeAnother }
            && connections.values.contains { !$0.works.isEmpty }
    }

    private func connect() {
        guard !isClosing, connections.count < configuration.maximumConnections, monotonicNow() >= retryAt,
            !connections.values.contains(where: \.isConnecting)
        else { return }
        let connection = Connection(configuration.conninfo, key: takeKey(), poller: poller)
        connections[connection.key] = connection
    }

    private func takeKey() -> UInt64 {
        defer { nextKey += 1 }
        return nextKey
    }

    // MARK: Transactions

    private func grantHolds() {
        holds.removeAll { $0.work.isAbandoned }
        while let hold = holds.first, let free = connections.values.first(where: { $0.isReady && !$0.isHeld && $0.works.isEmpty }) {
            holds.removeFirst()
            free.isHeld = true
            hold.grant(free.key)
        }
    }

    private func runHeld(_ work: Work, _ key: UInt64) {
        guard let connection = connections[key], connection.isHeld, connection.isReady else {
            return work.end(with: .failure(.connectionLost))
        }
        connection.send(work)
        connection.flush()
    }

    private func release(_ key: UInt64) { connections[key]?.isHeld = false }

    // MARK: Listening

    private func listen() {
        if let failed = listener, failed.isFailed {
            listener = nil
            listensTo = []
            listenerRetryAt = monotonicNow() + Self.longestBackoff
        }
        guard !channels.isEmpty else { return }
        guard let listener else {
            guard monotonicNow() >= listenerRetryAt else { return }
            listener = Connection(configuration.conninfo, key: takeKey(), poller: poller)
            return
        }
        for (channel, payload) in listener.takeNotifications() { subscribers.tell(channel, payload) }
        guard listener.isReady, listensTo != channels else { return }
        for channel in channels.subtracting(listensTo) {
            let statement = SQL("listen \(unsafeRaw: quotedIdentifier(channel))")
            listener.send(Work([statement], deadline: .max))
            // What was said while nobody listened is lost: subscribers look for themselves.
            subscribers.tell(channel, "")
        }
        listensTo = channels
        listener.flush()
    }

    // MARK: Deadlines and the end

    private func check() {
        let now = monotonicNow()
        for connection in connections.values { connection.checkDeadlines(now) }
        listener?.checkDeadlines(now)
        listen()
        for work in waiting where now > work.deadline { work.end(with: .failure(waitedInVain)) }
        for hold in holds where now > hold.work.deadline { hold.work.end(with: .failure(waitedInVain)) }
    }

    /// Whoever waits for a connection that can't be made learns why.
    private var waitedInVain: PostgresError {
        connections.values.contains(where: \.isReady) ? .timedOut : .unavailable(reason)
    }

    private func close() {
        isClosing = true
        let works = waiting + holds.map(\.work) + connections.values.flatMap(\.works)
        for work in works { work.end(with: .failure(.closed)) }
        for command in inbox.withLock({ take(&$0) }) {
            switch command {
            case .run(let work), .runHeld(let work, _): work.end(with: .failure(.closed))
            case .hold(let hold): hold.work.end(with: .failure(.closed))
            case .release, .listen, .close: break
            }
        }
    }
}

/// A transaction's wait for a connection of its own.
struct Hold: Sendable {
    /// Has no statements: its end says that the connection is there, or why not.
    let work: Work
    let key: Atomic64

    func grant(_ key: UInt64) {
        self.key.value.store(key, ordering: .releasing)
        work.end(with: .success([]))
    }

    final class Atomic64: Sendable { let value = Atomic<UInt64>(0) }
}

private func take<Element>(_ elements: inout [Element]) -> [Element] {
    defer { elements = [] }
    return elements
}

func quotedIdentifier(_ name: String) -> String { "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"" }
