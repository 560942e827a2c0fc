internal import CPostgres
import Glibc

/// One connection of libpq's, in pipeline mode. Only touched by the loop's thread.
final class Connection {
    /// Statements that one connection keeps prepared; more are sent without preparing.
    static let maximumPrepared = 256
    /// A connection that takes longer to make is given up.
    static let connectTimeout: UInt64 = 10_000_000_000
    /// A cancelled statement that the server doesn't end in this time costs the connection.
    static let cancelPatience: UInt64 = 5_000_000_000

    enum Phase {
        case connecting(deadline: UInt64)
        case ready
        case failed(String)
    }

    /// What the server still has to say, in order.
    private enum Expected {
        case prepared(String)
        case result
        case sync
    }

    let key: UInt64
    private(set) var phase: Phase
    /// Sent and not yet answered, oldest first.
    private(set) var works: [Work] = []
    /// Whether a transaction has it to itself.
    var isHeld = false
    private(set) var notifications: [(channel: String, payload: String)] = []

    private let poller: Poller
    private var pointer: OpaquePointer?
    private var socket: Int32 = -1
    private var wantsWrite = false
    private var expected: [Expected] = []
    private var hasResult = false
    private var results: [Rows] = []
    private var problem: PostgresError?
    private var prepared: [String: String] = [:]
    private var preparedCount = 0
    private var cancelSentAt: UInt64?
    private(set) var hasCancelled = false

    init(_ conninfo: String, key: UInt64, poller: Poller) {
        self.key = key
        self.poller = poller
        phase = .connecting(deadline: monotonicNow() + Self.connectTimeout)
        pointer = PQconnectStart(conninfo)
        guard let pointer, PQstatus(pointer) != CONNECTION_BAD else {
            fail()
            return
        }
        // What the server merely mentions would go to standard error.
        PQsetNoticeProcessor(pointer, { _, _ in }, nil)
        watch(writes: true)
    }

    deinit { close() }

    var isReady: Bool { if case .ready = phase { true } else { false } }
    var isFailed: Bool { if case .failed = phase { true } else { false } }
    var isConnecting: Bool { if case .connecting = phase { true } else { false } }

    // MARK: Work

    /// Queues the statements; `flush` sends them.
    func send(_ work: Work) {
        guard let pointer, isReady else { return work.end(with: .failure(.connectionLost)) }
        works.append(work)
        for statement in work.statements {
            guard queue(statement, pointer) else { return fail() }
            expected.append(.result)
        }
        guard PQpipelineSync(pointer) == 1 else { return fail() }
        expected.append(.sync)
    }

    func flush() {
        guard let pointer, isReady else { return }
        let rest = PQflush(pointer)
        if rest < 0 { return fail() }
        if (rest > 0) != wantsWrite { watch(writes: rest > 0) }
    }

    private func queue(_ statement: SQL, _ pointer: OpaquePointer) -> Bool {
        guard let name = name(of: statement, pointer) else {
            return withParameters(statement.values) { count, values in
                PQsendQueryParams(pointer, statement.text, count, nil, values, nil, nil, 0) == 1
            }
        }
        return withParameters(statement.values) { count, values in
            PQsendQueryPrepared(pointer, name, count, values, nil, nil, 0) == 1
        }
    }

    /// The name under which the server knows the statement, which is told it first if it doesn't; nil beyond the maximum.
    private func name(of statement: SQL, _ pointer: OpaquePointer) -> String? {
        if let name = prepared[statement.text] { return name }
        guard prepared.count < Self.maximumPrepared else { return nil }
        preparedCount += 1
        let name = "s\(preparedCount)"
        guard PQsendPrepare(pointer, name, statement.text, 0, nil) == 1 else { return nil }
        prepared[statement.text] = name
        expected.append(.prepared(statement.text))
        return name
    }

    // MARK: Events

    /// Does what the socket allows.
    func advance() {
        switch phase {
        case .connecting: connect()
        case .ready: receive()
        case .failed: break
        }
    }

    private func connect() {
        guard let pointer else { return fail() }
        switch PQconnectPoll(pointer) {
        case PGRES_POLLING_READING: watch(writes: false)
        case PGRES_POLLING_WRITING: watch(writes: true)
        case PGRES_POLLING_OK:
            guard PQsetnonblocking(pointer, 1) == 0, PQenterPipelineMode(pointer) == 1 else { return fail() }
            phase = .ready
            watch(writes: false)
        default: fail()
        }
    }

    private func receive() {
        guard let pointer else { return }
        let isOpen = PQconsumeInput(pointer) == 1
        readResults(pointer)
        while let notification = PQnotifies(pointer) {
            notifications.append((String(cString: notification.pointee.relname), String(cString: notification.pointee.extra)))
            PQfreemem(notification)
        }
        if !isOpen || PQstatus(pointer) != CONNECTION_OK { return fail() }
        flush()
    }

    func takeNotifications() -> [(channel: String, payload: String)] {
        defer { notifications = [] }
        return notifications
    }

    /// In a pipeline libpq gives each statement's result, then nil; a sync is a result by itself.
    private func readResults(_ pointer: OpaquePointer) {
        while !expected.isEmpty, PQisBusy(pointer) == 0 {
            guard let result = PQgetResult(pointer).map(Result.init) else {
                guard hasResult else { return }
                hasResult = false
                expected.removeFirst()
                continue
            }
            take(result)
        }
    }

    private func take(_ result: Result) {
        switch PQresultStatus(result.pointer) {
        case PGRES_PIPELINE_SYNC:
            expected.removeFirst()
            endWork()
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            hasResult = true
            if case .result? = expected.first { results.append(Rows(result)) }
        case PGRES_PIPELINE_ABORTED:
            hasResult = true
            forgetUnprepared()
        default:
            hasResult = true
            forgetUnprepared()
            if problem == nil { problem = result.error }
        }
    }

    private func forgetUnprepared() {
        if case .prepared(let text)? = expected.first { prepared[text] = nil }
    }

    private func endWork() {
        guard !works.isEmpty else { return }
        let work = works.removeFirst()
        let outcome: Swift.Result<[Rows], PostgresError> = problem.map { .failure($0) } ?? .success(results)
        results = []
        problem = nil
        cancelSentAt = nil
        if case .failure(let error) = outcome, isInnocent(error, work) { return undone.append(work) }
        work.end(with: outcome)
    }

    /// Works that were undone for no fault of theirs and may run again.
    private var undone: [Work] = []

    func takeUndone() -> [Work] {
        defer { undone = [] }
        return undone
    }

    /// A cancel request may arrive late and hit the next statement; a statement may be prepared by a work that was undone.
    private func isInnocent(_ error: PostgresError, _ work: Work) -> Bool {
        guard !isHeld, !work.isAbandoned, case .server(let state, _, _) = error else { return false }
        return state == "57014" && hasCancelled || state == "26000"
    }

    // MARK: Ends

    /// Ends what nobody waits for any more, so that it doesn't hold up what is behind it.
    func checkDeadlines(_ now: UInt64) {
        if case .connecting(let deadline) = phase, now > deadline { return fail("no answer in time") }
        for work in works where now > work.deadline { work.end(with: .failure(.timedOut)) }
        guard let running = works.first, running.isAbandoned else { return }
        if let cancelSentAt {
            if now > cancelSentAt + Self.cancelPatience { fail("a statement couldn't be cancelled") }
        } else {
            cancelSentAt = now
            hasCancelled = true
            sendCancel()
        }
    }

    /// A request of its own, over a connection of its own, which libpq waits for: not on the loop's thread.
    private func sendCancel() {
        guard let pointer, let cancel = PQgetCancel(pointer) else { return }
        Detached.run(UInt(bitPattern: cancel)) { address in
            guard let cancel = OpaquePointer(bitPattern: address) else { return }
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
                _ = PQcancel(cancel, message.baseAddress, 256)
            }
            PQfreeCancel(cancel)
        }
    }

    private func fail(_ reason: String? = nil) {
        let reason = reason ?? pointer.map { Self.reason(String(cString: PQerrorMessage($0))) } ?? "out of memory"
        phase = .failed(reason)
        close()
        let lost = works
        works = []
        for work in lost { work.end(with: .failure(.connectionLost)) }
    }

    /// The first line, which names host and cause.
    private static func reason(_ message: String) -> String {
        message.split(whereSeparator: \.isNewline).first.map(String.init) ?? "the connection broke"
    }

    func close() {
        guard let open = pointer else { return }
        if socket >= 0 { poller.remove(socket) }
        socket = -1
        pointer = nil
        PQfinish(open)
    }

    /// While connecting, libpq may change its socket.
    private func watch(writes: Bool) {
        guard let pointer else { return }
        let current = PQsocket(pointer)
        if current != socket {
            if socket >= 0 { poller.remove(socket) }
            socket = current
            if socket >= 0 { poller.add(socket, key: key, writes: writes) }
        } else if socket >= 0 {
            poller.change(socket, key: key, writes: writes)
        }
        wantsWrite = writes
    }
}

/// The values as C strings, valid during the call.
private func withParameters<R>(
    _ values: [String?], _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?) -> R
) -> R {
    if values.isEmpty { return body(0, nil) }
    var bytes: [CChar] = []
    bytes.reserveCapacity(values.reduce(0) { $0 + ($1?.utf8.count ?? 0) + 1 })
    let offsets = values.map { value -> Int? in
        guard let value else { return nil }
        defer {
            bytes.append(contentsOf: value.utf8.lazy.map { CChar(bitPattern: $0) })
            bytes.append(0)
        }
        return bytes.count
    }
    return bytes.withUnsafeBufferPointer { bytes in
        let pointers = offsets.map { offset in offset.flatMap { bytes.baseAddress?.advanced(by: $0) } }
        return pointers.withUnsafeBufferPointer { body(Int32(truncatingIfNeeded: $0.count), $0.baseAddress) }
    }
}

/// A thread for one short task that may block.
enum Detached {
    private final class Job {
        let argument: UInt
        let body: @Sendable (UInt) -> Void

        init(_ argument: UInt, _ body: @escaping @Sendable (UInt) -> Void) {
            self.argument = argument
            self.body = body
        }
    }

    static func run(_ argument: UInt, _ body: @escaping @Sendable (UInt) -> Void) {
        let job = Unmanaged.passRetained(Job(argument, body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                let job = Unmanaged<Job>.fromOpaque(pointer).takeRetainedValue()
                job.body(job.argument)
                return nil
            }, job.toOpaque())
        if status == 0 { pthread_detach(thread) } else { job.release() }
    }
}
