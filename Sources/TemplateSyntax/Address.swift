/// The literal parts of a URL attribute.
struct Address {
    /// Up to the first hole.
    let prefix: String
    /// Behind the first hole, in which further holes are U+FFFD.
    let rest: String
    let isOnImage: Bool

    /// Why the literal text is refused, or nil.
    var refusal: String? {
        let prefix = Self.harmlessReferences.reduce(prefix) { $0.replacing($1, with: "/") }
        let start = prefix.prefix { !"/?#:".contains($0) }
        if start.contains("&") {
            return "a character reference in the scheme of an address"
        }
        let scheme = String(start.unicodeScalars.filter { $0.value > 0x20 }).lowercased()
        guard prefix.dropFirst(start.count).first == ":" else { return nil }
        if scheme == "javascript" || scheme == "vbscript" { return "\(scheme): runs a script" }
        if scheme == "data" && !isOnImage { return "data: is a page of its own" }
        return nil
    }

    /// Characters that no scheme has, as the runtime writes them.
    private static let harmlessReferences = ["&amp;", "&lt;", "&gt;", "&#34;", "&#39;"]

    /// Why a hole may not follow the literal text, or nil.
    var holeRefusal: String? {
        let text = prefix.lowercased()
        if !prefix.contains(where: { "/?#:".contains($0) }), let next = rest.first(where: { "/?#:&".contains($0) }),
            next == ":" || next == "&"
        {
            return "a hole in the scheme of an address; make the whole address one hole"
        }
        let afterScheme: Substring
        if text.hasPrefix("//") {
            afterScheme = text.dropFirst(2)
        } else if text.hasPrefix("http:") || text.hasPrefix("https:") {
            afterScheme = text.drop { $0 != ":" }.dropFirst().drop { $0 == "/" }
        } else if text.hasPrefix("data:") {
            return "a hole in a data: address"
        } else {
            return nil
        }
        if afterScheme.contains(where: { "/?#".contains($0) }) { return nil }
        return "a hole in the host of an address; make the whole address one hole"
    }

    /// Whether the address certainly stays where the literal text says: on our own host or on a named one.
    var namesItsHost: Bool {
        (prefix.hasPrefix("/") && !prefix.hasPrefix("//")) || (prefix.hasPrefix("https://") && holeRefusal == nil)
    }
}
