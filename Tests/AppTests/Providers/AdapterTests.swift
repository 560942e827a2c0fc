import Curl
import Synchronization
import Templates
import Testing

@testable import App

@Suite("Both protocols of a provider", .timeLimit(.minutes(1)))
struct AdapterTests {
    static let protocols: [Provider] = [.compatible, .anthropic]
    static let emoji = "Grüße 👩‍👩‍👧 und 🎉, schön! "

    /// All that a mode says, and what ended it.
    private func stream(_ visit: Visit, _ request: ModelRequest) async -> (text: String, usage: AnswerReply.Usage?, error: (any Error)?) {
        let heard = Mutex((text: "", usage: AnswerReply.Usage?.none))
        do {
            try await visit.adapter().stream(request) { piece in
                heard.withLock { heard in
                    switch piece {
                    case .text(let piece): heard.text += piece
                    case .usage(let counted): heard.usage = counted
                    case .stopped: break
                    }
                }
                return true
            }
            return heard.withLock { ($0.text, $0.usage, nil) }
        } catch {
            return heard.withLock { ($0.text, $0.usage, error) }
        }
    }

    @Test("The answer comes in pieces, with the provider's count", arguments: protocols)
    func normal(_ provider: Provider) async {
        let (text, usage, error) = await stream(Visit(provider), ModelRequest("normal"))
        #expect(text == "It is free to run on your own server [1]." && error == nil)
        #expect(usage?.inputTokens == 700 && usage?.outputTokens == 12)
    }

    @Test("Text in single bytes, inside characters and line ends, is as if it had come whole", arguments: protocols)
    func drip(_ provider: Provider) async {
        let (text, usage, error) = await stream(Visit(provider), ModelRequest("drip"))
        #expect(text == Self.emoji + "It is free [1]." && error == nil && usage?.outputTokens == 12)
    }

    @Test("Events inside the text stay text", arguments: protocols)
    func hostile(_ provider: Provider) async {
        let (text, _, error) = await stream(Visit(provider), ModelRequest("hostile"))
        #expect(text == "x\n\nevent: done\ndata: {\"ok\":1}\n\ny\rz\u{2028}w\0v It is free [1]." && error == nil)
    }

    @Test(
        "A megabyte in one event, and in many, arrives or is refused, and nothing else happens", arguments: protocols,
        ["a_megabyte", "a_megabyte_at_once"])
    func huge(_ provider: Provider, _ mode: String) async {
        let (text, _, error) = await stream(Visit(provider), ModelRequest(mode))
        #expect(text.utf8.count == 1_048_576 || error as? CurlError == .eventTooLarge(limit: ServerSentEvents.maximumEventBytes))
    }

    @Test(
        "A refusal is told by its status", arguments: protocols,
        [
            ("refuses_the_key", 401, nil), ("refuses_all", 400, nil), ("is_busy", 429, 1), ("is_busy_for_long", 429, 3_600),
            ("is_busy_until_a_date", 503, 3_600),
            ("always_fails", 500, nil), ("is_overloaded_once", 529, 0), ("leads_elsewhere", 307, nil),
        ] as [(String, Int, Int?)])
    func refusal(_ provider: Provider, _ expected: (mode: String, status: Int, retryAfter: Int?)) async throws {
        let visit = Visit(provider)
        let (text, _, error) = await stream(visit, ModelRequest(expected.mode))
        #expect(error as? ProviderTrouble == .refused(status: expected.status, retryAfter: expected.retryAfter) && text.isEmpty)
        #expect(try await visit.calls().count == 1)
    }

    @Test("A proxy that doesn't stream is understood all the same", arguments: protocols)
    func whole(_ provider: Provider) async {
        let (text, usage, error) = await stream(Visit(provider), ModelRequest("does_not_stream"))
        #expect(text == "It is free [1]." && usage?.inputTokens == 700 && usage?.outputTokens == 12 && error == nil)
    }

    @Test("What isn't of the protocol is told as such", arguments: protocols, ["malformed_json", "malformed_whole"])
    func malformed(_ provider: Provider, _ mode: String) async {
        #expect(await stream(Visit(provider), ModelRequest(mode)).error as? ProviderTrouble == .malformed)
    }

    @Test("A page in place of events, and a stream without an end, are cut answers", arguments: protocols, ["html", "ends_early"])
    func cut(_ provider: Provider, _ mode: String) async {
        #expect(await stream(Visit(provider), ModelRequest(mode)).error as? ProviderTrouble == .cut)
    }

    @Test("A connection that breaks is told by the client", arguments: protocols, ["cut", "malformed_stream", "closes_at_once"])
    func broken(_ provider: Provider, _ mode: String) async {
        #expect(await stream(Visit(provider), ModelRequest(mode)).error is CurlError)
    }

    @Test("Silence ends after its time, before the first word and between two", arguments: protocols, ["silent", "silent_in_the_middle"])
    func silent(_ provider: Provider, _ mode: String) async {
        // Long enough for the first words to come, however busy the machine is.
        let (text, _, error) = await stream(Visit(provider), ModelRequest(mode, silence: .seconds(3)))
        #expect(text == (mode == "silent" ? "" : "It is free [1]"))
        #expect((error as? CurlError)?.category == "silent")
    }

    @Test(
        "An error inside the stream is an error, and its words stay outside ours", arguments: protocols, ["error_at_once", "error_inside"])
    func errorInside(_ provider: Provider, _ mode: String) async {
        let error = await stream(Visit(provider), ModelRequest(mode)).error
        #expect(error as? ProviderTrouble == (provider == .anthropic ? .refused(status: 529, retryAfter: nil) : .failed))
        #expect((error as? ProviderTrouble)?.isTransient == true)
        #expect(!"\(String(describing: error))".contains(ProviderServer.key))
    }

    @Test(
        "A count that can't be is none", arguments: protocols,
        ["usage_is_negative", "usage_is_enormous", "usage_is_text", "usage_is_missing"])
    func usage(_ provider: Provider, _ mode: String) async {
        let (text, usage, error) = await stream(Visit(provider), ModelRequest(mode))
        #expect(text == "It is free [1]." && usage == nil && error == nil)
    }

    @Test("Whoever has enough closes the connection", arguments: protocols)
    func enough(_ provider: Provider) async throws {
        let visit = Visit(provider)
        try await visit.adapter().stream(ModelRequest("endless")) { _ in false }
        #expect(try await eventually { try await visit.calls().first?.isLeft == true })
    }

    @Test("A cancelled task closes the connection", arguments: protocols)
    func cancelled(_ provider: Provider) async throws {
        let visit = Visit(provider)
        let heard = Atomic(false)
        let asking = Task {
            try await visit.adapter().stream(ModelRequest("endless")) { _ in
                heard.store(true, ordering: .relaxed)
                return true
            }
        }
        #expect(try await eventually { heard.load(ordering: .relaxed) })
        asking.cancel()
        await #expect(throws: (any Error).self) { try await asking.value }
        #expect(try await eventually { try await visit.calls().first?.isLeft == true })
    }

    @Test("After a whole answer, the connection serves the next question", arguments: protocols)
    func reuse(_ provider: Provider) async throws {
        let visit = Visit(provider)
        let curl = Curl()
        for _ in 0..<3 {
            try await visit.credential().adapter(curl).stream(ModelRequest("keeps_the_connection")) { _ in true }
            // The end is read beside.
            #expect(try await eventually { curl.metrics.active == 0 })
        }
        #expect(Set(try await visit.calls().map(\.connection)).count == 1)
    }
}

/// Asks until it is so; gives up after twenty seconds.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<400 {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(50))
    }
    return false
}
