internal import CCurl

/// A web address parsed once, by libcurl's own parser: what is checked is what is requested.
struct ParsedURL: Sendable {
    static let maximumBytes = 8192

    let handle: URLHandle
    let scheme: String
    /// Lower case ASCII; an IPv6 address without its brackets.
    let host: String
    let port: Int
    /// False when the host was written in a way that only some parsers read as this host: `0x7f000001`, `http:/host`, `%6c`.
    let isPlain: Bool

    init(_ text: String, schemes: Set<String> = ["http", "https"]) throws(CurlError) {
        try Self.checkBytes(of: text)
        try self.init(filling: URLHandle(curl_url()), with: text, schemes)
    }

    /// The address that a `Location` header means, seen from this one.
    func following(_ location: String) throws(CurlError) -> ParsedURL {
        let target = location.split(separator: " ", omittingEmptySubsequences: false).joined(separator: "%20")
        if target.hasPrefix("//") { return try ParsedURL("\(scheme):\(target)") }
        if Self.hasScheme(target) { return try ParsedURL(target) }
        try Self.checkBytes(of: target)
        return try ParsedURL(filling: URLHandle(curl_url_dup(handle.pointer)), with: target, [scheme], base: self)
    }

    func isSameOrigin(as other: ParsedURL) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }

    /// `example.com:443`, `[::1]:80`
    var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

    var text: String { handle.part(CURLUPART_URL) ?? "" }

    var query: String? { handle.part(CURLUPART_QUERY) }
    var decodedUser: String? { handle.part(CURLUPART_USER, UInt32(CURLU_URLDECODE)) }
    var decodedPassword: String? { handle.part(CURLUPART_PASSWORD, UInt32(CURLU_URLDECODE)) }

    private init(
        filling handle: URLHandle, with text: String, _ schemes: Set<String>, base: ParsedURL? = nil
    ) throws(CurlError) {
        let isWeb = schemes.contains("http") || schemes.contains("https")
        let flags = UInt32(CURLU_URLENCODE) | (isWeb ? UInt32(CURLU_DISALLOW_USER) : 0)
        try Self.check(curl_url_set(handle.pointer, CURLUPART_URL, text, flags))
        guard let scheme = handle.part(CURLUPART_SCHEME), schemes.contains(scheme) else {
            throw .invalidURL(.scheme)
        }
        guard let port = handle.part(CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)).flatMap({ Int($0) }) else {
            throw .invalidURL(.port)
        }
        let (host, isPlain) = try Self.readHost(of: handle, in: text, scheme)
        self.handle = handle
        self.scheme = scheme
        self.host = host
        self.port = port
        self.isPlain = base?.isPlain ?? isPlain
    }

    private static func readHost(
        of handle: URLHandle, in text: String, _ scheme: String
    ) throws(CurlError) -> (String, isPlain: Bool) {
        guard let host = handle.part(CURLUPART_HOST)?.lowercased(), !host.isEmpty else {
            throw .invalidURL(.malformed)
        }
        if host.hasPrefix("[") {
            let hasZone = handle.part(CURLUPART_ZONEID) != nil
            return (String(host.dropFirst().dropLast()), isPlain: !hasZone)
        }
        guard host.utf8.allSatisfy({ $0 < 128 }) else { return try readInternational(host, of: handle) }
        return (host, isPlain: text.lowercased().hasPrefix("\(scheme)://\(host)"))
    }

    /// `exämple.de` becomes `xn--exmple-cua.de`, and the request uses that too. Characters that merely turn into
    /// plain ASCII (full-width digits, ligatures) are not an international name.
    private static func readInternational(
        _ host: String, of handle: URLHandle
    ) throws(CurlError) -> (String, isPlain: Bool) {
        guard let ascii = handle.asciiHost?.lowercased(), ascii.contains("xn--"),
            ascii.utf8.allSatisfy({ $0 < 128 }), curl_url_set(handle.pointer, CURLUPART_HOST, ascii, 0) == CURLUE_OK
        else { throw .invalidURL(.oddHost) }
        return (ascii, isPlain: true)
    }

    private static func check(_ code: CURLUcode) throws(CurlError) {
        switch code {
        case CURLUE_OK: return
        case CURLUE_BAD_SCHEME, CURLUE_UNSUPPORTED_SCHEME: throw .invalidURL(.scheme)
        case CURLUE_USER_NOT_ALLOWED: throw .invalidURL(.userInfo)
        case CURLUE_BAD_PORT_NUMBER: throw .invalidURL(.port)
        default: throw .invalidURL(.malformed)
        }
    }

    private static func checkBytes(of text: String) throws(CurlError) {
        guard text.utf8.count <= maximumBytes else { throw .invalidURL(.tooLong) }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\\") }) else {
            throw .invalidURL(.oddCharacters)
        }
    }

    private static func hasScheme(_ text: String) -> Bool {
        text.first(where: { ":/?#".contains($0) }) == ":"
    }
}

/// Owns libcurl's parsed URL, which is not changed once a `ParsedURL` is made of it.
final class URLHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer?) throws(CurlError) {
        guard let pointer else { throw .invalidURL(.malformed) }
        self.pointer = pointer
    }

    deinit { curl_url_cleanup(pointer) }

    func part(_ part: CURLUPart, _ flags: UInt32 = 0) -> String? {
        var value: UnsafeMutablePointer<CChar>?
        guard curl_url_get(pointer, part, &value, flags) == CURLUE_OK, let value else { return nil }
        defer { curl_free(value) }
        return String(cString: value)
    }

    var asciiHost: String? {
        guard let value = ccurl_get_ascii_host(pointer) else { return nil }
        defer { curl_free(value) }
        return String(cString: value)
    }
}
