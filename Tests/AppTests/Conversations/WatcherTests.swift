import FoundationEssentials
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Synchronization
import Testing

@testable import App

@Suite("Watchers") struct WatcherTests {
    private static let (account, bot) = (UUID(), UUID())

    private func change(_ number: Int, of conversation: UUID = UUID()) -> ConversationFeed.Change {
        ConversationFeed.Change(number: number, account: Self.account, bot: Self.bot, conversation: conversation)
    }

    /// The news that reach a teller who is busy with the first while `changes` happen.
    private func told(during changes: (Watcher) -> Void) async throws -> [String] {
        let channel = try await channel()
        let teller = Slow()
        let watcher = Watcher(teller, on: channel)
        watcher.start()
        #expect(try await eventually { teller.heard.withLock { $0.count } == 1 })
        changes(watcher)
        teller.gate.finish()
        #expect(try await eventually { teller.heard.withLock { $0.count } == 2 })
        return teller.heard.withLock { $0 }
    }

    private func channel() async throws -> NIOAsyncTestingChannel {
        let channel = NIOAsyncTestingChannel()
        try await channel.pipeline.addHandler(HTTPResponseEncoder()).get()
        try await channel.connect(to: SocketAddress(ipAddress: "198.51.100.7", port: 40_000)).get()
        return channel
    }

    @Test("What happens while one is told is told afterwards, each conversation once, by its newest change")
    func coalesced() async throws {
        let busy = UUID()
        let heard = try await told { watcher in
            watcher.tell(change(1, of: busy))
            watcher.tell(change(2))
            watcher.tell(change(3, of: busy))
        }
        #expect(heard == ["start", "changed 2 3"])
    }

    @Test("Who missed more than is kept looks at everything again")
    func tooMany() async throws {
        let heard = try await told { watcher in
            for number in 0...ConversationFeed.maximumKept { watcher.tell(change(number)) }
            watcher.tell(change(1_000))
        }
        #expect(heard == ["start", "everything"])
    }

    @Test("The events of one piece of news come in one chunk, and the end of the process ends the body and the connection")
    func written() async throws {
        let channel = try await channel()
        let watcher = Watcher(Slow(events: ["a\n\n", "bc\n\n"], waits: false), on: channel)
        watcher.start()
        let chunk = try await channel.waitForOutboundWrite(as: IOData.self)
        #expect(chunk == .byteBuffer(ByteBuffer(string: "7\r\na\n\nbc\n\n\r\n")))
        watcher.end()
        #expect(try await channel.waitForOutboundWrite(as: IOData.self) == .byteBuffer(ByteBuffer(string: "0\r\n\r\n")))
        try await channel.closeFuture.get()
    }

    @Test("A stream whose teller fails is cut off, so that its reader comes back")
    func failed() async throws {
        let channel = try await channel()
        Watcher(Failing(), on: channel).start()
        try await channel.closeFuture.get()
    }
}

/// Notes what it is told. It takes its time with the first.
private struct Slow: Teller {
    let heard = Shared([String]())
    let gate: AsyncStream<Void>.Continuation
    private let opening: AsyncStream<Void>
    private let written: [String]

    init(events: [String] = [], waits: Bool = true) {
        (opening, gate) = AsyncStream.makeStream()
        written = events
        if !waits { gate.finish() }
    }

    func events(of news: ConversationFeed.News) async throws -> [ByteBuffer] {
        heard.withLock { heard in
            switch news {
            case .start: heard.append("start")
            case .everything: heard.append("everything")
            case .changed(let changes): heard.append("changed " + changes.map { "\($0.number)" }.joined(separator: " "))
            }
        }
        for await _ in opening {}
        return written.map { ByteBuffer(string: $0) }
    }
}

private struct Failing: Teller {
    func events(of news: ConversationFeed.News) async throws -> [ByteBuffer] { throw CancellationError() }
}

private final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func withLock<R>(_ body: (inout Value) -> R) -> R { value.withLock { body(&$0) } }
}
