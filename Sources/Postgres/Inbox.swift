internal import CPostgres
import Glibc
import Synchronization

/// What other threads ask of the loop.
enum Command: Sendable {
    case run(Work)
    /// Takes a connection for this transaction alone; the work is its `begin`.
    case begin(Work, TransactionID)
    case runInTransaction(Work, TransactionID)
    /// The work is the `commit` or `rollback` after which the connection is free again.
    case end(Work, TransactionID)
    /// Opens connections before they are needed, from now on; the continuation is resumed when the first are warm.
    case keepWarm(CheckedContinuation<Void, Never>)
    case subscribe(Subscription)
    case unsubscribe(Subscription)
    case dialed(DialedConnection)
    case cancelSent(connection: UInt64)
    /// The continuation is resumed when all connections are closed.
    case close(deadline: UInt64, CheckedContinuation<Void, Never>?)

    var work: Work? {
        switch self {
        case .run(let work), .begin(let work, _), .runInTransaction(let work, _), .end(let work, _): work
        default: nil
        }
    }
}

/// Where commands wait for the loop, which is woken only if it sleeps.
final class Inbox: Sendable {
    private struct State {
        var commands: [Command] = []
        var isAsleep = false
        var isClosed = false
    }
    private let state = Mutex(State())
    let bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))

    deinit { Glibc.close(bell) }

    /// From any thread. False if nobody reads any more.
    func send(_ command: Command) -> Bool {
        let (isOpen, wakes) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.commands.append(command)
            defer { state.isAsleep = false }
            return (true, state.isAsleep)
        }
        if wakes { ring() }
        return isOpen
    }

    /// True if the loop may sleep; whoever sends from then on wakes it.
    func fallAsleep() -> Bool {
        state.withLock { state in
            state.isAsleep = state.commands.isEmpty
            return state.isAsleep
        }
    }

    /// Exchanges the commands for an empty array, whose storage is used next.
    func take(_ commands: inout [Command]) {
        state.withLock { state in
            state.isAsleep = false
            swap(&state.commands, &commands)
        }
    }

    /// The commands that came too late.
    func close() -> [Command] {
        state.withLock { state in
            state.isClosed = true
            defer { state.commands = [] }
            return state.commands
        }
    }

    private func ring() {
        var one: UInt64 = 1
        _ = write(bell, &one, 8)
    }
}
