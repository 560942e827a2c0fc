import HTTPTypes
import Hummingbird

/// What the page that a change goes on to says, once: a cookie names it from the one to the other.
enum Said: String, Sendable {
    case saved, added, reading, importing, sent, removed, deleted, restored, ready, read, invited, tried, keyTaken, discarded

    static let cookieName = "said"
    /// Between the change and its page.
    static let seconds = 60

    var sentence: String {
        switch self {
        case .saved: "Saved."
        case .added: "Added."
        case .reading: "Added. It’s being read now; you see in the list what comes of it."
        case .importing: "It’s being imported. You see below what comes of it."
        case .sent: "Sent."
        case .removed: "Removed."
        case .deleted: "Deleted."
        case .restored: "Restored. Your bot answers with it from now on."
        case .ready: "Your bot is ready. Try it: ask something."
        case .read: "It’s being read again."
        case .invited: "Invitation sent."
        case .tried: "We’ve sent a test lead. What came of it is listed below in a moment."
        case .discarded: "Discarded. Your bot stays as it is."
        case .keyTaken: "Saved. The provider takes this key."
        }
    }

    /// It says nothing of anybody, and only words of ours can be named.
    var cookie: HTTPField { Self.cookie(rawValue, Self.seconds) }
    static let forgetting = cookie("", 0)

    private static func cookie(_ value: String, _ seconds: Int) -> HTTPField {
        HTTPField(name: .setCookie, value: "\(cookieName)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax")
    }
}

extension Request {
    /// What was done before a browser came to this page.
    var said: Said? {
        guard Output(for: self) == .page, method == .get else { return nil }
        let pairs = headers[values: .cookie].flatMap { $0.split(separator: ";") }.map(\.trimmingBlanks)
        return pairs.first { $0.hasPrefix("\(Said.cookieName)=") }.flatMap {
            Said(rawValue: String($0.dropFirst(Said.cookieName.utf8.count + 1)))
        }
    }
}
