/// The origins whose pages may show a bot, as its owner types them.
enum AllowedSites {
    static let maximum = 20
    /// Bytes of an origin.
    private static let maximumLength = 253
    /// Characters of what is wrong.
    private static let shownLength = 60

    /// Reads addresses, one a line or separated by commas; of each, the origin counts. Without a scheme, https is meant.
    /// - Throws: `Failure.invalid` with what is wrong with the first that can't be one.
    static func read(_ text: String) throws(Failure) -> [String] {
        var sites: [String] = []
        for part in text.split(whereSeparator: { $0.isWhitespace || $0 == "," }) {
            let site = try origin(part.lowercased())
            if !sites.contains(site) { sites.append(site) }
            guard sites.count <= maximum else { throw problem("These can be up to \(maximum) sites.") }
        }
        return sites
    }

    private static func origin(_ text: String) throws(Failure) -> String {
        let address = text.contains("://") ? text : "https://" + text
        guard let scheme = ["https://", "http://"].first(where: address.hasPrefix) else {
            throw problem("“\(shown(text))” must begin with https://.")
        }
        let authority = address.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard isHost(parts.first ?? ""), parts.count == 1 || parts.count == 2 && isPort(parts[1]) else {
            throw problem(
                "“\(shown(text))” isn’t a site’s address. It looks like https://www.shop.example, with xn-- where it has letters such as ü."
            )
        }
        let usualPort = scheme == "https://" ? "443" : "80"
        let port = parts.dropFirst().first.flatMap { $0 == usualPort ? nil : ":\($0)" } ?? ""
        return "\(scheme)\(parts[0])\(port)"
    }

    /// Letters, digits, hyphens and dots: what can't end a policy's directive or begin another.
    private static func isHost(_ text: Substring) -> Bool {
        let isPlain = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return isPlain && text.utf8.count <= maximumLength && labels.allSatisfy { !$0.isEmpty } && (labels.count > 1 || text == "localhost")
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.utf8.count <= 5 && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            && UInt16(text).map { $0 > 0 } ?? false
    }

    /// Enough of it to be found again.
    private static func shown(_ text: String) -> String { text.count > shownLength ? text.prefix(shownLength) + "…" : text }

    private static func problem(_ sentence: String) -> Failure { .invalid(["allowed_sites": sentence]) }
}
