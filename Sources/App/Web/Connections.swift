import NIOCore
import Synchronization

/// The open connections: how many there may be, in all and of one client, and what is going on over them.
///
/// At a client's bound its connection that has waited longest for a request makes room, whether it is idle or has sent half a
/// head, so that someone who hoards them hurts only themselves; with none of these, the new one is refused. At the bound of all,
/// the same goes for the client who has most. The connections of a trusted proxy are many clients' and bounded in all only:
/// there each request is counted for the client that the proxy names, as long as it takes.
final class Connections: Sendable {
    /// Of all connections, the part that streams may have, which last: the rest stays free for what is answered at once.
    static let shareOfStreams = (of: 3, in: 4)
    /// The part that one client may have, whatever the configuration allows.
    static let shareOfClient = (of: 3, in: 4)

    let maximum: Int
    let maximumPerAddress: Int
    let maximumStreams: Int
    private let proxies: [AddressRange]

    private struct State {
        var clients: [Address?: [ObjectIdentifier: Connection]] = [:]
        /// By their channels.
        var connections: [ObjectIdentifier: (connection: Connection, held: [Bound])] = [:]
        var counts = BoundCounts()

        mutating func insert(_ connection: Connection) {
            clients[connection.client, default: [:]][connection.id] = connection
            connections[connection.id] = (connection, [])
        }

        /// False where it isn't there any more.
        @discardableResult
        mutating func remove(_ connection: Connection) -> Bool {
            guard let held = connections.removeValue(forKey: connection.id)?.held else { return false }
            counts.remove(held)
            clients[connection.client]?[connection.id] = nil
            if clients[connection.client]?.isEmpty == true { clients[connection.client] = nil }
            return true
        }

        /// Of this client the one that has waited longest for a request.
        func longestIdle(of client: Address?) -> Connection? {
            clients[client]?.values.filter { $0.state == .idle }.min { $0.since < $1.since }
        }

        /// Of those who have most, one that has waited longest for a request; where there is none, and the newcomer's client has
        /// less, one whose request has been coming for longest.
        func longestIdleOfLargest(for newcomer: Connection) -> Connection? {
            let most = clients.values.reduce(0) { max($0, $1.count) }
            let theirs = clients.values.filter { $0.count == most }.flatMap(\.values)
            let idle = theirs.filter { $0.state == .idle }.min { $0.since < $1.since }
            guard idle == nil, clients[newcomer.client]?.count ?? 0 < most else { return idle }
            return theirs.filter { $0.state == .reading }.min { $0.since < $1.since }
        }
    }
    private let state = Mutex(State())

    init(maximum: Int, maximumPerAddress: Int, proxies: [AddressRange] = []) {
        self.maximum = maximum
        self.maximumPerAddress = min(maximumPerAddress, maximum * Self.shareOfClient.of / Self.shareOfClient.in)
        maximumStreams = maximum * Self.shareOfStreams.of / Self.shareOfStreams.in
        self.proxies = proxies
    }

    var count: Int { state.withLock { $0.connections.count } }

    /// Counts a connection in, or says that there is no room.
    func admit(_ connection: Connection) -> Bool {
        let isOfProxy = connection.address.map(isProxy) == true
        let (admitted, evicted) = state.withLock { state -> (Bool, Connection?) in
            var evicted: Connection?
            if !isOfProxy, state.clients[connection.client]?.count ?? 0 >= maximumPerAddress {
                evicted = state.longestIdle(of: connection.client)
                if evicted == nil { return (false, nil) }
            } else if state.connections.count >= maximum {
                evicted = state.longestIdleOfLargest(for: connection)
                if evicted == nil { return (false, nil) }
            }
            if let evicted { state.remove(evicted) }
            state.insert(connection)
            return (true, evicted)
        }
        evicted?.channel.close(promise: nil)
        return admitted
    }

    func remove(_ connection: Connection) {
        state.withLock { _ = $0.remove(connection) }
    }

    /// Counts a request that a trusted proxy passes on for whom it names, until its answer has gone out.
    /// - Throws: `Failure.tooManyAtOnce` where they have too many under way.
    func countRequest(of client: Address?, on channel: any Channel) throws(Failure) {
        guard let peer = channel.remoteAddress.flatMap(Address.init), isProxy(peer) else { return }
        let bound = Bound(key: "requests \(client?.client.text ?? "")", maximum: maximumPerAddress)
        if hold([bound], on: channel) != nil { throw .tooManyAtOnce }
    }

    /// Counts a stream that lasts, until it has ended.
    /// - Throws: `Failure.tooManyStreams` where one of these bounds is reached, `Failure.busy` where that of all is.
    func countStream(within bounds: [Bound], on channel: any Channel) throws(Failure) {
        let all = Bound(key: "streams", maximum: maximumStreams)
        guard let reached = hold([all] + bounds, on: channel) else { return }
        throw reached.key == all.key ? .busy : .tooManyStreams
    }

    /// The bound that is reached, if one is.
    private func hold(_ bounds: [Bound], on channel: any Channel) -> Bound? {
        state.withLock { state in
            // One that has closed in the meantime has nothing to count.
            guard let connection = state.connections[ObjectIdentifier(channel)]?.connection else { return nil }
            if let reached = state.counts.add(bounds) { return reached }
            state.connections[connection.id]?.held += bounds
            connection.markHolding(true)
            return nil
        }
    }

    /// An answer has gone out: what was counted while it was made isn't any more.
    func answered(_ connection: Connection) {
        guard connection.isHolding else { return }
        state.withLock { state in
            connection.markHolding(false)
            guard let held = state.connections[connection.id]?.held else { return }
            state.connections[connection.id]?.held = []
            state.counts.remove(held)
        }
    }

    private func isProxy(_ address: Address) -> Bool { proxies.contains { $0.contains(address) } }
}

/// One open connection.
final class Connection: Sendable {
    enum State: UInt8 {
        /// No request has come, or only a part of its head.
        case idle
        /// A request has begun to come.
        case reading
        /// It is there and not answered yet.
        case answering
    }

    let channel: any Channel
    let address: Address?
    /// Who opened it: an address of IPv4, a household's network of IPv6.
    var client: Address? { address?.client }
    /// Nanoseconds of the monotonic clock at which its state began.
    private let began = Atomic<UInt64>(NIODeadline.now().uptimeNanoseconds)
    private let current = Atomic(State.idle.rawValue)
    private let holding = Atomic(false)

    init(channel: any Channel) {
        self.channel = channel
        address = channel.remoteAddress.flatMap(Address.init)
    }

    var id: ObjectIdentifier { ObjectIdentifier(channel) }
    var state: State { State(rawValue: current.load(ordering: .relaxed)) ?? .answering }
    var since: UInt64 { began.load(ordering: .relaxed) }
    /// Whether something is counted for what goes on over it.
    var isHolding: Bool { holding.load(ordering: .relaxed) }

    func mark(_ state: State) {
        began.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed)
        current.store(state.rawValue, ordering: .relaxed)
    }

    fileprivate func markHolding(_ isHolding: Bool) { holding.store(isHolding, ordering: .relaxed) }
}

extension Failure {
    static let tooManyAtOnce = Failure.tooManyRequests(
        "Too much is being asked from your network at the same time. Please try again in a moment.", retryAfter: 5)
    static let tooManyStreams = Failure(
        status: .tooManyRequests, code: "too_many_streams",
        message:
            "Too many pages or programs follow what happens here at the same time. Please close some of them, or try again in a minute.",
        retryAfter: 60)
    static let busy = Failure(
        status: .serviceUnavailable, code: "busy", message: "There is a lot going on here just now. Please try again in a minute.",
        retryAfter: 60)
}
