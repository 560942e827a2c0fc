import StreamSafe

/// Status and headers of an answer.
struct Head: Sendable {
    var status = 0
    var headers: [(name: String, value: String)] = []
}

/// Puts a head together from the lines that libcurl hands over, interim answers (1xx) left out.
struct HeadReader {
    /// Of all header lines of one transfer, trailers included.
    static let maximumBytes = 65_536

    private(set) var head = Head()
    private(set) var isComplete = false
    private var bytes = 0

    /// True when this line has completed the final answer's head.
    mutating func read(_ line: UnsafeRawBufferPointer) throws(CurlError) -> Bool {
        bytes += line.count
        guard bytes <= Self.maximumBytes else { throw .headersTooLarge(limit: Self.maximumBytes) }
        guard !isComplete else { return false }
        let line = line.prefix { $0 != 13 && $0 != 10 }
        if line.isEmpty { return try endHead() }
        if line.starts(with: "HTTP/".utf8) {
            readStatus(String(decoding: line, as: UTF8.self))
        } else {
            readField(line)
        }
        return false
    }

    private mutating func endHead() throws(CurlError) -> Bool {
        guard head.status >= 200 else { return false }
        // libcurl would also undo "gzip" here, without having asked for it.
        guard head.headers.allSatisfy({ $0.name != "transfer-encoding" || $0.value.lowercased() == "chunked" }) else {
            throw .protocolViolation(code: 0, bytesReceived: 0)
        }
        isComplete = true
        return true
    }

    private mutating func readStatus(_ line: String) {
        let parts = line.split(separator: " ", maxSplits: 2)
        head = Head(status: parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    }

    private mutating func readField(_ line: Slice<UnsafeRawBufferPointer>) {
        if line.first == 32 || line.first == 9, let last = head.headers.indices.last {
            head.headers[last].value += " " + Self.trimmed(line)
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            head.headers.append((Self.trimmed(line[..<colon]).lowercased(), Self.trimmed(line[(colon + 1)...])))
        }
    }

    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        let start = bytes.drop { $0 == 32 || $0 == 9 }
        let end = start.lastIndex { $0 != 32 && $0 != 9 }.map { $0 + 1 } ?? start.startIndex
        return String(streamSafe: start[..<end])
    }
}
