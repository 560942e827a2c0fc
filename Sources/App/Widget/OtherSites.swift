import HTTPTypes
import Hummingbird

/// What pages of other sites may do with a bot: frame its chat, and call the routes that are made for it.
enum OtherSites {
    /// The only routes that a browser may send something to from another site. They take no cookie.
    static let paths = ["/api/send/", "/api/stream/", "/api/chat/"]
    /// For which a browser remembers what it may send.
    static let preflightSeconds = 600

    /// The headers that let a page of this origin read the answer. Without an origin, a program asks.
    /// - Throws: a refusal where the bot's owner has named sites, and this isn't one.
    static func headers(for request: Request, to bot: Bot, scheme: String) throws(Failure) -> HTTPFields {
        guard let origin = request.headers[.origin], !request.isOfOwnOrigin(scheme) else { return [.vary: "Origin"] }
        guard bot.allows(origin) else { throw .siteNotAllowed }
        return [.accessControlAllowOrigin: bot.allowedSites.isEmpty ? "*" : origin, .vary: "Origin"]
    }
}

extension Bot {
    /// Whether pages of this origin may show it. Exactly this one: no other scheme, host or port.
    func allows(_ origin: String) -> Bool {
        if allowedSites.isEmpty { return true }
        return Origin(origin).map { origin in allowedSites.contains { Origin($0) == origin } } ?? false
    }
}

extension Response {
    /// Lets the page stand in frames of these sites; of any if there are none.
    mutating func allowFrames(on sites: [String]) {
        guard let policy = headers[.contentSecurityPolicy] else { return }
        let ancestors = sites.isEmpty ? "*" : sites.joined(separator: " ")
        headers[.contentSecurityPolicy] = policy.replacing("frame-ancestors 'none'", with: "frame-ancestors \(ancestors)")
        headers[.xFrameOptions] = nil
        headers[.crossOriginOpenerPolicy] = nil
    }
}

extension Failure {
    static let siteNotAllowed = Failure(
        status: .forbidden, code: "site_not_allowed",
        message: "This site isn’t among those that may use this bot. Its owner can add it, under Widget.")
}
