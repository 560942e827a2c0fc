internal import CPostgres
import Glibc

/// Waits for sockets, and for other threads that have something to say.
final class Poller: @unchecked Sendable {
    private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    private let bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    private static let bellKey = UInt64.max

    init() { control(EPOLL_CTL_ADD, bell, key: Self.bellKey, writes: false) }

    deinit {
        close(epoll)
        close(bell)
    }

    /// Makes `wait` return. From any thread.
    func ring() {
        var one: UInt64 = 1
        _ = write(bell, &one, 8)
    }

    func add(_ socket: Int32, key: UInt64, writes: Bool) { control(EPOLL_CTL_ADD, socket, key: key, writes: writes) }
    func change(_ socket: Int32, key: UInt64, writes: Bool) { control(EPOLL_CTL_MOD, socket, key: key, writes: writes) }
    func remove(_ socket: Int32) { control(EPOLL_CTL_DEL, socket, key: 0, writes: false) }

    /// The keys of the sockets on which something can be done; `milliseconds` < 0 waits without end.
    func wait(milliseconds: Int32) -> [UInt64] {
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 64) { events in
            let count = epoll_wait(epoll, events.baseAddress, 64, milliseconds)
            guard count > 0 else { return [] }
            return events[..<Int(count)].compactMap { event in
                guard event.data.u64 == Self.bellKey else { return event.data.u64 }
                var rung: UInt64 = 0
                _ = read(bell, &rung, 8)
                return nil
            }
        }
    }

    private func control(_ operation: Int32, _ socket: Int32, key: UInt64, writes: Bool) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue | (writes ? EPOLLOUT.rawValue : 0)
        event.data.u64 = key
        epoll_ctl(epoll, operation, socket, &event)
    }
}

/// Nanoseconds of the monotonic clock.
func monotonicNow() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}
