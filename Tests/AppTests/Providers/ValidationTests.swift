import Curl
import Testing

@testable import App

@Suite("A key is tried when it is saved", .timeLimit(.minutes(1)))
struct ValidationTests {
    private func problem(_ credential: Credential, model: String? = nil) async -> CredentialProblem? {
        do throws(CredentialProblem) {
            try await credential.adapter(.forTests).validate(model: model)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "One that is taken is fine, with a model that is there, also by a short name",
        arguments: [Provider.openai, .openrouter, .groq, .compatible, .anthropic],
        [
            nil, "test-model", "llama3",
        ] as [String?])
    func good(_ provider: Provider, _ model: String?) async throws {
        let visit = Visit(provider)
        #expect(await problem(visit.credential(), model: model) == nil)
        let calls = try await visit.calls()
        #expect(calls.allSatisfy { $0.body == .object([:]) }, "nothing is asked that costs")
    }

    @Test("One that is refused is said to be", arguments: [Provider.openai, .openrouter, .groq, .compatible, .anthropic])
    func refused(_ provider: Provider) async {
        let problem = await problem(Visit(provider).credential(key: "sk-wrong"))
        #expect(problem == .keyIsRefused)
        #expect(problem?.sentence.contains("sk-wrong") == false)
    }

    @Test("A model that isn't there is named", arguments: AdapterTests.protocols)
    func noSuchModel(_ provider: Provider) async {
        #expect(await problem(Visit(provider).credential(), model: "gpt-99/ü?") == .modelIsUnknown("gpt-99/ü?"))
    }

    @Test(
        "What else can be wrong is told apart", arguments: AdapterTests.protocols,
        [
            ("html", CredentialProblem.isNoProvider), ("malformed_stream", .isNoProvider), ("is_busy", .isBusy), ("always_fails", .isBusy),
            ("leads_elsewhere", .leadsElsewhere), ("is_not_there", .isNoProvider),
        ])
    func trouble(_ provider: Provider, _ expected: (mode: String, problem: CredentialProblem)) async {
        let base = "http://127.0.0.1:\(ProviderServer.shared.port)/\(expected.mode)"
        #expect(await problem(Credential(provider, baseURL: base, key: ProviderServer.key)) == expected.problem)
    }

    @Test("Where nothing answers, that is said", arguments: AdapterTests.protocols)
    func unreachable(_ provider: Provider) async {
        #expect(await problem(Credential(provider, baseURL: "http://127.0.0.1:9/v1", key: "k")) == .cannotBeReached)
        #expect(await problem(Credential(provider, baseURL: "http://no.such.name.invalid/v1", key: "k")) == .cannotBeReached)
    }

    @Test("An account's own address is looked at again when it is connected to", arguments: AdapterTests.protocols)
    func privateAddress(_ provider: Provider) async throws {
        let visit = Visit(provider)
        let curl = Curl(
            {
                var configuration = Curl.Configuration(); configuration.lookup = { _ in ["127.0.0.1"] }; return configuration
            }())
        let policy = AddressPolicy.publicOnly.withPorts([ProviderServer.shared.port])
        let url = visit.baseURL.replacing("127.0.0.1", with: "models.example.com")
        let adapter = Credential(provider, baseURL: url, key: ProviderServer.key, addresses: policy).adapter(curl)
        await #expect(throws: CredentialProblem.address(.privateAddress)) { try await adapter.validate(model: nil) }
        await #expect(throws: CurlError.addressNotAllowed(.privateAddress)) {
            try await adapter.stream(ModelRequest("normal")) { _ in true }
        }
        #expect(try await visit.calls().isEmpty)
    }

    @Test("Each problem has a sentence that says what to do, and no code")
    func sentences() {
        let all: [CredentialProblem] = [
            .keyIsMissing, .keyIsOdd, .keyIsRefused, .creditIsUsedUp, .addressIsMissing, .address(.port), .addressIsNotEncrypted,
            .cannotBeReached, .timedOut,
            .leadsElsewhere, .isNoProvider, .isBusy, .modelIsUnknown("m"),
        ]
        #expect(Set(all.map(\.sentence)).count == all.count)
        for problem in all { #expect(problem.sentence.hasSuffix(".") && problem.sentence.count > 20, "\(problem)") }
    }

    @Test(
        "A status says what is wrong",
        arguments: [
            (200, nil), (400, .keyIsRefused), (401, .keyIsRefused), (403, .keyIsRefused), (402, .creditIsUsedUp), (301, .leadsElsewhere),
            (429, .isBusy), (500, .isBusy), (529, .isBusy),
            (404, .isNoProvider), (204, .isNoProvider), (405, .isNoProvider),
        ] as [(Int, CredentialProblem?)])
    func status(_ status: Int, _ problem: CredentialProblem?) { #expect(CredentialProblem(status: status) == problem) }
}
