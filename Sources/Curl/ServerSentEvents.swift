import Glibc
import StreamSafe

/// One event of a `text/event-stream`.
public struct ServerSentEvent: Hashable, Sendable {
    /// The `event` field; nil where the server gave none.
    public var name: String?
    /// The `data` lines, joined by line feeds: ready for a JSON decoder.
    public var data: [UInt8]
    /// The last `id` the stream has given.
    public var id: String?

    public var text: String { String(streamSafe: data) }
}

/// Reads events from bytes in whatever pieces they come. Text is only decoded when asked for, so a character that
/// was split between pieces is whole again.
public struct ServerSentEvents: Sendable {
    /// Of one line, and of one event's data.
    public static let maximumEventBytes = 1_048_576

    private var partialLine: [UInt8] = []
    private var name: String?
    private var data: [UInt8] = []
    private var hasData = false
    private var lastID: String?
    private var endedWithCR = false
    private var isFirstLine = true

    public init() {}

    /// The events that this piece completes. Throws `.eventTooLarge`; nothing can be read after that.
    public mutating func append(_ bytes: [UInt8]) throws(CurlError) -> [ServerSentEvent] {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(CurlError) in try append(buffer) }
        }
        return try result.get()
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(CurlError) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        try read(bytes[...], into: &events)
        return events
    }

    private mutating func read(
        _ bytes: Slice<UnsafeRawBufferPointer>, into events: inout [ServerSentEvent]
    ) throws(CurlError) {
        var rest = bytes
        if endedWithCR, rest.first == UInt8(ascii: "\n") { rest = rest.dropFirst() }
        if !bytes.isEmpty { endedWithCR = false }
        while let end = Self.lineEnd(rest) {
            try endLine(rest[..<end], into: &events)
            let isCR = rest[end] == UInt8(ascii: "\r")
            rest = rest[(end + 1)...]
            if isCR, rest.isEmpty { endedWithCR = true }
            if isCR, rest.first == UInt8(ascii: "\n") { rest = rest.dropFirst() }
        }
        try check(partialLine.count + rest.count)
        partialLine += rest
    }

    private mutating func endLine(
        _ piece: Slice<UnsafeRawBufferPointer>, into events: inout [ServerSentEvent]
    ) throws(CurlError) {
        try check(partialLine.count + piece.count)
        if partialLine.isEmpty { return try readLine(piece, into: &events) }
        var line: [UInt8] = []
        swap(&line, &partialLine)
        line += piece
        let result = line.withUnsafeBytes { buffer in
            Result { () throws(CurlError) in try readLine(buffer[...], into: &events) }
        }
        try result.get()
    }

    private mutating func readLine(
        _ line: Slice<UnsafeRawBufferPointer>, into events: inout [ServerSentEvent]
    ) throws(CurlError) {
        var line = line
        if isFirstLine, line.starts(with: [0xef, 0xbb, 0xbf]) { line = line.dropFirst(3) }
        isFirstLine = false
        if line.isEmpty { return endEvent(into: &events) }
        let colon = line.firstIndex(of: UInt8(ascii: ":"))
        var value = colon.map { line[($0 + 1)...] } ?? line[line.endIndex...]
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        try readField(line[..<(colon ?? line.endIndex)], value)
    }

    /// A line that starts with a colon is a comment: its field has no name.
    private mutating func readField(
        _ field: Slice<UnsafeRawBufferPointer>, _ value: Slice<UnsafeRawBufferPointer>
    ) throws(CurlError) {
        if field.elementsEqual("data".utf8) {
            try check(data.count + value.count + 1)
            if hasData { data.append(UInt8(ascii: "\n")) }
            data += value
            hasData = true
        } else if field.elementsEqual("event".utf8) {
            name = value.isEmpty ? nil : String(streamSafe: value)
        } else if field.elementsEqual("id".utf8), !value.contains(0) {
            lastID = String(streamSafe: value)
        }
    }

    private mutating func endEvent(into events: inout [ServerSentEvent]) {
        if hasData { events.append(ServerSentEvent(name: name, data: data, id: lastID)) }
        name = nil
        data = []
        hasData = false
    }

    private func check(_ count: Int) throws(CurlError) {
        guard count <= Self.maximumEventBytes else { throw .eventTooLarge(limit: Self.maximumEventBytes) }
    }

    /// The first CR or LF. LF is looked for first, at memchr's speed; a CR can only come before it.
    private static func lineEnd(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
        let feed = index(of: "\n", in: bytes)
        return index(of: "\r", in: bytes[..<(feed ?? bytes.endIndex)]) ?? feed
    }

    private static func index(of character: Unicode.Scalar, in bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
        let region = UnsafeRawBufferPointer(rebasing: bytes)
        guard let start = region.baseAddress, let found = memchr(start, Int32(character.value), region.count) else {
            return nil
        }
        return bytes.startIndex + (UnsafeRawPointer(found) - start)
    }
}

extension Curl.Body {
    /// Reads the body as a `text/event-stream`. Each event goes to `receive`, until that says that it is enough, or throws.
    /// Other transfers wait for it, so it must be quick; it is never called twice at a time, nor after this has returned.
    /// - Returns: false where the body ended before `receive` had said so.
    public func readEvents(_ receive: @escaping @Sendable (ServerSentEvent) throws -> Progress) async throws -> Bool {
        let reader = EventReader(receive)
        try await pour { reader.read($0) }
        return try reader.outcome.get() != .goesOn
    }
}

private final class EventReader: @unchecked Sendable {  // used by one thread at a time
    private let receive: @Sendable (ServerSentEvent) throws -> Curl.Body.Progress
    private var parser = ServerSentEvents()
    private(set) var outcome = Result<Curl.Body.Progress, any Error>.success(.goesOn)

    init(_ receive: @escaping @Sendable (ServerSentEvent) throws -> Curl.Body.Progress) { self.receive = receive }

    func read(_ bytes: UnsafeRawBufferPointer) -> Curl.Body.Progress {
        outcome = Result {
            for event in try parser.append(bytes) {
                let progress = try receive(event)
                if progress != .goesOn { return progress }
            }
            return .goesOn
        }
        return (try? outcome.get()) ?? .isEnough
    }
}
