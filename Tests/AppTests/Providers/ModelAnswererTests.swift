import Answering
import Curl
import FoundationEssentials
import Logging
import Synchronization
import Templates
import Testing

@testable import App

@Suite("A model answers, or the next one, or the text itself", .timeLimit(.minutes(2)))
struct ModelAnswererTests {
    private static let cannot = "I can’t phrase an answer just now, so here is what our text says:"
    private static let interrupted = "I was interrupted. This is what our text says:"
    private static let quote = "Frontdesk is free to run on your own server."
    private static let passages = [
        Passage(id: 7, title: "Price", text: quote), Passage(id: 8, title: "Hours", text: "We open at 9 on weekdays."),
    ]

    private let log = RecordedLog()
    private let circuits = Circuits()

    private struct Answered {
        let text: String
        let outcome: Outcome
    }

    private func ask(
        _ endpoints: [ModelEndpoint], _ question: String = "What does it cost to run Frontdesk on my own server?",
        timeout: Duration = .seconds(10),
        isWatched: Bool = false, language: String? = nil
    ) async throws -> Answered {
        var bot = Bot(id: UUID(), account: UUID(), name: "Frontdesk", contactLine: "Write to us.")
        bot.language = language
        var desk = try await Desk.made(bot, Self.passages.map { Desk.Known(passage: $0) })
        desk.endpoints = endpoints
        let answerer = ModelAnswerer(timeout: timeout, curl: .forTests, quoting: QuotingAnswerer(), circuits: circuits, log: log.logger)
        let live = LiveAnswer(conversation: UUID())
        let outcome = await answerer.answer(Asked(text: question, previous: [], desk: desk, isWatched: isWatched), into: live)
        return Answered(text: live.text, outcome: outcome)
    }

    @Test("The answer is kept with whose it is, and its tokens", arguments: [Provider.openai, .anthropic])
    func kept(_ provider: Provider) async throws {
        let answered = try await ask([Visit(provider).endpoint("normal")])
        #expect(answered.text == "It is free to run on your own server [1]." && answered.outcome.basis == .basedOn)
        #expect(answered.outcome.provider == provider && answered.outcome.model == "normal")
        #expect(answered.outcome.usage.inputTokens == 700 && answered.outcome.usage.outputTokens == 12)
        #expect(answered.outcome.costMicros == nil, "a model whose price isn't known")
        #expect(log.problems.isEmpty)
    }

    @Test("What it cost is reckoned from the model's price")
    func cost() async throws {
        // 700 tokens at 0.1 and 12 at 0.5 millionths of a dollar.
        #expect(try await ask([Visit(.openai).endpoint("gpt-6-luna")]).outcome.costMicros == 76)
    }

    @Test("Where there is no provider, the text is quoted, and that takes no tokens")
    func noProvider() async throws {
        let answered = try await ask([])
        #expect(
            answered.text == Self.quote && answered.outcome.basis == .quoted && answered.outcome.provider == nil
                && answered.outcome.costMicros == nil)
        #expect(answered.outcome.usage.inputTokens == 0)
    }

    @Test("A greeting asks no provider")
    func smallTalk() async throws {
        let visit = Visit(.anthropic)
        #expect(try await ask([visit.endpoint("normal")], "Hello!").outcome.basis == nil)
        #expect(try await visit.calls().isEmpty)
    }

    @Test("A model that declines is put kindly, and is paid for", arguments: AdapterTests.protocols)
    func declines(_ provider: Provider) async throws {
        let answered = try await ask([Visit(provider).endpoint("declines")])
        #expect(
            answered.text.hasPrefix("Sorry") && answered.text.hasSuffix("Write to us.") && answered.outcome.basis == .notInMyInformation)
        #expect(answered.outcome.model == "declines" && answered.outcome.usage.outputTokens == 12)
    }

    @Test(
        "Trouble before the first word ends in a quote, after as many tries as make sense", arguments: AdapterTests.protocols,
        [
            ("refuses_the_key", 1, "status_401"), ("refuses_all", 2, "status_400"), ("is_busy", 3, "status_429"),
            ("is_busy_for_long", 1, "status_429"),
            ("is_busy_until_a_date", 1, "status_503"), ("always_fails", 3, "status_500"), ("malformed_json", 3, "malformed"),
            ("html", 3, "cut"),
            ("says_nothing", 3, "empty"), ("silent", 1, "silent"), ("leads_elsewhere", 1, "status_307"),
        ])
    func quotes(_ provider: Provider, _ expected: (mode: String, calls: Int, problem: String)) async throws {
        let visit = Visit(provider)
        let answered = try await ask(
            [visit.endpoint(expected.mode)], timeout: expected.mode == "silent" ? .seconds(3) : .seconds(10))
        #expect(
            answered.text == "\(Self.cannot)\n\n\(Self.quote)" && answered.outcome.basis == .quoted && answered.outcome.citations.count == 1
        )
        #expect(try await visit.calls().count == expected.calls)
        // A loaded machine may notice the end of the whole time first.
        let problem = log.problems.last == "timed_out" ? "silent" : log.problems.last
        #expect(problem == expected.problem && log.problems.count == expected.calls - (expected.mode == "refuses_all" ? 1 : 0))
        #expect(!log.text.contains(ProviderServer.key) && !log.text.contains("Incorrect"))
    }

    @Test("A single failure isn't noticed", arguments: AdapterTests.protocols, ["fails_once", "is_overloaded_once"])
    func retried(_ provider: Provider, _ mode: String) async throws {
        let visit = Visit(provider)
        #expect(try await ask([visit.endpoint(mode)]).text == "It is free to run on your own server [1].")
        #expect(try await visit.calls().count == 2)
    }

    @Test("A model that refuses a temperature is asked without, and from then on at once", arguments: AdapterTests.protocols)
    func plain(_ provider: Provider) async throws {
        let visit = Visit(provider)
        for _ in 0..<2 { #expect(try await ask([visit.endpoint("refuses_a_temperature")]).outcome.basis == .basedOn) }
        #expect(try await visit.calls().map { $0.body["temperature"] != nil } == [true, false, false])
        #expect(log.problems.isEmpty)
    }

    @Test(
        "What a server refuses of a request is left out, and from then on at once",
        arguments: [
            (.openai, "refuses_stream_options"), (.compatible, "refuses_stream_options"), (.groq, "refuses_a_limit"),
            (.compatible, "refuses_a_limit"),
            (.openai, "refuses_to_stream"), (.compatible, "refuses_to_stream"), (.anthropic, "refuses_to_stream"),
        ] as [(Provider, String)])
    func simpler(_ provider: Provider, _ mode: String) async throws {
        let visit = Visit(provider)
        for _ in 0..<2 { #expect(try await ask([visit.endpoint(mode)], isWatched: true).outcome.basis == .basedOn) }
        let calls = try await visit.calls()
        #expect(calls.count > 2 && calls.last?.body == calls.dropLast().last?.body)
        #expect(Set(calls.dropLast().map { "\($0.body)" }).count == calls.count - 1, "none is asked twice for the same")
    }

    @Test("An answer that runs out of tokens says so, in the bot's language", arguments: AdapterTests.protocols, [true, false])
    func runsOut(_ provider: Provider, _ isWatched: Bool) async throws {
        let answered = try await ask([Visit(provider).endpoint("runs_out")], isWatched: isWatched)
        #expect(answered.text == "It is free to run on [1] your…\n\nThis answer got too long, so it stops here. Please ask for the rest.")
        #expect(answered.outcome.cut == .length && answered.outcome.basis == .basedOn && answered.outcome.model == "runs_out")
        let german = try await ask([Visit(provider).endpoint("runs_out")], language: "de")
        #expect(german.text.hasSuffix("Fragen Sie bitte nach dem Rest."))
    }

    @Test(
        "A filter's stop, and a model that only thinks, end in a quote; another provider is asked where nothing was said",
        arguments: AdapterTests.protocols)
    func stopped(_ provider: Provider) async throws {
        let filtered = try await ask([Visit(provider).endpoint("is_filtered"), Visit(.groq).endpoint("normal")], isWatched: true)
        #expect(filtered.text == "It is free to…\n\n\(Self.interrupted)\n\n\(Self.quote)" && filtered.outcome.cut == .filter)
        for mode in ["is_filtered_at_once", "thinks_until_it_runs_out"] {
            let visit = Visit(provider)
            for _ in 0..<4 {
                let answered = try await ask([visit.endpoint(mode)], isWatched: true)
                #expect(answered.text == "\(Self.cannot)\n\n\(Self.quote)" && answered.outcome.cut == nil && answered.outcome.lacksModel)
            }
            #expect(try await ask([visit.endpoint(mode), Visit(.groq).endpoint("normal")]).outcome.provider == .groq)
            #expect(try await visit.calls().count == 5, "neither asked again for the same, nor paused")
        }
    }

    @Test("What a model thinks is never shown", arguments: AdapterTests.protocols, ["thinks_aloud", "thinks_apart"])
    func thinks(_ provider: Provider, _ mode: String) async throws {
        for isWatched in [true, false] {
            let answered = try await ask([Visit(provider).endpoint(mode)], isWatched: isWatched)
            #expect(answered.text == "It is free [1]." && answered.outcome.basis == .basedOn)
        }
    }

    @Test(
        "Trouble after the first word keeps what was said, goes on with a quote, and asks no other", arguments: AdapterTests.protocols,
        [
            "cut", "ends_early", "error_inside", "silent_in_the_middle",
        ])
    func interrupted(_ provider: Provider, _ mode: String) async throws {
        let other = Visit(.groq)
        let answered = try await ask(
            [Visit(provider).endpoint(mode), other.endpoint("normal")],
            timeout: mode.hasPrefix("silent") ? .seconds(3) : .seconds(10))
        #expect(answered.text.hasPrefix("It is free") && answered.text.hasSuffix("…\n\n\(Self.interrupted)\n\n\(Self.quote)"))
        #expect(answered.outcome.model == mode && answered.outcome.usage.outputTokens > 0)
        #expect(try await other.calls().isEmpty)
    }

    @Test("A provider that fails is followed by the next, in the order given")
    func order() async throws {
        let visits = [Visit(.openai), Visit(.anthropic), Visit(.groq)]
        let answered = try await ask(zip(visits, ["refuses_the_key", "normal", "normal"]).map { $0.endpoint($1) })
        #expect(answered.outcome.provider == .anthropic && answered.text == "It is free to run on your own server [1].")
        var counts: [Int] = []
        for visit in visits { counts.append(try await visit.calls().count) }
        #expect(counts == [1, 1, 0])
        #expect(log.text.contains("asking the next") && log.problems == ["status_401"])
    }

    @Test("Where all fail, the text is quoted and nothing is charged")
    func allFail() async throws {
        let answered = try await ask([Visit(.openai).endpoint("refuses_the_key"), Visit(.anthropic).endpoint("is_busy_for_long")])
        #expect(answered.text.hasPrefix(Self.cannot) && answered.outcome.provider == nil && answered.outcome.usage.outputTokens == 0)
        #expect(log.problems == ["status_401", "status_429"])
    }

    @Test("A provider in trouble is passed over while another is there, and asked where none is")
    func passedOver() async throws {
        let (first, second) = (Visit(.openai), Visit(.anthropic))
        for _ in 0..<3 {
            #expect(try await ask([first.endpoint("refuses_the_key"), second.endpoint("normal")]).outcome.provider == .anthropic)
        }
        #expect(try await first.calls().count == 1)
        for _ in 0..<2 { #expect(try await ask([first.endpoint("refuses_the_key")]).outcome.basis == .quoted) }
        #expect(try await first.calls().count == 3)
    }

    @Test(
        "A count that can't be is replaced by our own, and the log says so", arguments: AdapterTests.protocols,
        [
            "usage_is_negative", "usage_is_enormous", "usage_is_text", "usage_is_missing",
        ])
    func usage(_ provider: Provider, _ mode: String) async throws {
        let answered = try await ask([Visit(provider).endpoint(mode)])
        #expect((50..<1_000).contains(answered.outcome.usage.inputTokens) && (1..<100).contains(answered.outcome.usage.outputTokens))
        #expect(log.problems == ["usage"] && answered.outcome.basis == .basedOn)
    }

    @Test("A model without end is cut off", arguments: AdapterTests.protocols)
    func endless(_ provider: Provider) async throws {
        let answered = try await ask([Visit(provider).endpoint("a_megabyte")])
        #expect(answered.text.utf8.count == LiveAnswer.maximumBytes && answered.outcome.state == .answered)
        #expect(answered.text.hasSuffix("Please ask for the rest.") && answered.outcome.cut == .length)
        #expect(answered.outcome.usage.outputTokens > 10_000 && log.problems.isEmpty)
    }

    @Test("A visitor who leaves ends it, also between two tries", arguments: AdapterTests.protocols, ["endless", "is_busy", "silent"])
    func leaves(_ provider: Provider, _ mode: String) async throws {
        let visit = Visit(provider)
        let asking = Task { try await ask([visit.endpoint(mode), visit.endpoint("normal")]) }
        #expect(try await eventually { try await !visit.calls().isEmpty })
        asking.cancel()
        let answered = try await asking.value
        #expect(answered.outcome.state == .abandoned)
        // Between two tries, nothing was asked for; or it was, as the answer to the first hadn't come yet.
        if mode != "is_busy" {
            #expect(answered.outcome.model == mode && answered.outcome.usage.inputTokens > 0, "what was read is paid for")
        }
        #expect(try await visit.calls().count == 1)
    }
}

/// What was logged, in memory.
private final class RecordedLog: Sendable {
    private let lines = Mutex<[(message: String, metadata: Logger.Metadata)]>([])

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }
    var text: String { lines.withLock { "\($0)" } }
    var problems: [String] { lines.withLock { $0.compactMap { $0.metadata["problem"].map { "\($0)" } } } }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { log.lines.withLock { $0.append(("\(event.message)", event.metadata ?? [:])) } }
    }
}
