/// The literal start of a URL attribute, up to its first hole.
struct Address {
    let prefix: String
    let isOnImage: Bool

    /// Why the literal text is refused, or nil.
    var refusal: String? {
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

    /// Why a hole may not follow the literal text, or nil.
    var holeRefusal: String? {
        let text = prefix.lowercased()
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
