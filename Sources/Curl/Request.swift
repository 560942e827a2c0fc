extension Curl {
    public struct Request: Sendable {
        public var method: String
        public var url: String
        /// Checked before sending: token names, values without control characters, and none of those that say where a
        /// request ends or what becomes of its connection.
        public var headers: [(String, String)]
        public var body: [UInt8]
        public var timeouts: Timeouts
        /// Of the answer, counted after decompression; one byte more throws `.bodyTooLarge`.
        public var maximumBodyBytes: Int
        public var addresses: AddressPolicy
        /// How many redirects are followed; with 0 a redirect is the answer.
        public var redirects: Int
        /// Whether a redirect may lead from https to http. Never needed for an API.
        public var allowsDowngrade = false
        /// Asks for gzip, brotli or zstd. Such a body is read without back-pressure, up to `maximumBodyBytes`.
        public var acceptsCompression = false

        public init(
            method: String = "GET", url: String, headers: [(String, String)] = [], body: [UInt8] = [],
            timeouts: Timeouts = Timeouts(), maximumBodyBytes: Int = 1_048_576,
            addresses: AddressPolicy = .publicOnly, redirects: Int = 0
        ) {
            self.method = method
            self.url = url
            self.headers = headers
            self.body = body
            self.timeouts = timeouts
            self.maximumBodyBytes = maximumBodyBytes
            self.addresses = addresses
            self.redirects = redirects
        }
    }

    public struct Timeouts: Sendable {
        /// Until the connection stands, TLS included.
        public var connect: Duration
        /// From call to last byte, redirects and resolving included; nil for a stream without end.
        public var total: Duration?
        /// Without a byte from the server; not counted while the reader holds the transfer up.
        public var silence: Duration?

        public init(
            connect: Duration = .seconds(10), total: Duration? = .seconds(60), silence: Duration? = .seconds(60)
        ) {
            self.connect = connect
            self.total = total
            self.silence = silence
        }
    }
}

extension Curl.Request: CustomStringConvertible, CustomDebugStringConvertible {
    /// Method and host only: headers, path and body may hold credentials.
    public var description: String { "\(method) \((try? ParsedURL(url))?.host ?? "?")" }
    public var debugDescription: String { description }
}

extension Curl.Request {
    func validate() throws(CurlError) {
        guard !method.isEmpty, method.utf8.allSatisfy({ (65...90).contains($0) }) else { throw .invalidMethod }
        for (name, value) in headers
        where !isHeaderName(name) || !isHeaderValue(value) || Self.framingHeaders.contains(name.lowercased()) {
            throw .invalidHeader(name: name)
        }
    }

    /// libcurl writes these itself. One of our own could leave a part of this request on a connection that the next
    /// request, perhaps of somebody else, is sent on.
    private static let framingHeaders: Set<String> = [
        "connection", "content-length", "expect", "host", "http2-settings", "keep-alive", "proxy-connection", "te",
        "trailer", "transfer-encoding", "upgrade",
    ]
}

/// Letters, digits, `-`, `_`, `.`: narrower than RFC 9110's token, enough for every header in use.
func isHeaderName(_ name: String) -> Bool {
    !name.isEmpty
        && name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
            default: false
            }
        }
}

/// One line without control characters.
func isHeaderValue(_ value: String) -> Bool {
    value.utf8.allSatisfy { $0 == 9 || ($0 >= 32 && $0 != 127) }
}
