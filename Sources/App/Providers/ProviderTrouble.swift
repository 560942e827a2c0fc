import Curl

/// What a provider did instead of answering. Never holds the provider's words, which may hold the key.
enum ProviderTrouble: Error, Equatable {
    /// `retryAfter` is in seconds.
    case refused(status: Int, retryAfter: Int?)
    /// Something that isn't an event of its protocol.
    case malformed
    /// The stream ended in the middle.
    case cut
    /// An error that was sent inside the stream.
    case failed
    case empty
    /// A filter of the provider's, or the model itself, refused to answer.
    case filtered
    /// The model thought for as long as it may, and said nothing.
    case usedUp

    /// Whether the same request may succeed a moment later. 529 is Anthropic's for being overloaded.
    var isTransient: Bool {
        switch self {
        case .refused(let status, _): [408, 409, 425, 429].contains(status) || status >= 500
        case .malformed, .cut, .failed, .empty: true
        case .filtered, .usedUp: false
        }
    }

    /// Whether no request with this key will succeed.
    var isAboutKey: Bool {
        if case .refused(let status, _) = self { [401, 402, 403].contains(status) } else { false }
    }

    /// Whether the request itself was wrong, as where a model doesn't take a temperature.
    var isAboutRequest: Bool {
        if case .refused(let status, _) = self { [400, 422].contains(status) } else { false }
    }

    /// Whether it says nothing of the endpoint: another question may well be answered.
    var isAboutAnswer: Bool { self == .filtered || self == .usedUp }

    /// A short, stable name for the log.
    var category: String {
        switch self {
        case .refused(let status, _): "status_\(status)"
        case .malformed: "malformed"
        case .cut: "cut"
        case .failed: "failed"
        case .empty: "empty"
        case .filtered: "filtered"
        case .usedUp: "used_up"
        }
    }

    static func category(of error: any Error) -> String {
        switch error {
        case let trouble as ProviderTrouble: trouble.category
        case let error as CurlError: error.category
        default: "unexpected"
        }
    }
}
