import Curl

/// Why a key or an address can't be used, for the person who has just entered it.
enum CredentialProblem: Error, Equatable {
    case keyIsMissing
    /// Characters that no key has, or too many of them.
    case keyIsOdd
    case keyIsRefused
    case creditIsUsedUp
    case addressIsMissing
    case address(URLProblem)
    case addressIsNotEncrypted
    case cannotBeReached
    case timedOut
    case leadsElsewhere
    /// Something answers there, but not as a provider does.
    case isNoProvider
    case isBusy
    case modelIsUnknown(String)

    var sentence: String {
        switch self {
        case .keyIsMissing: "Please enter the key."
        case .keyIsOdd: "This doesn’t look like a key. Please copy it once more, without blanks or quotes."
        case .keyIsRefused: "The provider doesn’t take this key. Please check that it was copied whole and is still valid."
        case .creditIsUsedUp: "The provider takes this key, but says that its credit is used up. Please top it up there first."
        case .addressIsMissing: "Please enter the server’s address, such as https://models.example.com/v1."
        case .address(let problem): problem.sentence
        case .addressIsNotEncrypted: "Please use an address with https://, so that nobody on the way can read the key."
        case .cannotBeReached: "Nothing answers at this address. Please check its spelling, and that the server is running."
        case .timedOut: "The server took too long to answer. Please try again in a moment."
        case .leadsElsewhere: "This address leads on to another one. Please enter that one instead."
        case .isNoProvider: "Something answers at this address, but not as a model’s server does. Often such an address ends in /v1."
        case .isBusy: "The provider can’t check the key just now. Please try again in a minute."
        case .modelIsUnknown(let model): "The provider has no model called “\(model)”. Please check its name."
        }
    }

    /// Whether it is the address rather than the key that has to be mended.
    var isAboutAddress: Bool {
        switch self {
        case .addressIsMissing, .address, .addressIsNotEncrypted, .cannotBeReached, .leadsElsewhere, .isNoProvider: true
        default: false
        }
    }

    init(_ error: CurlError) {
        self =
            switch error {
            case .invalidURL(let problem), .addressNotAllowed(let problem), .redirectNotAllowed(let problem): .address(problem)
            case .invalidHeader: .keyIsOdd
            case .timedOut, .silent: .timedOut
            case .overloaded, .cancelled, .shutdown: .isBusy
            case .bodyTooLarge, .headersTooLarge, .protocolViolation, .cut: .isNoProvider
            default: .cannotBeReached
            }
    }

    /// nil for a status that says that all is well.
    init?(status: Int) {
        switch status {
        case 200: return nil
        // 400 is what some answer to a key that can't be one.
        case 400, 401, 403: self = .keyIsRefused
        case 402: self = .creditIsUsedUp
        case 300..<400: self = .leadsElsewhere
        case 408, 429, 500...: self = .isBusy
        default: self = .isNoProvider
        }
    }
}
