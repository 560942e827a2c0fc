/// The address of a page in one spelling, so that no page is read twice: without fragment, default port and what only
/// counts visits, dots in the path resolved. What may be requested is not decided here but by Curl's guard.
struct PageAddress: Hashable, Sendable {
    static let maximumBytes = 2_000

    var isSecure: Bool
    /// In lower case, with the port where it isn't the usual one.
    var host: String
    var path: String
    var query: String?

    var origin: String { (isSecure ? "https://" : "http://") + host }
    var text: String { origin + target }
    /// Path and query, as robots.txt means them.
    var target: String { path + (query.map { "?" + $0 } ?? "") }

    /// An absolute address; nil where it is none of the web's.
    init?(_ text: String) {
        guard let bytes = Self.plain(text) else { return nil }
        let schemeEnd = bytes.firstIndex(of: UInt8(ascii: ":")) ?? 0
        switch String(decoding: bytes[..<schemeEnd], as: UTF8.self).lowercased() {
        case "http": isSecure = false
        case "https": isSecure = true
        default: return nil
        }
        let rest = bytes[(schemeEnd + 1)...]
        guard rest.starts(with: "//".utf8) else { return nil }
        let authority = rest.dropFirst(2).prefix { !"/?#".utf8.contains($0) }
        guard let host = Self.host(authority, isSecure: isSecure) else { return nil }
        self.host = host
        (path, query) = Self.target(bytes[authority.endIndex...], base: "/")
        guard self.text.utf8.count <= Self.maximumBytes else { return nil }
    }

    /// What a link on this page means.
    func following(_ link: String) -> PageAddress? {
        guard let bytes = Self.plain(link) else { return nil }
        if bytes.starts(with: "//".utf8) { return PageAddress((isSecure ? "https:" : "http:") + String(decoding: bytes, as: UTF8.self)) }
        if let mark = bytes.first(where: { ":/?#".utf8.contains($0) }), mark == UInt8(ascii: ":") { return PageAddress(link) }
        var address = self
        if bytes.first == UInt8(ascii: "#") || bytes.isEmpty { return self }
        (address.path, address.query) = Self.target(bytes[...], base: path)
        return address.text.utf8.count <= Self.maximumBytes ? address : nil
    }

    /// In lower case, without its dot.
    var fileExtension: String {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: ".") else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    /// As browsers read an address: no space around it, no line ends in it. Never a backslash or a control character.
    private static func plain(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= maximumBytes * 2 else { return nil }
        var bytes = text.utf8.filter { $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        while bytes.last == 0x20 { bytes.removeLast() }
        let start = bytes.firstIndex { $0 != 0x20 } ?? bytes.endIndex
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else { return nil }
        return Array(bytes[start...])
    }

    private static func host(_ authority: ArraySlice<UInt8>, isSecure: Bool) -> String? {
        let text = String(decoding: authority, as: UTF8.self).lowercased()
        let name = text.hasPrefix("[") ? text.prefix { $0 != "]" } + "]" : text.prefix { $0 != ":" }
        let port = text.dropFirst(name.count)
        guard !name.isEmpty, !name.contains(where: { "@% ".contains($0) }), port.isEmpty || port.first == ":" else { return nil }
        let digits = port.dropFirst()
        guard digits.utf8.count <= 5, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let isUsual = digits.isEmpty || Int(digits) == (isSecure ? 443 : 80)
        return isUsual ? String(name) : "\(name):\(digits)"
    }

    private static func target(_ bytes: ArraySlice<UInt8>, base: String) -> (path: String, query: String?) {
        let withoutFragment = bytes.prefix { $0 != UInt8(ascii: "#") }
        let path = withoutFragment.prefix { $0 != UInt8(ascii: "?") }
        let query = withoutFragment[path.endIndex...].dropFirst()
        var text = escaped(path)
        if text.isEmpty {
            text = base
        } else if !text.hasPrefix("/") {
            text = base[...(base.lastIndex(of: "/") ?? base.startIndex)] + text
        }
        return (withoutDots(text), counted(escaped(query)))
    }

    /// RFC 3986, 5.2.4.
    private static func withoutDots(_ path: String) -> String {
        var kept: [Substring] = []
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for part in parts where part != "." {
            if part == ".." { _ = kept.popLast() } else { kept.append(part) }
        }
        if parts.last == "." || parts.last == ".." { kept.append("") }
        return "/" + kept.joined(separator: "/")
    }

    private static func escaped(_ bytes: ArraySlice<UInt8>) -> String {
        guard bytes.contains(where: needsEscape) else { return String(decoding: bytes, as: UTF8.self) }
        let digits = Array("0123456789ABCDEF".utf8)
        let escaped = bytes.flatMap { byte in
            needsEscape(byte) ? [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]] : [byte]
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    private static func needsEscape(_ byte: UInt8) -> Bool { byte >= 0x80 || " \"<>`{}|^".utf8.contains(byte) }

    private static let counters: Set<String> = [
        "fbclid", "gclid", "dclid", "msclkid", "yclid", "mc_cid", "mc_eid", "_ga", "_gl", "igshid", "phpsessid", "jsessionid", "sessionid",
    ]

    private static func counted(_ query: String) -> String? {
        let parts = query.split(separator: "&").filter { part in
            let name = part.prefix { $0 != "=" }.lowercased()
            return !counters.contains(name) && !name.hasPrefix("utm_")
        }
        return parts.isEmpty ? nil : parts.joined(separator: "&")
    }
}
