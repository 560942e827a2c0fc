import Hummingbird

/// A host and perhaps a port, as a request's `Host` names them.
struct Authority: Sendable, Equatable {
    private static let maximumBytes = 255

    /// In lower case; an IPv6 address in its brackets.
    let host: String
    let port: UInt16?

    /// nil for what can't be one.
    init?(_ text: some StringProtocol) {
        let text = text.lowercased()
        let hostEnd = text.first == "[" ? text.firstIndex(of: "]").map(text.index(after:)) : text.firstIndex(of: ":") ?? text.endIndex
        guard let hostEnd, text.utf8.count <= Self.maximumBytes else { return nil }
        host = String(text[..<hostEnd])
        let rest = text[hostEnd...]
        port = rest.isEmpty ? nil : Self.port(rest)
        guard Self.isHost(host), rest.isEmpty || port != nil else { return nil }
    }

    private static func port(_ text: Substring) -> UInt16? {
        let digits = text.dropFirst()
        guard text.first == ":", (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return UInt16(digits).flatMap { $0 > 0 ? $0 : nil }
    }

    private static func isHost(_ text: String) -> Bool {
        if text.first == "[" { return Address(String(text.dropFirst().dropLast()))?.bytes.count == 16 }
        let labels = (text.last == "." ? text.dropLast() : text[...]).split(separator: ".", omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            !label.isEmpty && label.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F }
        }
    }
}

/// Where a page comes from: scheme, host and port, which must all be the same for two origins to be one.
struct Origin: Sendable, Equatable {
    private static let ports: [String: UInt16] = ["http": 80, "https": 443]

    private let scheme: String
    private let host: String
    private let port: UInt16

    /// As a browser writes it; nil for `null`, for other schemes, and for what has a path.
    init?(_ text: String) {
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let authority = Authority(parts[1]) else { return nil }
        self.init(scheme: parts[0].lowercased(), authority)
    }

    init?(scheme: String, _ authority: Authority) {
        guard let usual = Self.ports[scheme] else { return nil }
        self.scheme = scheme
        host = authority.host
        port = authority.port ?? usual
    }
}

extension Request {
    /// Whether it names no origin, or the one that it is sent to.
    /// - Parameter scheme: by which browsers reach us.
    func isOfOwnOrigin(_ scheme: String) -> Bool {
        guard let given = headers[.origin] else { return true }
        guard let authority = head.authority.flatMap({ Authority($0) }), let origin = Origin(given) else { return false }
        return origin == Origin(scheme: scheme, authority)
    }
}
