internal import CCurl
import Glibc

/// epoll over the sockets that libcurl names, and an eventfd that ends a wait from another thread.
final class Poller: @unchecked Sendable {  // `wake` may come from anywhere, the rest from the transfer thread
    private static let eventsPerWait = 256

    private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    private let alarm = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    private var events = [epoll_event](repeating: epoll_event(), count: eventsPerWait)

    init() { control(EPOLL_CTL_ADD, alarm, EPOLLIN.rawValue) }

    var isOpen: Bool { epoll >= 0 && alarm >= 0 }

    func wake() {
        var one: UInt64 = 1
        write(alarm, &one, 8)
    }

    /// `what` is one of libcurl's `CURL_POLL_…`.
    func watch(_ descriptor: Int32, _ what: Int32) {
        guard what != CURL_POLL_REMOVE else { return control(EPOLL_CTL_DEL, descriptor, 0) }
        var mask: UInt32 = 0
        if what & CURL_POLL_IN != 0 { mask |= EPOLLIN.rawValue }
        if what & CURL_POLL_OUT != 0 { mask |= EPOLLOUT.rawValue }
        control(EPOLL_CTL_MOD, descriptor, mask)
    }

    /// Calls with each ready socket and its `CURL_CSELECT_…`; nil waits without end.
    func wait(until end: ContinuousClock.Instant?, _ ready: (Int32, Int32) -> Void) {
        let left = end.map { ContinuousClock.now.duration(to: $0) }
        let milliseconds = left.map { $0 <= .zero ? 0 : Int32(clamping: $0.milliseconds) } ?? -1
        let count = epoll_wait(epoll, &events, Int32(events.count), milliseconds)
        for index in 0..<Int(max(0, count)) {
            let event = events[index]
            if event.data.fd == alarm { silence() } else { ready(event.data.fd, Self.selection(event.events)) }
        }
    }

    /// Not before the last `wake`: the numbers may belong to others then.
    deinit {
        close(epoll)
        close(alarm)
    }

    private func silence() {
        var count: UInt64 = 0
        read(alarm, &count, 8)
    }

    /// A socket may be new or known: libcurl closes and reuses numbers as it likes.
    private func control(_ operation: Int32, _ descriptor: Int32, _ mask: UInt32) {
        var event = epoll_event()
        event.events = mask
        event.data.fd = descriptor
        if epoll_ctl(epoll, operation, descriptor, &event) != 0, operation == EPOLL_CTL_MOD, errno == ENOENT {
            epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
        }
    }

    private static func selection(_ mask: UInt32) -> Int32 {
        var selection: Int32 = 0
        if mask & EPOLLIN.rawValue != 0 { selection |= CURL_CSELECT_IN }
        if mask & EPOLLOUT.rawValue != 0 { selection |= CURL_CSELECT_OUT }
        if mask & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { selection |= CURL_CSELECT_ERR }
        return selection
    }
}
