import Threads

/// The thread that owns all connections: takes callers' commands, sends their works, and hands out the results.
final class Loop {
    /// While something is under way, deadlines are looked at this often.
    static let tick: UInt64 = 20_000_000

    private let inbox: Inbox
    private let poller: Poller
    private let pool: Pool
    private let listener: Listener
    private let deliveries: Deliveries
    private var commands: [Command] = []
    private var nextCheck: UInt64 = 0
    private var closing: (deadline: UInt64, waiting: [CheckedContinuation<Void, Never>])?

    /// Starts the thread. False where there is none to be had.
    static func start(_ configuration: Postgres.Configuration, _ inbox: Inbox, _ gauges: Gauges) -> Bool {
        startThread { Loop(configuration, inbox, gauges).run() }
    }

    private init(_ configuration: Postgres.Configuration, _ inbox: Inbox, _ gauges: Gauges) {
        self.inbox = inbox
        poller = Poller(bell: inbox.bell)
        let dialer = Dialer(conninfo: configuration.conninfo, role: configuration.role, inbox: inbox)
        deliveries = Deliveries(isOneCore: configuration.cores == 1, gauges)
        pool = Pool(configuration, poller, inbox, dialer, deliveries, gauges)
        listener = Listener(poller, dialer, deliveries)
    }

    private func run() {
        while !isOver {
            poller.wait(milliseconds: pause) { key in if !listener.advance(key) { pool.advance(key) } }
            inbox.take(&commands)
            for command in commands { carryOut(command) }
            commands.removeAll(keepingCapacity: true)
            pool.dispatch()
            deliveries.carryOut()
            listener.listen()
            checkAtTimes()
        }
        end()
    }

    private var pause: Int32 {
        guard inbox.fallAsleep() else { return 0 }
        return pool.isIdle && listener.isIdle && closing == nil ? -1 : Int32(Self.tick / 1_000_000)
    }

    private func carryOut(_ command: Command) {
        switch command {
        case .run(let work): closing == nil ? pool.enqueue(work) : work.end(.failure(.closed))
        case .begin(let work, let id): closing == nil ? pool.begin(work, id) : work.end(.failure(.closed))
        case .runInTransaction(let work, let id): pool.run(work, in: id)
        case .end(let work, let id): pool.end(work, id)
        case .keepWarm(let continuation): closing == nil ? pool.keepWarm(continuation) : continuation.resume()
        case .subscribe(let subscription): closing == nil ? listener.add(subscription) : subscription.finish()
        case .unsubscribe(let subscription): listener.remove(subscription)
        case .dialed(let dialed): dialed.isForListening ? listener.take(dialed) : pool.take(dialed)
        case .cancelSent(let key): pool.cancelSent(key)
        case .close(let deadline, let continuation): close(deadline, continuation)
        }
    }

    private func checkAtTimes() {
        let now = monotonicNow()
        guard now >= nextCheck else { return }
        nextCheck = now + Self.tick
        pool.check(now)
    }

    // MARK: The end

    private func close(_ deadline: UInt64, _ continuation: CheckedContinuation<Void, Never>?) {
        let waiting = (closing?.waiting ?? []) + (continuation.map { [$0] } ?? [])
        closing = (min(deadline, closing?.deadline ?? .max), waiting)
        listener.close()
        pool.stopKeepingWarm()
    }

    private var isOver: Bool {
        guard let closing else { return false }
        return pool.isAtRest || monotonicNow() >= closing.deadline
    }

    private func end() {
        pool.close()
        for command in inbox.close() {
            command.work?.end(.failure(.closed))
            switch command {
            case .dialed(let dialed): dialed.discard()
            case .subscribe(let subscription): subscription.finish()
            case .close(_, let continuation): continuation?.resume()
            case .keepWarm(let continuation): continuation.resume()
            default: break
            }
        }
        for continuation in closing?.waiting ?? [] { continuation.resume() }
    }
}
