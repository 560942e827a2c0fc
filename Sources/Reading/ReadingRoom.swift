import Synchronization
import Threads

/// Where reading is done: on threads of their own, so that no visitor waits for it, and few at a time.
final class ReadingRoom: Sendable {
    static let files = ReadingRoom(seats: 2)
    static let pages = ReadingRoom(seats: 2)

    private struct State {
        var free: Int
        var lastTicket = 0
        var waiting: [(ticket: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    }

    private let state: Mutex<State>

    init(seats: Int) { state = Mutex(State(free: seats)) }

    /// Throws `.cancelled` when the task is cancelled before its turn, `.busy` when there is no thread to be had.
    /// A cancellation later is told by `Stop`.
    func run<R: Sendable>(_ work: @escaping @Sendable (Stop) -> R) async throws(ReadingProblem) -> R {
        guard await takeSeat() else { throw .cancelled }
        defer { leaveSeat() }
        let stop = Stop()
        let result: R? = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let hasStarted = startThread { continuation.resume(returning: work(stop)) }
                if !hasStarted { continuation.resume(returning: nil) }
            }
        } onCancel: {
            stop.set()
        }
        guard let result else { throw .busy }
        return result
    }

    /// False when the task was cancelled before there was one.
    private func takeSeat() async -> Bool {
        let ticket = state.withLock { state in
            state.lastTicket &+= 1
            return state.lastTicket
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiting.append((ticket, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiting.firstIndex { $0.ticket == ticket }.map { state.waiting.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: false)
        }
    }

    private func leaveSeat() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            if state.waiting.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}

/// Tells the work that nobody waits for it any more.
final class Stop: Sendable {
    private let flag = Atomic(false)

    func set() { flag.store(true, ordering: .relaxed) }
    var isSet: Bool { flag.load(ordering: .relaxed) }
}
