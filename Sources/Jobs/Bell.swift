import Synchronization

/// Wakes one sleeper. A ring that nobody hears is kept for the next.
final class Bell: Sendable {
    private struct State {
        var isRung = false
        var sleeper: UnsafeContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func ring() {
        let sleeper = state.withLock { state in
            defer { state.sleeper = nil }
            state.isRung = state.sleeper == nil
            return state.sleeper
        }
        sleeper?.resume()
    }

    /// Returns at once if it has rung since the last time.
    func wait(atMost limit: Duration) async {
        if heard() { return }
        let alarm = Task {
            try await Task.sleep(for: limit)
            ring()
        }
        await withUnsafeContinuation { continuation in
            let isRung = state.withLock { state in
                if !state.isRung { state.sleeper = continuation }
                defer { state.isRung = false }
                return state.isRung
            }
            if isRung { continuation.resume() }
        }
        alarm.cancel()
    }

    private func heard() -> Bool {
        state.withLock { state in
            defer { state.isRung = false }
            return state.isRung
        }
    }
}
