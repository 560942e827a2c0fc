import Threads

/// The connections, and who waits for them. Of the loop's thread alone.
final class Pool {
    /// What a new connection learns of what others were asked most, before it is given work: about a millisecond each.
    static let warmStatements = 32

    private let configuration: Postgres.Configuration
    private let poller: Poller
    private let inbox: Inbox
    private let dialer: Dialer
    private let deliveries: Deliveries
    private let gauges: Gauges

    private var connections: [Connection] = []
    private var lastKey: UInt64 = 0
    private var waiting = Queue<Work>()
    private var waitingTransactions = Queue<(work: Work, id: TransactionID)>()
    private var isDialing = false
    /// Connections that are open whether or not somebody needs them.
    private var minimum = 0
    private var waitingForWarmth: [CheckedContinuation<Void, Never>] = []
    /// Whether works were sent behind others since the newest connection was made.
    private var isBusy = false
    private var backoff = Backoff()
    private var problem = PostgresError.unavailable("no connection was made yet")

    init(
        _ configuration: Postgres.Configuration, _ poller: Poller, _ inbox: Inbox, _ dialer: Dialer, _ deliveries: Deliveries,
        _ gauges: Gauges
    ) {
        self.configuration = configuration
        self.poller = poller
        self.inbox = inbox
        self.dialer = dialer
        self.deliveries = deliveries
        self.gauges = gauges
    }

    /// Nothing waits for an answer or for a time.
    var isIdle: Bool { isDone && (isDialing || connections.count >= minimum) }
    /// Nobody waits, and no transaction is open.
    var isAtRest: Bool { isDone && connections.allSatisfy { $0.holder == nil } }

    private var isDone: Bool { waiting.isEmpty && waitingTransactions.isEmpty && connections.allSatisfy { $0.inFlight.isEmpty } }

    func enqueue(_ work: Work) {
        if hasPlace(for: work) { waiting.append(work) }
    }

    /// Sends what can be sent, and sees to it that there are connections for the rest.
    func dispatch() {
        collect()
        grantTransactions()
        sendWaiting()
        for connection in connections { connection.flush() }
        if isShortOfConnections { dial() }
        updateGauges()
        tellOfWarmth()
    }

    func advance(_ key: UInt64) { connections.first { $0.key == key }?.advance() }

    func cancelSent(_ key: UInt64) {
        guard let connection = connections.first(where: { $0.key == key }) else { return }
        connection.watchdog.cancelSent(isIdle: connection.inFlight.isEmpty)
    }

    /// Ends what took too long; for each tick.
    func check(_ now: UInt64) {
        for connection in connections { connection.check(now, cancel: send) }
        waiting.forEach { expire($0, now) }
        waiting.removeAll(where: \.isEnded)
        waitingTransactions.forEach { expire($0.work, now) }
        waitingTransactions.removeAll { $0.work.isEnded }
    }

    /// Ends everything.
    func close() {
        for work in waiting.takeAll() + waitingTransactions.takeAll().map(\.work) { work.end(.failure(.closed)) }
        for connection in connections { connection.fail(.closed) }
        connections = []
        updateGauges()
    }

    // MARK: Handing out works

    private func hasPlace(for work: Work) -> Bool {
        let limit = configuration.maximumWaiting
        if waiting.count + waitingTransactions.count < limit { return true }
        work.end(.failure(.queueFull(limit: limit)))
        return false
    }

    /// Each to the least busy; on a single core all to the same, as they can only be answered one after the other.
    private func sendWaiting() {
        var latest: Connection?
        while let work = waiting.first {
            if !work.isEnded {
                let same = configuration.cores == 1 && latest?.takesWorks == true ? latest : nil
                guard let connection = same ?? leastBusy() else { return }
                latest = connection
                if !connection.inFlight.isEmpty { isBusy = true }
                connection.send(work)
            }
            _ = waiting.popFirst()
        }
    }

    /// None that isn't warm yet, as long as there is one that is.
    private func leastBusy() -> Connection? {
        let isSomeWarm = connections.contains { $0.isOpen && $0.isWarm }
        var best: Connection?
        for connection in connections.lazy.filter({ $0.takesWorks && ($0.isWarm || !isSomeWarm) }).prefix(configuration.sharedConnections) {
            if connection.inFlight.isEmpty { return connection }
            if connection.inFlight.count < best?.inFlight.count ?? .max { best = connection }
        }
        return best
    }

    /// Removes what has failed, and takes back what may be sent again.
    private func collect() {
        for connection in connections { waiting.prepend(connection.takeUndone()) }
        if connections.contains(where: { !$0.isOpen }) { connections.removeAll { !$0.isOpen } }
    }

    private func expire(_ work: Work, _ now: UInt64) {
        if now > work.deadline {
            work.end(.failure(.timedOut))
        } else if connections.isEmpty, now > work.connectDeadline {
            work.end(.failure(problem))
        }
    }

    private func send(_ request: CancelRequest) {
        let isSent = startThread { [inbox] in
            request.send()
            _ = inbox.send(.cancelSent(connection: request.connection))
        }
        if !isSent { cancelSent(request.connection) }
    }

    private func updateGauges() {
        gauges.connections.store(connections.count, ordering: .relaxed)
        gauges.queued.store(waiting.count + waitingTransactions.count, ordering: .relaxed)
        gauges.inFlight.store(connections.reduce(0) { $0 + $1.inFlight.count }, ordering: .relaxed)
    }

    // MARK: Transactions

    func begin(_ work: Work, _ id: TransactionID) {
        if hasPlace(for: work) { waitingTransactions.append((work, id)) }
    }

    func run(_ work: Work, in id: TransactionID) {
        guard let connection = connections.first(where: { $0.holder == id }) else { return work.end(.failure(.connectionLost)) }
        connection.send(work)
    }

    func end(_ work: Work, _ id: TransactionID) {
        waitingTransactions.removeAll { $0.id == id }
        guard let connection = connections.first(where: { $0.holder == id }) else { return work.end(.failure(.connectionLost)) }
        // Nothing may follow in the transaction's name.
        connection.holder = .ended
        connection.send(work)
    }

    private func grantTransactions() {
        for connection in connections { connection.isReserved = false }
        while let (work, id) = waitingTransactions.first {
            if !work.isEnded {
                guard let connection = freeForTransaction() else { return }
                connection.holder = id
                connection.send(work)
            }
            _ = waitingTransactions.popFirst()
        }
    }

    private func freeForTransaction() -> Connection? {
        let places = placesForTransactions
        guard places > 0 else { return nil }
        // The first are those that callers share.
        if let free = connections.last(where: \.isFree) { return free }
        if !isDialing, !canDial { reserve(min(places, waitingTransactions.count)) }
        return nil
    }

    /// One connection always stays for plain queries, which a transaction's body may wait for.
    private var placesForTransactions: Int {
        max(1, configuration.maximumConnections - 1) - connections.count { $0.holder != nil }
    }

    /// Lets connections run dry, which under load they never do by themselves.
    private func reserve(_ count: Int) {
        for _ in 0..<count { leastBusy()?.isReserved = true }
    }

    // MARK: Dialing

    private var isShortOfConnections: Bool {
        if connections.count < minimum || !waitingTransactions.isEmpty { return true }
        return (isBusy || !waiting.isEmpty) && connections.count(where: \.isShared) < configuration.sharedConnections
    }

    private var canDial: Bool { connections.count < configuration.maximumConnections && backoff.isOver }

    private func dial() {
        guard !isDialing, canDial else { return }
        isDialing = dialer.dial(forListening: false)
        if !isDialing { backoff.failed() }
    }

    func take(_ dialed: DialedConnection) {
        isDialing = false
        isBusy = false
        if let pointer = dialed.pointer {
            backoff.succeeded()
            lastKey += 1
            let connection = Connection(pointer, key: lastKey, poller: poller, deliveries)
            let known = connections.max { $0.prepared.count < $1.prepared.count }?.prepared.most(Self.warmStatements) ?? []
            connection.warmUp(for: known, within: configuration.warmUpLimit)
            connections.append(connection)
        } else {
            backoff.failed()
            problem = dialed.problem ?? problem
            // A server that takes no more is let alone, until somebody needs one.
            if !connections.isEmpty { minimum = min(minimum, connections.count) }
            // Nobody is kept waiting for one that is away.
            tellOfWarmth(isDone: true)
        }
    }

    // MARK: Being ready

    /// As many as callers share, and one for a transaction.
    func keepWarm(_ continuation: CheckedContinuation<Void, Never>) {
        minimum = min(configuration.maximumConnections, configuration.sharedConnections + 1)
        waitingForWarmth.append(continuation)
    }

    func stopKeepingWarm() {
        minimum = 0
        tellOfWarmth(isDone: true)
    }

    private func tellOfWarmth(isDone: Bool = false) {
        guard !waitingForWarmth.isEmpty, isDone || connections.count(where: \.isWarm) >= minimum else { return }
        for continuation in waitingForWarmth { continuation.resume() }
        waitingForWarmth = []
    }
}
