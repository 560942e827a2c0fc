import Curl
import Templates
import Testing

@testable import App

@Suite("What a provider is sent", .timeLimit(.minutes(1)))
struct RequestShapeTests {
    private func sent(_ provider: Provider, _ change: (inout ModelRequest) -> Void = { _ in }, model: String = "normal") async throws
        -> Visit.Call
    {
        let visit = Visit(provider)
        var request = ModelRequest(model)
        change(&request)
        try await visit.adapter().stream(request) { _ in true }
        let calls = try await visit.calls()
        return try #require(calls.first)
    }

    @Test(
        "OpenAI's protocol: the key as a bearer's, the rules as the first message",
        arguments: [Provider.openai, .openrouter, .groq, .compatible])
    func completions(_ provider: Provider) async throws {
        let call = try await sent(provider)
        #expect(call.target == "/v1/chat/completions")
        #expect(call.header("authorization") == "Bearer \(ProviderServer.key)" && call.header("content-type") == "application/json")
        #expect(call.body["model"] == .string("normal") && call.body["stream"] == .bool(true) && call.body["temperature"] == .number("0.2"))
        #expect(call.body["max_tokens"] == .number("2000") && call.body["stream_options"]?["include_usage"] == .bool(true))
        #expect(call.body["messages"]?[0]?["role"] == .string("system") && call.body["messages"]?[0]?["content"] == .string("Rules."))
        #expect(call.body["messages"]?[1]?["role"] == .string("user") && call.body["reasoning_effort"] == nil)
    }

    @Test("A server without a key is sent none")
    func noKey() async throws {
        let visit = Visit(.compatible)
        try await visit.credential(key: "").adapter(.forTests).stream(ModelRequest("normal")) { _ in true }
        #expect(try await visit.calls().first?.header("authorization") == nil)
    }

    @Test(
        "OpenAI's models that think first are told not to, and limited in their own words",
        arguments: ["gpt-6-luna", "openai/gpt-6-luna", "gpt-5.4-mini"])
    func reasoning(_ model: String) async throws {
        let body = try await sent(.openrouter, model: model).body
        #expect(
            body["reasoning_effort"] == .string("none") && body["max_completion_tokens"] == .number("2000") && body["max_tokens"] == nil)
    }

    @Test("A plain request has only what can't be left out")
    func plain() async throws {
        let openAI = try await sent(.openai, { $0.form = .plain }).body
        #expect(openAI["temperature"] == nil && openAI["max_tokens"] == nil && openAI["max_completion_tokens"] == .number("2000"))
        guard case .object(let compatible) = try await sent(.compatible, { $0.form = .plain }).body else { return #expect(Bool(false)) }
        #expect(compatible.keys.sorted() == ["messages", "model", "stream"])
        guard case .object(let anthropic) = try await sent(.anthropic, { $0.form = .plain }).body else { return #expect(Bool(false)) }
        #expect(anthropic.keys.sorted() == ["max_tokens", "messages", "model", "stream", "system"])
    }

    @Test("An answer that nobody watches come is asked for whole", arguments: [Provider.openai, .compatible, .anthropic])
    func whole(_ provider: Provider) async throws {
        let body = try await sent(provider, { $0.isStreamed = false }).body
        #expect(body["stream"] == .bool(false) && body["stream_options"] == nil)
    }

    @Test("Anthropic's protocol: the key and the version in headers of their own, the rules beside the messages")
    func messages() async throws {
        let call = try await sent(.anthropic)
        #expect(call.target == "/v1/messages" && call.header("authorization") == nil)
        #expect(call.header("x-api-key") == ProviderServer.key && call.header("anthropic-version") == "2023-06-01")
        #expect(
            call.body["system"] == .string("Rules.") && call.body["max_tokens"] == .number("2000") && call.body["stream"] == .bool(true))
        #expect(call.body["messages"]?[0]?["role"] == .string("user") && call.body["messages"]?[1] == nil)
    }

    @Test("Anthropic's temperature ends at 1", arguments: [(0.0, "0.0"), (0.7, "0.7"), (1.0, "1.0"), (2.0, "1.0")])
    func temperature(_ given: Double, _ written: String) async throws {
        #expect(try await sent(.anthropic, { $0.temperature = given }).body["temperature"] == .number(written))
    }

    @Test("Anthropic's base URL works with and without its version")
    func version() async throws {
        let visit = Visit(.anthropic)
        let versioned = Credential(.anthropic, baseURL: visit.baseURL + "/v1", key: ProviderServer.key)
        try await versioned.adapter(.forTests).stream(ModelRequest("normal")) { _ in true }
        #expect(try await visit.calls().map(\.target) == ["/v1/messages"])
    }

    @Test(
        "With Anthropic the visitor begins, and each speaks once at a time",
        arguments: [
            ("u1 a1 u2", "u1 a1 u2"), ("s u1", "u1"), ("a1 u1", "u1"), ("u1 u2", "u1+u2"), ("u1 a1 a2 u2", "u1 a1+a2 u2"),
            ("u1 a- u2", "u1+u2"), ("a1 a2", ""), ("", ""),
        ])
    func turns(_ given: String, _ sent: String) {
        let roles: [Character: ModelMessage.Role] = ["u": .user, "a": .assistant, "s": .system]
        let messages = given.split(separator: " ").map { word in
            ModelMessage(role: roles[word.first ?? "u"] ?? .user, content: word.hasSuffix("-") ? " \n" : String(word))
        }
        let turns = AnthropicMessages.inTurn(messages)
        #expect(turns.map { $0.content.replacing("\n\n", with: "+") }.joined(separator: " ") == sent)
        #expect(zip(turns, turns.dropFirst()).allSatisfy { $0.role != $1.role })
    }
}
