import Curl
import Synchronization

/// Which endpoints are in trouble, as this process has seen: visitors shouldn't wait for one of them while there is another.
final class Circuits: Sendable {
    /// Failures in a row after which an endpoint is left alone.
    static let tolerated = 3
    static let pause = Duration.seconds(30)
    /// Endpoints that are remembered; beyond, all are forgotten.
    static let maximum = 10_000

    private struct State {
        var failures = 0
        var pausedUntil: ContinuousClock.Instant?
        var form = ModelRequest.Form.full
    }
    private let states = Mutex([ModelEndpoint.ID: State]())

    /// Those that may be asked now, in their order; all of them where each is in trouble, as a try costs little then.
    func usable(_ endpoints: [ModelEndpoint], at now: ContinuousClock.Instant = .now) -> [ModelEndpoint] {
        let usable = states.withLock { states in endpoints.filter { (states[$0.id]?.pausedUntil ?? now) <= now } }
        return usable.isEmpty ? endpoints : usable
    }

    func isPaused(_ endpoint: ModelEndpoint, at now: ContinuousClock.Instant = .now) -> Bool {
        states.withLock { ($0[endpoint.id]?.pausedUntil ?? now) > now }
    }

    func succeeded(_ endpoint: ModelEndpoint, in form: ModelRequest.Form = .full) {
        change(endpoint) { $0 = State(form: form) }
    }

    /// One that doesn't take the key, or lets visitors wait in vain, is paused at once; after its pause, one failure more
    /// does that again.
    func failed(_ endpoint: ModelEndpoint, _ error: any Error, at now: ContinuousClock.Instant = .now) {
        if (error as? ProviderTrouble)?.isAboutAnswer == true { return }
        let isHopeless = (error as? ProviderTrouble)?.isAboutKey == true || (error as? CurlError)?.isSlowness == true
        change(endpoint) {
            $0.failures = isHopeless ? Self.tolerated : min($0.failures + 1, Self.tolerated)
            if $0.failures >= Self.tolerated { $0.pausedUntil = now + Self.pause }
        }
    }

    /// What it took last.
    func form(_ endpoint: ModelEndpoint) -> ModelRequest.Form { states.withLock { $0[endpoint.id]?.form ?? .full } }

    private func change(_ endpoint: ModelEndpoint, _ body: (inout State) -> Void) {
        states.withLock { states in
            if states.count >= Self.maximum, states[endpoint.id] == nil { states.removeAll() }
            body(&states[endpoint.id, default: State()])
        }
    }
}

extension CurlError {
    fileprivate var isSlowness: Bool {
        switch self {
        case .silent, .timedOut: true
        default: false
        }
    }
}
