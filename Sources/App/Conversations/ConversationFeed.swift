import FoundationEssentials
import Hummingbird
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
    /// How often a stream says that it is alive.
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
        /// One has just begun to watch.
        case start
        /// Each conversation once, by its newest change.
        case changed([Change])
        /// Some may have gone unheard: look at everything again.
        case everything
    }

    private let postgres: Postgres
    private struct State {
        var watchers: [Scope: [Int: Watcher]] = [:]
        var lastChange = 0
        var lastNumber = 0
        var isOver = false
    }
    private let state = Mutex(State())

    init(_ postgres: Postgres) { self.postgres = postgres }

    /// How many watch.
    var count: Int { state.withLock { $0.watchers.values.reduce(0) { $0 + $1.count } } }

    /// A stream of what `teller` says, until its connection closes or the process is to end. It takes the connection over.
    func stream(_ scope: Scope, on channel: any NIOCore.Channel, by teller: some Teller) -> Response {
        Response(
            status: .ok, headers: StandardHeaders.events,
            body: ResponseBody { writer in
                // At once, so that a browser knows that it is connected.
                try await writer.write(EventStream.heartbeat)
                try await channel.triggerUserOutboundEvent(ConnectionHandler.ConnectionIsTaken()).get()
                self.begin(Watcher(teller, on: channel), scope, on: channel)
                throw ConnectionHandler.ConnectionIsTaken()
            })
    }

    private func begin(_ watcher: Watcher, _ scope: Scope, on channel: any NIOCore.Channel) {
        let number = state.withLock { state in
            state.lastNumber += 1
            state.watchers[scope, default: [:]][state.lastNumber] = watcher
            if state.isOver { watcher.end() }
            return state.lastNumber
        }
        channel.closeFuture.whenComplete { _ in self.remove(number, from: scope) }
        watcher.start()
    }

    private func remove(_ number: Int, from scope: Scope) {
        state.withLock { state in
            state.watchers[scope]?[number] = nil
            if state.watchers[scope]?.isEmpty == true { state.watchers[scope] = nil }
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
        for watcher in all(ending: true) { watcher.end() }
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
            return (state.lastChange, scopes.compactMap { state.watchers[$0]?.values }.flatMap(Array.init))
        }
        let change = Change(number: number, account: account, bot: bot, conversation: conversation)
        for watcher in told { watcher.tell(change) }
    }

    /// Some each second, so that thousands don't all write in the same moment.
    private func keepAwake() async throws {
        for second in 0... {
            try await Task.sleep(for: .seconds(1))
            let turn = second % Self.heartbeatSeconds
            let quiet = state.withLock { state in
                state.watchers.values.flatMap { $0.filter { $0.key % Self.heartbeatSeconds == turn }.values }
            }
            for watcher in quiet { watcher.beat() }
        }
    }

    private func all(ending: Bool = false) -> [Watcher] {
        state.withLock { state in
            state.isOver = state.isOver || ending
            return state.watchers.values.flatMap(\.values)
        }
    }
}
