import Glibc
import Synchronization
import Threads

/// Names to addresses, on a few threads of its own: the system's resolver blocks, and libcurl would wait for it
/// when a transfer is cancelled. Lookups of one name at a time are shared; answers are kept for a short while.
final class Resolver: Sendable {
    private static let maximumThreads = 8
    private static let maximumWaiters = 1024
    private static let maximumCachedNames = 1024
    private static let lifetime = Duration.seconds(30)

    private typealias Answer = Result<[IPAddress], CurlError>

    private struct State {
        var cache: [String: (addresses: [IPAddress], until: ContinuousClock.Instant)] = [:]
        var waiters: [String: [Int: CheckedContinuation<Answer, Never>]] = [:]
        var queue: [String] = []
        var threads = 0
        var lastWaiter = 0
        var waiterCount = 0
    }

    private let lookup: @Sendable (String) -> [String]
    private let state = Mutex(State())

    init(lookup: (@Sendable (String) -> [String])?) {
        self.lookup = lookup ?? systemLookup
    }

    /// At least one address. Throws `.resolve`, `.timedOut(.resolve)`, `.overloaded` or `.cancelled`.
    func addresses(of host: String, _ deadline: Deadline) async throws(CurlError) -> [IPAddress] {
        if let literal = IPAddress(host) { return [literal] }
        if let known = cached(host) { return known }
        let waiter = state.withLock { state in
            state.lastWaiter &+= 1
            return state.lastWaiter
        }
        let timer = deadline.left.map { left in
            Task {
                try await Task.sleep(for: left)
                give(.failure(.timedOut(.resolve, bytesReceived: 0)), to: waiter, of: host)
            }
        }
        defer { timer?.cancel() }
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { wait(for: host, waiter, deadline, $0) }
        } onCancel: {
            give(.failure(.cancelled), to: waiter, of: host)
        }.get()
    }

    private func cached(_ host: String) -> [IPAddress]? {
        state.withLock { state in
            guard let entry = state.cache[host], entry.until > .now else { return nil }
            return entry.addresses
        }
    }

    private func wait(
        for host: String, _ waiter: Int, _ deadline: Deadline, _ continuation: CheckedContinuation<Answer, Never>
    ) {
        let accepted = state.withLock { state in
            guard state.waiterCount < Self.maximumWaiters, state.queue.count < Self.maximumWaiters else { return false }
            state.waiterCount += 1
            if state.waiters[host] == nil { state.queue.append(host) }
            state.waiters[host, default: [:]][waiter] = continuation
            return true
        }
        guard accepted else { return continuation.resume(returning: .failure(.overloaded)) }
        addThread()
        // Timer and handler may have come before the entry and found nobody to wake.
        if Task.isCancelled { give(.failure(.cancelled), to: waiter, of: host) }
        if deadline.left == .zero { give(.failure(.timedOut(.resolve, bytesReceived: 0)), to: waiter, of: host) }
    }

    private func addThread() {
        let isNeeded = state.withLock { state in
            guard !state.queue.isEmpty, state.threads < Self.maximumThreads else { return false }
            state.threads += 1
            return true
        }
        guard isNeeded, !startThread({ self.work() }) else { return }
        while let host = nextName() { finish(host, []) }
    }

    private func give(_ answer: Answer, to waiter: Int, of host: String) {
        let continuation = state.withLock { state in
            let continuation = state.waiters[host]?.removeValue(forKey: waiter)
            if continuation != nil { state.waiterCount -= 1 }
            return continuation
        }
        continuation?.resume(returning: answer)
    }

    private func work() {
        while let host = nextName() {
            let addresses = lookup(host).compactMap(IPAddress.init)
            finish(host, addresses)
        }
    }

    private func nextName() -> String? {
        state.withLock { state in
            guard !state.queue.isEmpty else {
                state.threads -= 1
                return nil
            }
            return state.queue.removeFirst()
        }
    }

    private func finish(_ host: String, _ addresses: [IPAddress]) {
        let waiters = state.withLock { state in
            if state.cache.count >= Self.maximumCachedNames { state.cache.removeAll() }
            if !addresses.isEmpty { state.cache[host] = (addresses, .now + Self.lifetime) }
            let waiters = state.waiters.removeValue(forKey: host) ?? [:]
            state.waiterCount -= waiters.count
            return waiters
        }
        let answer: Answer = addresses.isEmpty ? .failure(.resolve(host: host)) : .success(addresses)
        for waiter in waiters.values { waiter.resume(returning: answer) }
    }
}

private let systemLookup: @Sendable (String) -> [String] = { name in
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    return sequence(first: list, next: { $0?.pointee.ai_next }).compactMap { entry in
        entry.flatMap { IPAddress(socketAddress: $0.pointee.ai_addr) }?.text
    }
}
