internal import CCurl
import Glibc
import Synchronization
import Threads

/// The transfer thread: libcurl's multi handle, epoll, and what callers ask of them.
final class TransferLoop: @unchecked Sendable {  // what has no lock is touched by the thread only
    enum Command: Sendable {
        case start(Transfer), resume(Transfer), cancel(Transfer)
    }

    private struct Shared {
        var commands: [Command] = []
        var isAsleep = false
        var isStopping = false
        var hasEnded = false
        var endWaiters: [CheckedContinuation<Void, Never>] = []
        var metrics = Curl.Metrics()
    }

    /// How often late and silent transfers are looked for.
    private static let sweepInterval = Duration.milliseconds(250)

    private let configuration: Curl.Configuration
    private let shared = Mutex(Shared())
    private let poller: Poller
    private let multi: UnsafeMutableRawPointer?
    private var running: [ObjectIdentifier: Transfer] = [:]
    /// Whose readers are to be woken at the end of the turn.
    private var awaited: [Transfer] = []
    private var timer: ContinuousClock.Instant?
    private var nextSweep = ContinuousClock.now
    /// Read once a turn: callbacks come by the thousand.
    private(set) var now = ContinuousClock.now

    init(_ configuration: Curl.Configuration, thread name: String) {
        self.configuration = configuration
        curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        multi = curl_multi_init()
        poller = Poller()
        let isStarted =
            multi != nil && poller.isOpen
            && startThread {
                ccurl_name_thread(name)
                self.run()
            }
        if !isStarted { end() }
    }

    // MARK: From any thread

    /// A transfer that may start. Throws `.overloaded` or `.shutdown`.
    func admit(
        _ exchange: Exchange, _ addresses: [IPAddress], _ timeouts: Curl.Timeouts, _ deadline: Deadline
    ) throws(CurlError) -> Transfer {
        try shared.withLock { shared throws(CurlError) in
            guard !shared.isStopping else { throw .shutdown }
            guard shared.metrics.load < configuration.maximumTransfers else {
                throw .overloaded
            }
            shared.metrics.queued += 1
        }
        return Transfer(exchange, addresses, timeouts, deadline, self)
    }

    func submit(_ command: Command) {
        let (isEnded, needsWake) = shared.withLock { shared in
            guard !shared.hasEnded else { return (true, false) }
            shared.commands.append(command)
            defer { shared.isAsleep = false }
            return (false, shared.isAsleep)
        }
        if needsWake { poller.wake() }
        if isEnded, case .start(let transfer) = command { transfer.handoff.finish(.failure(.shutdown)) }
    }

    func stop() {
        let needsWake = shared.withLock { shared in
            shared.isStopping = true
            defer { shared.isAsleep = false }
            return shared.isAsleep
        }
        if needsWake { poller.wake() }
    }

    func ended() async {
        await withCheckedContinuation { continuation in
            let hasEnded = shared.withLock { shared in
                if !shared.hasEnded { shared.endWaiters.append(continuation) }
                return shared.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    var isStopping: Bool { shared.withLock { $0.isStopping } }

    var metrics: Curl.Metrics { shared.withLock { $0.metrics } }

    func countConnection() { shared.withLock { $0.metrics.connections += 1 } }

    // MARK: The thread

    private func run() {
        configureMulti()
        while true {
            let (commands, isStopping) = takeCommands()
            for command in commands { apply(command) }
            if isStopping { return end() }
            turn(mayWait: commands.isEmpty)
            wakeReaders()
            collectFinished()
            sweep()
        }
    }

    private func configureMulti() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_multi_set_socket(multi, onSocket, context)
        ccurl_multi_set_timer(multi, onTimer, context)
        ccurl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, configuration.maximumConnections)
        ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, configuration.maximumConnectionsPerHost)
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, configuration.maximumConnections)
    }

    /// With nothing to do, the thread counts as asleep from here on: whoever submits next wakes it.
    private func takeCommands() -> ([Command], isStopping: Bool) {
        shared.withLock { shared in
            var commands: [Command] = []
            swap(&commands, &shared.commands)
            shared.isAsleep = commands.isEmpty && !shared.isStopping
            return (commands, shared.isStopping)
        }
    }

    private func apply(_ command: Command) {
        now = .now
        switch command {
        case .start(let transfer): start(transfer)
        case .resume(let transfer):
            guard isRunning(transfer), let easy = transfer.easy else { return }
            transfer.lastSign = now
            // Hands over what libcurl kept, which may be too much for the limit.
            let code = curl_easy_pause(easy.pointer, CURLPAUSE_CONT)
            if code != CURLE_OK { finish(transfer, transfer.outcome(code)) }
        case .cancel(let transfer):
            if isRunning(transfer) { finish(transfer, .failure(.cancelled)) }
        }
    }

    private func start(_ transfer: Transfer) {
        shared.withLock {
            $0.metrics.queued -= 1
            $0.metrics.active += 1
        }
        running[ObjectIdentifier(transfer)] = transfer
        transfer.lastSign = now
        do {
            guard !transfer.handoff.isOver else { throw CurlError.cancelled }
            let easy = try transfer.makeEasy(configuration)
            transfer.easy = easy
            transfer.forgetRequestBody()
            guard curl_multi_add_handle(multi, easy.pointer) == CURLM_OK else { throw CurlError.overloaded }
        } catch {
            finish(transfer, .failure(error as? CurlError ?? .overloaded))
        }
    }

    /// Lets libcurl act on what has come; waits for it if there was nothing else to do. The sockets are looked at in
    /// every turn, so that no flood of commands makes a server look silent.
    private func turn(mayWait: Bool) {
        let next = mayWait ? [timer, running.isEmpty ? nil : nextSweep].compactMap { $0 }.min() : now
        poller.wait(until: next) { descriptor, events in
            var left: Int32 = 0
            now = .now
            curl_multi_socket_action(multi, descriptor, events, &left)
        }
        shared.withLock { $0.isAsleep = false }
        fireTimer()
    }

    /// All at once: one by one, each would take the processor from this thread, and give it back, for a few bytes.
    private func wakeReaders() {
        for transfer in awaited { transfer.handoff.wakeReader() }
        awaited.removeAll(keepingCapacity: true)
    }

    private func fireTimer() {
        now = .now
        guard let timer, timer <= now else { return }
        self.timer = nil
        var left: Int32 = 0
        curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &left)
    }

    private func collectFinished() {
        var code = CURLE_OK
        while let easy = ccurl_multi_next_finished(multi, &code) {
            guard let context = ccurl_get_private(easy) else { continue }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            finish(transfer, transfer.outcome(code))
        }
    }

    private func sweep() {
        guard nextSweep <= now else { return }
        nextSweep = now + Self.sweepInterval
        for transfer in running.values {
            if let error = transfer.overdue(at: now) { finish(transfer, .failure(error)) }
        }
    }

    private func finish(_ transfer: Transfer, _ outcome: Result<Void, CurlError>) {
        let status = transfer.easy?.long(CURLINFO_RESPONSE_CODE) ?? 0
        transfer.hangUp()
        if let easy = transfer.easy { curl_multi_remove_handle(multi, easy.pointer) }
        transfer.easy = nil
        running[ObjectIdentifier(transfer)] = nil
        count(transfer, outcome)
        transfer.handoff.finish(outcome)
        configuration.log?(Curl.Event(transfer, outcome, status: status))
    }

    private func count(_ transfer: Transfer, _ outcome: Result<Void, CurlError>) {
        shared.withLock { shared in
            shared.metrics.active -= 1
            shared.metrics.bytesReceived += transfer.bytesReceived
            if case .success = outcome { shared.metrics.completed += 1 } else { shared.metrics.failed += 1 }
        }
    }

    private func isRunning(_ transfer: Transfer) -> Bool { running[ObjectIdentifier(transfer)] != nil }

    private func end() {
        for transfer in running.values { finish(transfer, .failure(.shutdown)) }
        if let multi { curl_multi_cleanup(multi) }
        let (commands, waiters) = shared.withLock { shared in
            shared.isStopping = true
            shared.hasEnded = true
            defer {
                shared.commands = []
                shared.endWaiters = []
            }
            return (shared.commands, shared.endWaiters)
        }
        for case .start(let transfer) in commands { transfer.handoff.finish(.failure(.shutdown)) }
        for waiter in waiters { waiter.resume() }
    }

    /// For a transfer that has got what its reader waits for.
    func wakeReader(of transfer: Transfer) { awaited.append(transfer) }

    // MARK: What libcurl asks for

    fileprivate func watch(_ descriptor: Int32, _ what: Int32) { poller.watch(descriptor, what) }

    fileprivate func setTimer(milliseconds: Int) {
        timer = milliseconds < 0 ? nil : ContinuousClock.now + .milliseconds(milliseconds)
    }
}

private let onSocket: curl_socket_callback = { _, descriptor, what, context, _ in
    guard let context else { return -1 }
    Unmanaged<TransferLoop>.fromOpaque(context).takeUnretainedValue().watch(descriptor, what)
    return 0
}

private let onTimer: curl_multi_timer_callback = { _, milliseconds, context in
    guard let context else { return -1 }
    Unmanaged<TransferLoop>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds: milliseconds)
    return 0
}
