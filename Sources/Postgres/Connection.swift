internal import CPostgres

/// One open connection of libpq's, in pipeline mode. Of the loop's thread alone.
final class Connection {
    /// Works on their way on one connection; the others wait in the pool, where they can still go to any.
    static let maximumInFlight = 64

    let key: UInt64
    private(set) var isOpen = true
    private(set) var inFlight = Queue<Work>()
    /// The transaction that has the connection to itself.
    var holder: TransactionID?
    /// Whether it takes no more works until a transaction can have it.
    var isReserved = false
    var watchdog = Watchdog()
    private(set) var prepared = PreparedStatements()
    /// Works of `warmUp` on their way.
    private var warmUps = 0
    /// Works that were undone for no fault of theirs and may be sent again.
    private(set) var undone: [Work] = []

    private let pointer: OpaquePointer
    private let poller: Poller
    private let deliveries: Deliveries
    private let socket: Int32
    private let cork: Cork?
    private var isCorked = false
    private var waitsToWrite = false
    private var isUnflushed = false
    /// The last of those in flight, which libpq wasn't given yet.
    private var unsent: [Work] = []
    private var expected = Queue<Expected>()
    // Of the work whose results are coming in:
    private var results: [Rows] = []
    private var problem: PostgresError?

    /// What the server still has to say, in order.
    private enum Expected {
        case prepared(PreparedStatements.Statement)
        case result(SQL)
        case sync
    }

    /// Takes the connection over, and closes it in the end.
    init(_ pointer: OpaquePointer, key: UInt64, poller: Poller, _ deliveries: Deliveries) {
        self.key = key
        self.pointer = pointer
        self.poller = poller
        self.deliveries = deliveries
        cork = Cork(pointer)
        socket = PQsocket(pointer)
        poller.add(socket, key: key)
        if PQsetnonblocking(pointer, 1) != 0 || PQenterPipelineMode(pointer) != 1 { fail() }
    }

    deinit { fail() }

    /// Whether it has nothing to learn any more.
    var isWarm: Bool { warmUps == 0 }

    /// Whether it is nobody's own and answers.
    var isShared: Bool { isOpen && holder == nil && !isReserved && !watchdog.isSuspicious }
    /// Whether other callers' works may be sent behind those that are on their way.
    var takesWorks: Bool { isShared && inFlight.count < Self.maximumInFlight }

    /// Whether a transaction can have it: nothing is on its way, not even a cancel request for something else.
    var isFree: Bool { isOpen && holder == nil && !watchdog.isSuspicious && inFlight.isEmpty }

    // MARK: Sending

    /// Queues the statements; `flush` sees to it that they go.
    func send(_ work: Work) {
        if prepared.isFull, work.role != .housekeeping { makePlace(for: work) }
        guard isOpen else { return work.end(.failure(.connectionLost)) }
        inFlight.append(work)
        unsent.append(work)
    }

    /// Has the server prepare what it will be asked for, and plan it, for which it reads up on the tables. Each by itself, as one
    /// that fails spoils what goes with it.
    func warmUp(for statements: [PreparedStatements.Statement], within limit: Duration) {
        for statement in statements {
            warmUps += 1
            send(Work([SQL(statement.text, nulls: statement.valueCount)], .warmUp, deadline: deadline(after: limit)))
        }
    }

    /// Sends all that was queued since, with as few system calls as libpq lets us.
    func flush() {
        guard isOpen, isUnflushed || !unsent.isEmpty else { return }
        isUnflushed = false
        write()
        guard isOpen else { return }
        let status = PQflush(pointer)
        if status < 0 { fail() } else { watch(writes: status > 0) }
    }

    private func write() {
        let works = unsent
        unsent.removeAll(keepingCapacity: true)
        var held = 0
        for (index, work) in works.enumerated() where isOpen {
            held += work.bytes
            if held > Cork.maximumBytes {
                pullCork()
                held = work.bytes
            }
            if !isCorked, index + 1 < works.count, let cork { isCorked = cork.put() }
            write(work)
        }
        pullCork()
    }

    private func pullCork() {
        guard isCorked, let cork else { return }
        isCorked = false
        if !cork.pull() { fail() }
    }

    private func write(_ work: Work) {
        for statement in work.statements {
            let isQueued = work.role == .warmUp ? queuePlan(of: statement) : queue(statement, isPrepared: work.role != .housekeeping)
            guard isQueued else { return fail() }
        }
        guard queue_pipeline_sync(pointer) == 1 else { return fail() }
        expected.append(.sync)
    }

    private func queue(_ statement: SQL, isPrepared: Bool) -> Bool {
        let known = isPrepared ? known(statement) : nil
        let isQueued = statement.values.withCStrings { count, values in
            if let known {
                PQsendQueryPrepared(pointer, known.name, count, values, nil, nil, 0) == 1
            } else {
                PQsendQueryParams(pointer, statement.text, count, nil, values, nil, nil, 0) == 1
            }
        }
        expected.append(.result(statement))
        return isQueued
    }

    /// A plan for any values: with the NULLs it would find that there is nothing to look up.
    private func queuePlan(of statement: SQL) -> Bool {
        guard let known = known(statement) else { return isOpen }
        let nulls = [String](repeating: "null", count: statement.values.count).joined(separator: ",")
        return queue("select set_config('plan_cache_mode', 'force_generic_plan', true)", isPrepared: false)
            && queue("explain (costs off) execute \(unsafeRaw: known.name + (nulls.isEmpty ? "" : "(\(nulls))"))", isPrepared: false)
    }

    /// The prepared statement, which is prepared now if it is new. nil while that isn't certain to succeed: whoever comes
    /// second would be blamed for what is wrong with the first.
    private func known(_ statement: SQL) -> PreparedStatements.Statement? {
        if let known = prepared.find(statement.text) { return known.isConfirmed ? known : nil }
        let new = prepared.add(statement.text, valueCount: statement.values.count)
        guard PQsendPrepare(pointer, new.name, new.text, 0, nil) == 1 else { return nil }
        expected.append(.prepared(new))
        return new
    }

    /// By a work of its own, since a part of one that fails isn't carried out.
    private func makePlace(for work: Work) {
        for statement in work.statements where prepared.find(statement.text) == nil {
            if let oldest = prepared.removeOldest() { send(Work(["deallocate \(unsafeRaw: oldest.name)"], .housekeeping)) }
        }
    }

    private func watch(writes: Bool) {
        guard writes != waitsToWrite else { return }
        waitsToWrite = writes
        poller.change(socket, key: key, writes: writes)
    }

    // MARK: Receiving

    /// Does what the socket allows.
    func advance() {
        guard isOpen else { return }
        let isAlive = PQconsumeInput(pointer) == 1
        readResults()
        guard isOpen else { return }
        guard isAlive, PQstatus(pointer) == CONNECTION_OK else { return fail() }
        if waitsToWrite {
            isUnflushed = true
            flush()
        }
    }

    /// In a pipeline libpq gives each statement's result, then nil; a sync comes without nil.
    private func readResults() {
        var hadNil = false
        while isOpen, !expected.isEmpty, PQisBusy(pointer) == 0 {
            if let result = PQgetResult(pointer) {
                hadNil = false
                take(result)
            } else if hadNil {
                return
            } else {
                hadNil = true
            }
        }
    }

    private func take(_ result: OpaquePointer) {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: takeSuccess(result)
        case PGRES_PIPELINE_SYNC:
            PQclear(result)
            _ = expected.popFirst()
            endWork()
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            PQclear(result)
            // libpq can't copy in a pipeline, nor leave it.
            problem = .server(sqlState: "0A000", message: "copy isn't supported here", position: nil)
            fail()
        default:
            takeError(ErrorReport(result))
            PQclear(result)
        }
    }

    private func takeSuccess(_ result: OpaquePointer) {
        if case .prepared(let statement)? = expected.popFirst() {
            statement.isConfirmed = true
            PQclear(result)
        } else {
            results.append(Rows(Result(result)))
        }
    }

    private func takeError(_ report: ErrorReport) {
        let text: String
        switch expected.popFirst() {
        case .prepared(let statement)?:
            text = statement.text
            _ = prepared.remove(text)
        case .result(let statement)?:
            text = statement.text
            // Its table was changed since it was prepared, or it was deallocated by hand.
            if report.sqlState == "0A000" || report.sqlState == "26000" { _ = prepared.remove(text) }
        default: return
        }
        // The first error is the one that counts; those after it only say that there was one.
        if problem == nil { problem = PostgresError(report, sql: text) }
    }

    private func endWork() {
        guard let work = inFlight.popFirst() else { return }
        if work.role == .warmUp { warmUps -= 1 }
        let outcome: Work.Outcome = problem.map { .failure($0) } ?? .success(results)
        results = []
        problem = nil
        if case .failure(let error) = outcome, maySendAgain(work, error) {
            undone.append(work)
        } else if work.role == .housekeeping {
            work.end(outcome)
        } else {
            deliveries.add(work, outcome)
        }
        leaveTransaction(after: work)
        watchdog.workEnded(isIdle: inFlight.isEmpty)
    }

    /// A cancel request may be late and hit the next work; a prepared statement may have become unusable.
    private func maySendAgain(_ work: Work, _ error: PostgresError) -> Bool {
        guard work.role == .alone, !work.isEnded, case .server(let state, _, _) = error else { return false }
        switch state {
        case "57014": return watchdog.isCancelling
        case "0A000", "26000": return !work.isSecondTry.exchange(true, ordering: .relaxed)
        default: return false
        }
    }

    /// Free again, unless something is left open that must not reach the next.
    private func leaveTransaction(after work: Work) {
        if work.role == .commit || work.role == .rollback { holder = nil }
        if holder == nil, inFlight.isEmpty, PQtransactionStatus(pointer) != PQTRANS_IDLE { fail() }
    }

    func takeUndone() -> [Work] {
        defer { undone = [] }
        return undone
    }

    /// Channel and payload of what was notified since.
    func takeNotifications() -> [(channel: String, payload: String)] {
        var notifications: [(channel: String, payload: String)] = []
        while isOpen, let notification = PQnotifies(pointer) {
            notifications.append((String(cString: notification.pointee.relname), String(cString: notification.pointee.extra)))
            PQfreemem(notification)
        }
        return notifications
    }

    // MARK: Watching and closing

    /// Looked at every now and then: ends what took too long, and cancels what nobody waits for any more.
    func check(_ now: UInt64, cancel: (CancelRequest) -> Void) {
        inFlight.forEach { if now > $0.deadline { $0.end(.failure(.timedOut)) } }
        switch watchdog.look(at: inFlight.first, now) {
        case .nothing: break
        case .cancel: if let request = CancelRequest(pointer, connection: key) { cancel(request) }
        case .giveUp: fail()
        }
    }

    /// Closes the connection. Whoever waits for it learns why.
    func fail(_ reason: PostgresError = .connectionLost) {
        guard isOpen else { return }
        isOpen = false
        if isCorked { _ = cork?.pull() }
        poller.remove(socket)
        PQfinish(pointer)
        cork?.close()
        unsent = []
        inFlight.popFirst()?.end(.failure(problem ?? reason))
        for work in inFlight.takeAll() { work.end(.failure(reason)) }
    }
}
