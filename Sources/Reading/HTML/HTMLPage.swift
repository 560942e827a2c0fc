/// What a page of HTML says, and what it says of itself.
struct HTMLPage: Sendable {
    struct Link: Sendable {
        var address: String
        /// The page asks not to follow it.
        var isNofollow: Bool
    }

    static let maximumLinks = 5_000

    var title: String?
    var blocks: [Block] = []
    var links: [Link] = []
    /// Where relative links start, if not at the page's own address.
    var base: String?
    var canonical: String?
    /// `<meta name="robots">` asks not to use the page, not to follow its links.
    var isNoindex = false
    var isNofollow = false

    mutating func note(_ tag: HTMLTokenizer.Tag, _ string: (Range<Int>) -> String) {
        func attribute(_ name: String) -> String? { tag.attributes.first { $0.name == name }.map { string($0.value) } }
        let relations = attribute("rel")?.lowercased().split(separator: " ") ?? []
        switch tag.name {
        case "a", "area":
            guard links.count < Self.maximumLinks, let address = attribute("href") else { return }
            links.append(Link(address: address, isNofollow: relations.contains("nofollow")))
        case "base": base = base ?? attribute("href")
        case "link": if relations.contains("canonical") { canonical = canonical ?? attribute("href") }
        case "meta":
            guard let content = attribute("content") else { return }
            note(attribute("name")?.lowercased() ?? attribute("http-equiv")?.lowercased() ?? "", content)
        default: break
        }
    }

    private mutating func note(_ name: String, _ content: String) {
        if name == "robots" || name == "frontdeskbot" {
            let words = content.lowercased().split { $0 == "," || $0 == " " }
            if words.contains("noindex") || words.contains("none") { isNoindex = true }
            if words.contains("nofollow") || words.contains("none") { isNofollow = true }
        } else if name == "refresh", let mark = content.lowercased().firstRange(of: "url="), links.count < Self.maximumLinks {
            let address = content[mark.upperBound...].trimmingPrefix { $0 == "'" || $0 == "\"" || $0 == " " }
            links.append(Link(address: address.filter { $0 != "'" && $0 != "\"" }, isNofollow: false))
        }
    }
}
