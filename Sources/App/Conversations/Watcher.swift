import NIOCore
import Synchronization

/// What one kind of stream says of what happens.
protocol Teller: Sendable {
    /// Its events, in their order.
    mutating func events(of news: ConversationFeed.News) async throws -> [ByteBuffer]
}

/// One who watches, over a connection that is theirs alone. No task waits for what happens: there is one only while something
/// is told. What happens meanwhile is kept, each conversation once.
final class Watcher: Sendable {
    private struct State {
        /// Absent while it tells, and after it has failed.
        var teller: (any Teller)?
        var isNew = false
        var changes: [ConversationFeed.Change] = []
        var mustLookAgain = false
        var isOver = false

        mutating func takeNews() -> ConversationFeed.News? {
            if isOver || !isNew && !mustLookAgain && changes.isEmpty { return nil }
            defer { (isNew, changes, mustLookAgain) = (false, [], false) }
            return isNew ? .start : mustLookAgain ? .everything : .changed(changes)
        }
    }

    private let channel: any Channel
    private let state: Mutex<State>

    init(_ teller: some Teller, on channel: any Channel) {
        self.channel = channel
        state = Mutex(State(teller: teller))
    }

    func start() { note { $0.isNew = true } }

    func tell(_ change: ConversationFeed.Change) {
        note { state in
            guard !state.mustLookAgain else { return }
            state.changes.removeAll { $0.conversation == change.conversation }
            state.changes.append(change)
            if state.changes.count > ConversationFeed.maximumKept { (state.changes, state.mustLookAgain) = ([], true) }
        }
    }

    func lookAgain() { note { ($0.changes, $0.mustLookAgain) = ([], true) } }

    /// Says on the stream that it is alive, unless something is being told anyway.
    func beat() {
        guard state.withLock({ $0.teller != nil }) else { return }
        channel.eventLoop.execute { _ = self.write([EventStream.heartbeat]) }
    }

    /// Ends the stream in an orderly way, as the process is to end.
    func end() {
        channel.eventLoop.execute {
            self.state.withLock { $0.isOver = true }
            (try? ChunkWriter(self.channel))?.finish()
            self.channel.close(promise: nil)
        }
    }

    private func note(_ happened: (inout State) -> Void) {
        let begins = state.withLock { state in
            happened(&state)
            guard let teller = state.teller, let news = state.takeNews() else { return nil as (any Teller, ConversationFeed.News)? }
            state.teller = nil
            return (teller, news)
        }
        if let (teller, news) = begins { Task { await tell(news, by: teller) } }
    }

    private func tell(_ news: ConversationFeed.News, by teller: any Teller) async {
        var (teller, news) = (teller, news as ConversationFeed.News?)
        while let current = news {
            do {
                let events = try await teller.events(of: current)
                // Until it is out: to one who is slow, all that happens meanwhile is told at once.
                try await channel.eventLoop.flatSubmit { self.write(events) }.get()
            } catch {
                return channel.close(promise: nil)
            }
            news = next(teller)
        }
    }

    private func next(_ teller: any Teller) -> ConversationFeed.News? {
        state.withLock { state in
            let news = state.takeNews()
            if news == nil { state.teller = teller }
            return news
        }
    }

    /// From the event loop.
    private func write(_ events: [ByteBuffer]) -> EventLoopFuture<Void> {
        let isOver = state.withLock { $0.isOver }
        guard !events.isEmpty, !isOver else { return channel.eventLoop.makeSucceededVoidFuture() }
        do {
            var chunks = try ChunkWriter(channel)
            return chunks.write { buffer in
                for event in events { buffer.writeImmutableBuffer(event) }
            }
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
    }
}
