import FoundationEssentials
import Synchronization

/// Where long work is done: indexing, comparing, checking. On an event loop it would stop everybody's requests; here it has
/// few threads of its own, which give way to the loops. Accounts take turns, none has all seats, and a seat is always left for
/// what is short: so nobody waits behind somebody else's fifty thousand passages.
final class Workroom: Sendable {
    static let shared = Workroom()

    /// Beyond which it must be refused what comes, of one account and of all together.
    static let maximumWaitingOfAccount = 100
    static let maximumWaiting = 1_000
    /// Of one bot; with more, work is long.
    static let shortPassages = 1_000

    enum Length: Sendable {
        /// A fifth of a second at most.
        case short
        case long

        init(passages count: Int) { self = count > Workroom.shortPassages ? .long : .short }
    }

    fileprivate struct Sitter {
        let ticket: Int
        let account: UUID
        let length: Length
    }

    fileprivate struct State {
        var lastTicket = 0
        var seated: [Sitter] = []
        var waiting: [(sitter: Sitter, continuation: CheckedContinuation<Void, any Error>)] = []
        /// By account, the ticket that was served last.
        var served: [UUID: Int] = [:]
    }

    /// At least two, so that there is always one for others.
    private let seats: Int
    private let state = Mutex(State())

    init(seats: Int = max(3, Processor.usableCores ?? 0)) { self.seats = max(2, seats) }

    /// Does one thing on a thread.
    /// - Throws: what the work throws, `Failure.overloaded` where too much waits, `CancellationError` when the task is cancelled
    ///   before its turn.
    func run<R: Sendable>(
        for account: UUID, _ length: Length = .short, _ work: @escaping @Sendable (OwnThread) throws -> R
    ) async throws -> R {
        try await sit(for: account, length) { seat in try await seat.run(work) }
    }

    /// What takes long with a desk: asking it much.
    func run<R: Sendable>(at desk: Desk, _ work: @escaping @Sendable (OwnThread) throws -> R) async throws -> R {
        try await run(for: desk.bot.account, desk.length, work)
    }

    /// Has a seat for as long as `body` takes, also while that waits for the database: what it reads isn't held while it waits for
    /// its turn. Whoever sits must not ask for a second seat.
    func sit<R>(for account: UUID, _ length: Length, _ body: (Seat) async throws -> R) async throws -> R {
        let sitter = try await takeSeat(account, length)
        defer { leaveSeat(sitter) }
        return try await body(Seat(givesWay: length == .long))
    }

    /// What waits for its turn.
    var waiting: Int { state.withLock { $0.waiting.count } }

    private func takeSeat(_ account: UUID, _ length: Length) async throws -> Sitter {
        let sitter = state.withLock { state in
            state.lastTicket += 1
            return Sitter(ticket: state.lastTicket, account: account, length: length)
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.mayHave(sitter, of: seats) {
                        state.take(sitter)
                        return .success(())
                    }
                    if state.isCrowded(for: account) { return .failure(Failure.overloaded) }
                    state.waiting.append((sitter, continuation))
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiting.firstIndex { $0.sitter.ticket == sitter.ticket }.map { state.waiting.remove(at: $0) }
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
        return sitter
    }

    private func leaveSeat(_ sitter: Sitter) {
        let next = state.withLock { state in
            state.seated.removeAll { $0.ticket == sitter.ticket }
            return state.takeNext(of: seats)
        }
        for continuation in next { continuation.resume() }
    }
}

extension Workroom.State {
    /// One seat is kept for other accounts, and one for what is short; an account does one long thing at a time.
    fileprivate func mayHave(_ sitter: Workroom.Sitter, of seats: Int) -> Bool {
        let own = seated.filter { $0.account == sitter.account }
        guard seated.count < seats, own.count < seats - 1 else { return false }
        return sitter.length == .short || seated.count { $0.length == .long } < seats - 1 && !own.contains { $0.length == .long }
    }

    fileprivate func isCrowded(for account: UUID) -> Bool {
        waiting.count >= Workroom.maximumWaiting || waiting.count { $0.sitter.account == account } >= Workroom.maximumWaitingOfAccount
    }

    fileprivate mutating func take(_ sitter: Workroom.Sitter) {
        seated.append(sitter)
        lastTicket += 1
        served[sitter.account] = lastTicket
    }

    /// Of those that may sit down, the accounts that were served longest ago come first, each with what came first.
    fileprivate mutating func takeNext(of seats: Int) -> [CheckedContinuation<Void, any Error>] {
        var called: [CheckedContinuation<Void, any Error>] = []
        while let next = waiting.indices.filter({ mayHave(waiting[$0].sitter, of: seats) }).min(by: { turn($0) < turn($1) }) {
            let waiter = waiting.remove(at: next)
            take(waiter.sitter)
            called.append(waiter.continuation)
        }
        if waiting.isEmpty { served.removeAll() }
        return called
    }

    private func turn(_ place: Int) -> (Int, Int) { (served[waiting[place].sitter.account] ?? 0, waiting[place].sitter.ticket) }
}
