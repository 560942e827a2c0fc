import Testing

@testable import Curl

@Suite("Server-sent events") struct ServerSentEventsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let stream: [UInt8]
        let events: [ServerSentEvent]

        init(_ description: String, _ stream: String, _ events: [ServerSentEvent]) {
            self.init(description, bytes: Array(stream.utf8), events)
        }

        init(_ description: String, bytes: [UInt8], _ events: [ServerSentEvent]) {
            testDescription = description
            stream = bytes
            self.events = events
        }
    }

    static let cases = [
        Case("one event", "data: a\n\n", [event("a")]),
        Case("no space after the colon, and only one taken away", "data:a\n\ndata:  b\n\n", [event("a"), event(" b")]),
        Case("several lines of data", "data: a\ndata:\ndata: b\n\n", [event("a\n\nb")]),
        Case("CR LF", "data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", [event("a\nb"), event("c")]),
        Case("CR alone", "data: a\rdata: b\r\rdata: c\r\r", [event("a\nb"), event("c")]),
        Case("line ends mixed", "data: a\r\n\rdata: b\n\r\ndata: c\r\n\n", [event("a"), event("b"), event("c")]),
        Case("comments", ": ping\n\n:\ndata: a\n:b\n\n", [event("a")]),
        Case("a byte order mark, once", "\u{feff}data: a\n\n\u{feff}data: b\n\n", [event("a")]),
        Case(
            "names and ids", "event: x\nid: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
            [
                event("a", name: "x", id: "1"), event("b", id: "1"), event("c", id: ""),
            ]),
        Case("an id with NUL does not count", "id: 1\nid: a\0b\ndata: a\n\n", [event("a", id: "1")]),
        Case("an event without data is none", "event: x\n\ndata: a\n\n", [event("a")]),
        Case("empty data is data", "data\n\ndata:\n\ndata: \n\n", [event(""), event(""), event("")]),
        Case("fields that nobody knows", "retry: 10\nfoo: bar\nDATA: b\ndata : c\ndata: a\n\n", [event("a")]),
        Case("an event that the stream's end cuts", "data: a\n\ndata: b\n", [event("a")]),
        Case("characters of four bytes, and line ends that are none", "data: 👩‍👩‍👧 é\u{2028}\u{85}x\n\n", [event("👩‍👩‍👧 é\u{2028}\u{85}x")]),
        Case("a model that writes events", "data: {\"t\":\"x\\n\\nevent: done\\n\"}\n\n", [event("{\"t\":\"x\\n\\nevent: done\\n\"}")]),
        Case(
            "bytes that are no UTF-8", bytes: Array("data: ".utf8) + [0xff, 0xfe, 0x41] + Array("\n\n".utf8),
            [
                ServerSentEvent(name: nil, data: [0xff, 0xfe, 0x41], id: nil)
            ]),
        Case("nothing but line ends", "\n\r\n\r\r\n\n", []),
    ]

    @Test("A stream gives the same events in however many pieces it comes", arguments: cases)
    func pieces(of example: Case) throws {
        let stream = example.stream
        #expect(try parse([stream]) == example.events)
        #expect(try parse(stream.map { [$0] }) == example.events)
        for cut in 0...stream.count {
            #expect(try parse([Array(stream[..<cut]), [], Array(stream[cut...])]) == example.events)
        }
    }

    @Test("What is no UTF-8 is shown as replaced")
    func replacement() throws {
        #expect(try parse([Array("data: ".utf8) + [0xff, 0x41, 10, 10]]).map(\.text) == ["\u{fffd}A"])
    }

    @Test("A line, or an event's data, without end is refused at the limit", arguments: ["data: ", ":", "x"])
    func endlessLine(start: String) {
        var events = ServerSentEvents()
        let piece = [UInt8](repeating: 120, count: 65_536)
        #expect(throws: CurlError.eventTooLarge(limit: ServerSentEvents.maximumEventBytes)) {
            _ = try events.append(Array(start.utf8))
            for _ in 0..<17 { _ = try events.append(piece) }
        }
        #expect(throws: CurlError.eventTooLarge(limit: ServerSentEvents.maximumEventBytes)) {
            var events = ServerSentEvents()
            for _ in 0..<17 { _ = try events.append(Array("data: ".utf8) + piece + [10]) }
        }
    }

    @Test("An event just below the limit is read")
    func largeEvent() throws {
        let data = [UInt8](repeating: 120, count: ServerSentEvents.maximumEventBytes - 6)
        #expect(try parse([Array("data: ".utf8), data, [10], [10]]).map(\.data.count) == [data.count])
    }

    @Test("Any bytes at all are survived")
    func noise() throws {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("data:event:id \r\n\r\n\u{feff}\0x".utf8) + [0xff, 0x80]
        for _ in 0..<300 {
            let stream = (0..<200).compactMap { _ in alphabet.randomElement(using: &generator) }
            let whole = try parse([stream])
            #expect(try parse(stream.map { [$0] }) == whole)
        }
    }

    private func parse(_ pieces: [[UInt8]]) throws -> [ServerSentEvent] {
        var events = ServerSentEvents()
        return try pieces.flatMap { try events.append($0) }
    }

    private static func event(_ data: String, name: String? = nil, id: String? = nil) -> ServerSentEvent {
        ServerSentEvent(name: name, data: Array(data.utf8), id: id)
    }
}
