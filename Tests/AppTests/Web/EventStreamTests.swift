import FoundationEssentials
import NIOCore
import Templates
import Testing

@testable import App

@Suite("Streams of events")
struct EventStreamTests {
    private static let id = "0b5e0000-0000-4000-8000-00000000000a"
    private static let hostile = [
        "x\n\nevent: done\ndata: {\"ok\":1}\n\n", "\n", "\n\n\n", "\r", "\r\r", "\r\n\r\n", "a\rb\nc\r\nd", "a\u{2028}b\u{2029}c\u{85}d",
        " two blanks",
        " ", ": comment", "id: 7", "data: x\n", "retry: 1\n\n", "😀\n👩‍👩‍👧‍👦", "\"quoted\" \\ back", "<script>alert(1)</script>",
        "</div>\n<b>&amp;",
        "\u{FEFF}x", "e\u{301}\n\u{301}", "\n ", "data", "\ndata:\n",
    ]
    private static let everything = hostile.joined() + String(repeating: "x", count: 60_000)

    private func read(_ buffers: ByteBuffer...) -> SSEReader { SSEReader(buffers.flatMap { Array($0.readableBytesView) }) }

    private func data(_ event: SSEReader.Event) throws -> JSON { try JSON(parsing: event.data.utf8) }

    @Test("Whatever a model writes comes back as this text, and as nothing else", arguments: hostile + [everything])
    func deltaAsJSON(_ text: String) throws {
        let stream = read(EventStream(id: Self.id, form: .json).delta(text, end: 12))
        #expect(stream.events.count == 1)
        let event = try #require(stream.events.first)
        #expect(event.name == "delta" && event.id == "\(Self.id):12")
        #expect(try data(event)["text"]?.string?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
    }

    @Test("As HTML too, where no browser takes it for a tag", arguments: hostile + [everything])
    func deltaAsHTML(_ text: String) throws {
        let stream = read(EventStream(id: Self.id, form: .html).delta(text, end: 12))
        #expect(stream.events.count == 1)
        let event = try #require(stream.events.first)
        #expect(event.name == "delta" && event.id == "\(Self.id):12" && !event.data.contains("<"))
        var shown = event.data
        for (reference, character) in [
            ("&#13;", "\r"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&amp;", "&"),
        ] {
            shown = shown.replacingScalars(reference, with: character)
        }
        #expect(shown.unicodeScalars.elementsEqual(text.unicodeScalars))
    }

    @Test("Pieces of a text, one event each, are the text again", arguments: [EventStream.Form.json])
    func pieces(_ form: EventStream.Form) throws {
        let scalars = Array(Self.hostile.joined().unicodeScalars)
        let stream = EventStream(id: Self.id, form: form)
        var end = 0
        var sent = ByteBuffer()
        for scalar in scalars {
            end += String(Character(scalar)).utf8.count
            var delta = stream.delta(String(Character(scalar)), end: end)
            sent.writeBuffer(&delta)
        }
        let events = read(sent).events
        var text = String.UnicodeScalarView()
        for event in events { text.append(contentsOf: try #require(data(event)["text"]?.string).unicodeScalars) }
        #expect(text.elementsEqual(scalars))
        #expect(events.last?.id == "\(Self.id):\(end)")
    }

    @Test("The start names conversation and message, and when to come back", arguments: [EventStream.Form.json, .html])
    func start(_ form: EventStream.Form) throws {
        let stream = read(EventStream(id: Self.id, form: form).start(conversation: "c1"))
        #expect(stream.retry == "1000")
        let event = try #require(stream.events.first)
        #expect(event.name == "start" && event.id == "\(Self.id):0")
        #expect(try data(event) == .object(["conversation_id": .string("c1"), "message_id": .string(Self.id)]))
    }

    @Test("The end has the citations, if there are any, and then the whole answer")
    func end() throws {
        let stream = EventStream(id: Self.id, form: .json)
        let with = read(stream.end(reply(citing: ["Hours"]), at: 9)).events
        #expect(with.map(\.name) == ["citations", "done"] && with.map(\.id) == ["\(Self.id):9", "\(Self.id):end"])
        #expect(try data(with[0])["citations"]?[0]?["title"]?.string == "Hours")
        #expect(try data(with[1])["answer"]?.string == "We open\n\nevent: x\rat 9." && data(with[1])["citations"]?[0] != nil)
        let without = read(stream.end(reply(citing: []), at: 9)).events
        #expect(without.map(\.name) == ["done"])
    }

    @Test("The end as HTML is what the page would show")
    func endAsHTML() throws {
        let reply = reply(citing: ["Hours\n\nevent: x"])
        let events = read(EventStream(id: Self.id, form: .html).end(reply, at: 9)).events
        #expect(events.map(\.name) == ["citations", "done"])
        #expect(events.last?.data == reply.html.string.replacingScalars("\r", with: "&#13;"))
    }

    @Test("A failure says so in words, and is the last event", arguments: [EventStream.Form.json, .html])
    func problem(_ form: EventStream.Form) throws {
        let events = read(EventStream(id: Self.id, form: form).problem(question: "Why?\n\nevent: x")).events
        #expect(events.count == 1 && events[0].name == "error" && events[0].id == "\(Self.id):end")
        if case .json = form { #expect(try data(events[0])["code"]?.string == "failed") } else { #expect(events[0].data.contains("Why?")) }
    }

    @Test("A heartbeat is seen by nobody")
    func heartbeat() {
        let delta = EventStream(id: Self.id, form: .json).delta("x", end: 1)
        #expect(read(EventStream.heartbeat, delta, EventStream.heartbeat).events == read(delta).events)
    }

    private func reply(citing titles: [String]) -> AnswerReply {
        let citations = titles.enumerated().map {
            AnswerReply.Citation(number: $0 + 1, title: $1, quote: "q\r\n\nr", sourceID: "1", url: nil)
        }
        return AnswerReply(
            answer: "We open\n\nevent: x\rat 9.", citations: citations, basis: .quoted, conversationID: "c1", messageID: Self.id,
            usage: .init(inputTokens: 1, outputTokens: 2))
    }
}

@Suite("Ids of events")
struct EventIDTests {
    private static let id = "0b5e0000-0000-4000-8000-00000000000a"

    @Test(
        "What we sent is understood, in either case",
        arguments: [
            (":0", .text(0)), (":12", .text(12)), (":end", .end), (":9223372036854775807", .text(.max)),
        ] as [(String, EventID.Place)])
    func ours(_ place: String, _ expected: EventID.Place) throws {
        for id in [Self.id, Self.id.uppercased()] {
            let parsed = try #require(EventID(id + place))
            #expect(parsed.place == expected && parsed.message.lowercased == Self.id)
        }
    }

    @Test(
        "What we didn't send is nil",
        arguments: [
            "", ":", "0", "12", "end", id, id + ":", id + ":-1", id + ":x", id + ":1.5", id + ": 1", id + ":end ", id + ":END",
            id + ":9223372036854775808",
            id + ":1:2", " \(id):1", "{\(id)}:1", String(repeating: "a", count: 36) + ":1", String(repeating: "a", count: 65_536) + ":1",
            id + ":" + String(repeating: "9", count: 65_536), id + ":１",
        ])
    func garbage(_ text: String) {
        #expect(EventID(text) == nil)
    }
}

extension String {
    /// As `replacing`, but by scalars: a carriage return and a line feed are two.
    func replacingScalars(_ old: String, with new: String) -> String {
        String(decoding: Array(utf8).replacing(Array(old.utf8), with: Array(new.utf8)), as: UTF8.self)
    }
}
