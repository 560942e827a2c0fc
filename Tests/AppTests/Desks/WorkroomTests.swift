import FoundationEssentials
import Glibc
import NIOPosix
import Synchronization
import Testing

@testable import App

@Suite("The workroom")
struct WorkroomTests {
    private let ours = UUID()
    private let theirs = UUID()
    private let others = UUID()

    /// Work that stalls, and has begun when this returns.
    private func stall(_ room: Workroom, _ account: UUID, _ length: Workroom.Length = .short) async -> Stalled {
        let stalled = Stalled()
        stalled.task = Task { try await room.run(for: account, length) { _ in stalled.stall() } }
        await stalled.hasBegun()
        return stalled
    }

    /// Waits until so many wait.
    private func waiting(_ count: Int, in room: Workroom) async throws {
        while room.waiting != count { try await Task.sleep(for: .milliseconds(1)) }
    }

    @Test(
        "Work is done on a thread of its own, which gives way to others where it is long",
        arguments: [(Workroom.Length.long, true), (.short, false)])
    func ownThread(length: Workroom.Length, givesWay: Bool) async throws {
        let loops = MultiThreadedEventLoopGroup.singleton
        let here = try await loops.next().submit { pthread_self() }.get()
        let (there, policy, isLoop) = try await Workroom().run(for: ours, length) { _ in
            (pthread_self(), sched_getscheduler(0), MultiThreadedEventLoopGroup.currentEventLoop != nil)
        }
        let idle: Int32 = 5  // SCHED_IDLE
        #expect(there != here && !isLoop && (policy == idle) == givesWay)
    }

    @Test("While an account's threads stall, another's work goes on")
    func stalled() async throws {
        let room = Workroom(seats: 3)
        let stalled = [await stall(room, ours), await stall(room, ours)]
        let third = Task { try await room.run(for: ours) { _ in true } }
        try await waiting(1, in: room)
        #expect(try await room.run(for: theirs) { _ in true })
        #expect(room.waiting == 1, "an account never has all seats")
        for one in stalled { one.go() }
        #expect(try await third.value)
    }

    @Test("However many have long work, a seat is left for what is short")
    func short() async throws {
        let room = Workroom(seats: 3)
        let stalled = [await stall(room, ours, .long), await stall(room, theirs, .long)]
        let long = [others, ours].map { account in Task { try await room.run(for: account, .long) { _ in true } } }
        try await waiting(2, in: room)
        for account in [others, ours] { #expect(try await room.run(for: account) { _ in true }) }
        #expect(room.waiting == 2)
        for one in stalled { one.go() }
        for one in long { #expect(try await one.value) }
    }

    @Test("Accounts take turns, whoever has asked for more")
    func turns() async throws {
        let room = Workroom(seats: 2)
        let order = Order()
        let stalled = [await stall(room, UUID()), await stall(room, UUID())]
        var tasks: [Task<Void, any Error>] = []
        for (account, name) in [(ours, "ours"), (ours, "ours again"), (theirs, "theirs")] {
            tasks.append(Task { try await room.run(for: account) { _ in order.append(name) } })
            try await waiting(tasks.count, in: room)
        }
        stalled[0].go()
        for task in tasks { try await task.value }
        stalled[1].go()
        #expect(order.names == ["ours", "theirs", "ours again"])
    }

    @Test("An account for which too much waits is refused, and another isn't")
    func crowded() async throws {
        let room = Workroom(seats: 2)
        let stalled = [await stall(room, UUID()), await stall(room, UUID())]
        let tasks = (0..<Workroom.maximumWaitingOfAccount).map { _ in Task { try await room.run(for: ours) { _ in } } }
        try await waiting(tasks.count, in: room)
        let refused = await #expect(throws: Failure.self) { try await room.run(for: ours) { _ in } }
        #expect(refused?.code == "overloaded" && refused?.retryAfter != nil)
        let other = Task { try await room.run(for: theirs) { _ in true } }
        try await waiting(tasks.count + 1, in: room)
        for one in stalled { one.go() }
        #expect(try await other.value)
        for task in tasks { try await task.value }
    }

    @Test("Who goes away while waiting leaves the queue, and what fails its seat")
    func leaving() async throws {
        let room = Workroom(seats: 2)
        let stalled = await stall(room, ours)
        let task = Task { try await room.run(for: ours) { _ in } }
        try await waiting(1, in: room)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(room.waiting == 0)
        stalled.go()
        for _ in 0..<5 { await #expect(throws: Failure.self) { try await room.run(for: ours) { _ in throw Failure.notFound } } }
    }
}

private final class Order: Sendable {
    private let state = Mutex<[String]>([])

    func append(_ name: String) { state.withLock { $0.append(name) } }
    var names: [String] { state.withLock { $0 } }
}

/// Work that waits until it is told to go on.
final class Stalled: Sendable {
    private let state = Mutex((hasBegun: false, mayGo: false))
    private let running = Mutex<Task<Void, any Error>?>(nil)

    var task: Task<Void, any Error>? {
        get { running.withLock { $0 } }
        set { running.withLock { $0 = newValue } }
    }

    /// On the thread that stalls.
    func stall() {
        state.withLock { $0.hasBegun = true }
        while !state.withLock({ $0.mayGo }) { usleep(500) }
    }

    func hasBegun() async {
        while !state.withLock({ $0.hasBegun }) { await Task.yield() }
    }

    func go() { state.withLock { $0.mayGo = true } }
}
