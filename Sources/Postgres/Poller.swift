internal import CPostgres
import Glibc

/// Waits for sockets, and for the bell that other threads ring. Of one thread alone.
final class Poller {
    private static let bellKey = UInt64.max
    private static let eventsAtOnce = 64
    /// Between two attempts to wait, where the system doesn't let us.
    private static let pauseMicroseconds: UInt32 = 10_000

    private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))

    /// Edge-triggered: each ring wakes once, and nobody needs to read the bell empty.
    init(bell: Int32) { control(EPOLL_CTL_ADD, bell, key: Self.bellKey, events: EPOLLIN.rawValue | EPOLLET.rawValue) }

    deinit { close(epoll) }

    func add(_ socket: Int32, key: UInt64) { control(EPOLL_CTL_ADD, socket, key: key, events: EPOLLIN.rawValue) }
    func remove(_ socket: Int32) { control(EPOLL_CTL_DEL, socket, key: 0, events: 0) }

    func change(_ socket: Int32, key: UInt64, writes: Bool) {
        control(EPOLL_CTL_MOD, socket, key: key, events: EPOLLIN.rawValue | (writes ? EPOLLOUT.rawValue : 0))
    }

    /// Calls `body` with the key of each socket on which something can be done; `milliseconds` < 0 waits without end.
    func wait(milliseconds: Int32, _ body: (UInt64) -> Void) {
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.eventsAtOnce) { events in
            let count = epoll_wait(epoll, events.baseAddress, Int32(Self.eventsAtOnce), milliseconds)
            if count < 0, errno != EINTR { usleep(Self.pauseMicroseconds) }
            for index in 0..<max(0, Int(count)) where events[index].data.u64 != Self.bellKey { body(events[index].data.u64) }
        }
    }

    private func control(_ operation: Int32, _ socket: Int32, key: UInt64, events: UInt32) {
        var event = epoll_event()
        event.events = events
        event.data.u64 = key
        epoll_ctl(epoll, operation, socket, &event)
    }
}
