import NIOCore
import Synchronization

/// The open connections: how many there may be, in all and from one address.
///
/// At an address's cap the connection that has been idle longest makes room, so that someone who hoards
/// idle connections hurts only them; with none idle, the new one is refused.
final class Connections: Sendable {
    let maximum: Int
    let maximumPerAddress: Int

    private struct State {
        var byAddress: [Address?: [ObjectIdentifier: Connection]] = [:]
        var count = 0

        mutating func remove(_ connection: Connection) {
            guard byAddress[connection.address]?.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
            count -= 1
            if byAddress[connection.address]?.isEmpty == true { byAddress[connection.address] = nil }
        }
    }
    private let state = Mutex(State())

    init(maximum: Int, maximumPerAddress: Int) {
        self.maximum = maximum
        self.maximumPerAddress = maximumPerAddress
    }

    var count: Int { state.withLock { $0.count } }

    /// Counts a connection in, or says that there is no room.
    func admit(_ connection: Connection) -> Bool {
        let (admitted, evicted) = state.withLock { state -> (Bool, Connection?) in
            let neighbours = state.byAddress[connection.address, default: [:]]
            var evicted: Connection?
            if neighbours.count >= maximumPerAddress || state.count >= maximum {
                evicted = neighbours.values.filter { $0.idleSince != nil }.min { $0.idleSinceOrNow < $1.idleSinceOrNow }
                guard let evicted else { return (false, nil) }
                state.remove(evicted)
            }
            state.byAddress[connection.address, default: [:]][ObjectIdentifier(connection)] = connection
            state.count += 1
            return (true, evicted)
        }
        evicted?.channel.close(promise: nil)
        return admitted
    }

    func remove(_ connection: Connection) {
        state.withLock { $0.remove(connection) }
    }
}

/// One open connection.
final class Connection: Sendable {
    let channel: any Channel
    let address: Address?
    /// Nanoseconds of the monotonic clock at which the last answer ended; 0 while a request is being read or answered.
    private let idle = Atomic<UInt64>(NIODeadline.now().uptimeNanoseconds)

    init(channel: any Channel) {
        self.channel = channel
        address = channel.remoteAddress.flatMap(Address.init)
    }

    var idleSince: UInt64? {
        let since = idle.load(ordering: .relaxed)
        return since == 0 ? nil : since
    }

    var idleSinceOrNow: UInt64 { idleSince ?? .max }

    func markBusy() { idle.store(0, ordering: .relaxed) }
    func markIdle() { idle.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed) }
}
