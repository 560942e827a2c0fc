/// Which addresses a link may lead to.
enum URLScheme {
    private static let allowed: [StaticString] = ["http", "https", "mailto", "tel"]
    private static let allowedInMarkdown: [StaticString] = ["http", "https", "mailto"]

    /// True for addresses without a scheme and for those with an allowed one. White space or control characters that a
    /// browser would skip make a scheme unknown.
    static func isAllowed(in url: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let scheme = scheme(of: url) else { return true }
        return allowed.contains { matches(scheme, $0) }
    }

    /// True for the addresses that a text of unknown origin may link to: outside, and said in full.
    static func isLink(_ url: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let scheme = scheme(of: url) else { return false }
        // `http:logout` stays on our own host.
        if !matches(scheme, "mailto"), !url[scheme.endIndex...].starts(with: "://".utf8) { return false }
        return allowedInMarkdown.contains { matches(scheme, $0) }
    }

    private static func scheme(of url: UnsafeBufferPointer<UInt8>) -> Slice<UnsafeBufferPointer<UInt8>>? {
        for (index, byte) in url.enumerated() {
            switch byte {
            case UInt8(ascii: ":"): return url[..<index]
            case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"): return nil
            default: continue
            }
        }
        return nil
    }

    private static func matches(_ scheme: Slice<UnsafeBufferPointer<UInt8>>, _ name: StaticString) -> Bool {
        name.withUTF8Buffer { name in
            scheme.count == name.count && zip(scheme, name).allSatisfy { $0 | 0x20 == $1 }
        }
    }
}
