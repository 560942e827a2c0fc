import FoundationEssentials
import NIOCore
import Postgres
import ServiceLifecycle
import Synchronization

/// Tells whoever watches of what changes in conversations, on whichever process it changed: one `LISTEN` for all of them.
final class ConversationFeed: Sendable {
    /// The channel on which the database announces each change; a trigger sees to it.
    static let channel = "conversations"
    /// Changes that are kept for one who is slow; beyond, they are told to look at everything again.
    static let maximumKept = 64
    /// How often one to whom nothing happens is woken, to say on their stream that it is alive.
    static let heartbeatSeconds = 15

    /// What is watched.
    enum Scope: Hashable, Sendable { case account(UUID), bot(UUID), conversation(UUID) }

    struct Change: Sendable {
        /// Counts up in this process: two who are told of the same change know it by its number.
        let number: Int
        let account: UUID
        let bot: UUID
        let conversation: UUID
    }

    enum News: Sendable {
        /// Each conversation once, by its newest change.
        case changed([Change])
        /// Some may have gone unheard: look at everything again.
        case everything
        /// Nothing happened in the meantime.
        case quiet
    }

    private let postgres: Postgres
    private struct State {
        var subscriptions: [Scope: [Int: Subscription]] = [:]
        var lastChange = 0
        var lastNumber = 0
        var isOver = false
    }
    private let state = Mutex(State())

    init(_ postgres: Postgres) { self.postgres = postgres }

    /// How many watch.
    var count: Int { state.withLock { $0.subscriptions.values.reduce(0) { $0 + $1.count } } }

    /// Lets `body` watch until it returns. Its `next` gives nil once the connection is closed or the process is to end.
    func follow<R>(_ scope: Scope, on channel: any NIOCore.Channel, _ body: (Subscription) async throws -> R) async rethrows -> R {
        let subscription = Subscription()
        let number = add(subscription, to: scope)
        defer { remove(number, from: scope) }
        // Weakly: many streams may come over one connection.
        channel.closeFuture.whenComplete { [weak subscription] _ in subscription?.end() }
        return try await body(subscription)
    }

    private func add(_ subscription: Subscription, to scope: Scope) -> Int {
        state.withLock { state in
            state.lastNumber += 1
            state.subscriptions[scope, default: [:]][state.lastNumber] = subscription
            if state.isOver { subscription.end() }
            return state.lastNumber
        }
    }

    private func remove(_ number: Int, from scope: Scope) {
        state.withLock { state in
            state.subscriptions[scope]?[number] = nil
            if state.subscriptions[scope]?.isEmpty == true { state.subscriptions[scope] = nil }
        }
    }
}

extension ConversationFeed: Service {
    /// Passes changes on until the process is told to end, and then ends all who watch.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for await payload in self.postgres.notifications(on: Self.channel) { self.tell(payload) } }
                group.addTask { try? await self.keepAwake() }
            }
        }
        for subscription in all(ending: true) { subscription.end() }
    }

    /// - Parameter payload: `account bot conversation`; empty after a time without a connection.
    private func tell(_ payload: String) {
        let ids = payload.split(separator: " ").map { UUID(text: $0) }
        guard ids.count == 3, let account = ids[0], let bot = ids[1], let conversation = ids[2] else {
            return all().forEach { $0.lookAgain() }
        }
        let (number, told) = state.withLock { state in
            state.lastChange += 1
            let scopes: [Scope] = [.account(account), .bot(bot), .conversation(conversation)]
            return (state.lastChange, scopes.compactMap { state.subscriptions[$0]?.values }.flatMap(Array.init))
        }
        let change = Change(number: number, account: account, bot: bot, conversation: conversation)
        for subscription in told { subscription.tell(change) }
    }

    /// Some each second, so that thousands don't all write in the same moment.
    private func keepAwake() async throws {
        for second in 0... {
            try await Task.sleep(for: .seconds(1))
            let turn = second % Self.heartbeatSeconds
            let quiet = state.withLock { state in
                state.subscriptions.values.flatMap { $0.filter { $0.key % Self.heartbeatSeconds == turn }.values }
            }
            for subscription in quiet { subscription.wake() }
        }
    }

    private func all(ending: Bool = false) -> [Subscription] {
        state.withLock { state in
            state.isOver = state.isOver || ending
            return state.subscriptions.values.flatMap(\.values)
        }
    }
}

extension ConversationFeed {
    /// One who watches, from one task. What happens while it is busy is kept, each conversation once.
    final class Subscription: Sendable {
        private struct State {
            var changes: [Change] = []
            var mustLookAgain = false
            var isOver = false
            var waiting: CheckedContinuation<Void, Never>?

            var isNothing: Bool { changes.isEmpty && !mustLookAgain && !isOver }
        }
        private let state = Mutex(State())

        fileprivate init() {}

        /// Waits until something happens; nil at the end.
        func next() async -> News? {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    if state.isNothing { state.waiting = continuation }
                    return state.isNothing
                }
                if !waits { continuation.resume() }
            }
            return state.withLock { state in
                if state.isOver { return nil }
                defer { (state.changes, state.mustLookAgain) = ([], false) }
                if state.mustLookAgain { return .everything }
                return state.changes.isEmpty ? .quiet : .changed(state.changes)
            }
        }

        fileprivate func tell(_ change: Change) {
            wake { state in
                guard !state.mustLookAgain else { return }
                state.changes.removeAll { $0.conversation == change.conversation }
                state.changes.append(change)
                if state.changes.count > maximumKept { (state.changes, state.mustLookAgain) = ([], true) }
            }
        }

        fileprivate func lookAgain() { wake { ($0.changes, $0.mustLookAgain) = ([], true) } }

        fileprivate func end() { wake { $0.isOver = true } }

        fileprivate func wake() { wake { _ in } }

        private func wake(_ change: (inout State) -> Void) {
            let waiting = state.withLock { state in
                change(&state)
                return state.waiting.take()
            }
            waiting?.resume()
        }
    }
}
