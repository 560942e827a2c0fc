import Curl

/// Why a page of a website gave nothing; `sentence` is for the owner.
public enum PageProblem: Error, Hashable, Sendable {
    // It could not be read
    case notFound, signInOnly, refused(status: Int), serverTrouble(status: Int)
    case unknownName, noAnswer, tooSlow, unsafe, brokeOff, tooLarge, tooManyRedirects, redirectNotAllowed(URLProblem)
    case stopped, overloaded

    // There was no reason to read it
    case robots, noindex, elsewhere, file, notAPage, noText
    case copy(of: String)
    case overPages(Int), overText, outOfTime

    var isFailure: Bool {
        switch self {
        case .robots, .noindex, .elsewhere, .file, .notAPage, .noText, .copy, .overPages, .overText, .outOfTime: false
        default: true
        }
    }

    public var sentence: String {
        switch self {
        case .notFound: "There is no such page."
        case .signInOnly: "Only people who sign in can see this page."
        case .refused(let status): "The site did not give out this page (\(status))."
        case .serverTrouble(let status): "The site had trouble showing this page (\(status)). Please try again later."
        case .unknownName: "There is no site with this name. Please check the address."
        case .noAnswer: "The site does not answer. Please try again later."
        case .tooSlow: "The page took too long to load. Please try again later."
        case .unsafe: "The site's certificate is not valid, so it can't be read safely."
        case .brokeOff: "The page broke off in the middle. Please try again later."
        case .tooLarge: "The page is larger than 2 MB."
        case .tooManyRedirects: "The page leads from one address to the next without end."
        case .redirectNotAllowed(let problem): "The page leads to an address that can't be used. \(problem.sentence)"
        case .stopped: "Reading was stopped."
        case .overloaded: "The server had no room to read this page. Please try again later."

        case .robots: "The site's robots.txt asks programs not to read this page."
        case .noindex: "The page asks programs not to use it."
        case .elsewhere: "The page leads to another site."
        case .file: "This is a file. Please upload it if your bot should know it."
        case .notAPage: "This is not a page of text."
        case .noText: "There is no text of its own on this page."
        case .copy(let url): "It says the same as \(url)."
        case .overPages(let limit): "No more than \(limit) pages of a site are read."
        case .overText: "There is more text on this site than can be read; this page was left out."
        case .outOfTime: "There was no time left for this page."
        }
    }

    init(_ error: CurlError) {
        switch error {
        case .resolve, .timedOut(.resolve, _): self = .unknownName
        case .connect, .timedOut(.connect, _): self = .noAnswer
        case .tls: self = .unsafe
        case .timedOut, .silent: self = .tooSlow
        case .bodyTooLarge, .headersTooLarge: self = .tooLarge
        case .tooManyRedirects: self = .tooManyRedirects
        case .redirectNotAllowed(let problem), .addressNotAllowed(let problem), .invalidURL(let problem):
            self = .redirectNotAllowed(problem)
        case .cancelled: self = .stopped
        case .overloaded, .shutdown: self = .overloaded
        default: self = .brokeOff
        }
    }
}
