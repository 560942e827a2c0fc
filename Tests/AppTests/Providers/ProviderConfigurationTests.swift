import Curl
import FoundationEssentials
import Testing

@testable import App

@Suite("Which providers there are")
struct ProviderConfigurationTests {
    private func read(_ environment: [String: String]) -> (configuration: ProviderConfiguration, problems: [String]) {
        var reader = EnvironmentReader(environment)
        return (ProviderConfiguration(&reader, ownersAddresses: .publicOnly), reader.problems)
    }

    private func bot(_ change: (inout Bot) -> Void = { _ in }) -> Bot {
        var bot = Bot(id: UUID(), account: UUID(), name: "Anna’s Bakery")
        change(&bot)
        return bot
    }

    /// As `provider model key`.
    private func endpoints(_ environment: [String: String], own: [Credential] = [], _ change: (inout Bot) -> Void = { _ in }) -> [String] {
        read(environment).configuration.endpoints(for: bot(change), own: own)
            .map { "\($0.credential.provider) \($0.model) \($0.credential.key)" }
    }

    @Test(
        "Without a key there is none, and the text is quoted",
        arguments: [[:], ["AI_MODEL": "m"], ["AI_PROVIDER": "groq"], ["OPENAI_API_KEY": " "]])
    func none(_ environment: [String: String]) {
        #expect(endpoints(environment).isEmpty && read(environment).problems.isEmpty)
    }

    @Test(
        "The first provider with a key answers, or the one that is named",
        arguments: [
            (["OPENAI_API_KEY": "a"], "openai", "a", "https://api.openai.com/v1"),
            (["GROQ_API_KEY": "b", "OPENAI_API_KEY": "a"], "openai", "a", "https://api.openai.com/v1"),
            (["GROQ_API_KEY": "b", "OPENAI_API_KEY": ""], "groq", "b", "https://api.groq.com/openai/v1"),
            (["ANTHROPIC_API_KEY": "c"], "anthropic", "c", "https://api.anthropic.com"),
            (
                ["GROQ_API_KEY": "b", "OPENAI_API_KEY": "a", "AI_PROVIDER": "groq", "GROQ_BASE_URL": "http://127.0.0.1:9/v1/"], "groq", "b",
                "http://127.0.0.1:9/v1"
            ),
            (
                ["OPENROUTER_API_KEY": "d", "ANTHROPIC_API_KEY": "c", "AI_PROVIDER": "anthropic"], "anthropic", "c",
                "https://api.anthropic.com"
            ),
        ])
    func first(_ environment: [String: String], _ provider: String, _ key: String, _ url: String) throws {
        let endpoint = try #require(read(environment).configuration.endpoints(for: bot(), own: []).first)
        #expect(endpoint.credential.provider.rawValue == provider && endpoint.credential.key == key && endpoint.credential.baseURL == url)
        #expect(endpoint.model == endpoint.credential.provider.defaultModel && read(environment).configuration.timeoutSeconds == 60)
    }

    @Test("A named model is the default provider's")
    func model() {
        let environment = ["OPENAI_API_KEY": "a", "GROQ_API_KEY": "b", "AI_PROVIDER": "groq", "AI_MODEL": "m"]
        #expect(endpoints(environment) == ["groq m b"])
        #expect(endpoints(environment) { $0.provider = "openai" } == ["openai gpt-6-luna a"])
        #expect(endpoints(environment) { $0.model = "own" } == ["groq own b"])
        #expect(endpoints(environment) { $0.model = " " } == ["groq m b"])
    }

    @Test(
        "What is wrong is named, without a key",
        arguments: [
            ("OPENAI_BASE_URL", "localhost:1"), ("AI_TIMEOUT_SECONDS", "0"), ("AI_TIMEOUT_SECONDS", "81"), ("AI_PROVIDER", "compatible"),
            ("AI_PROVIDER", "x"),
        ])
    func wrong(_ name: String, _ value: String) {
        let problems = read(["OPENAI_API_KEY": "sk-secret", name: value]).problems
        #expect(problems.count == 1 && problems.first?.contains(name) == true && problems.first?.contains("sk-secret") == false)
    }

    @Test("A bot's own provider is first, its fallbacks follow in their order, those without a key are left out")
    func order() {
        let environment = ["OPENAI_API_KEY": "a", "GROQ_API_KEY": "b", "ANTHROPIC_API_KEY": "c"]
        let all = endpoints(environment) {
            $0.provider = "anthropic"
            $0.fallbacks = ["groq", "openrouter", "anthropic", "built_in", "nonsense", "openai"]
        }
        #expect(all == ["anthropic claude-haiku-5-5 c", "groq openai/gpt-oss-20b b", "openai gpt-6-luna a"])
    }

    @Test("A bot that wants no model has none", arguments: [[], ["openai"]])
    func builtIn(_ fallbacks: [String]) {
        #expect(endpoints(["OPENAI_API_KEY": "a"]) { ($0.provider, $0.fallbacks) = (Provider.builtIn, fallbacks) }.isEmpty)
    }

    @Test("A provider without a key is passed over, and its fallback answers")
    func missing() {
        #expect(endpoints(["GROQ_API_KEY": "b"]) { ($0.provider, $0.fallbacks) = ("openai", ["groq"]) } == ["groq openai/gpt-oss-20b b"])
        #expect(endpoints(["GROQ_API_KEY": "b"]) { $0.provider = "unknown" }.isEmpty)
    }

    @Test("An account's own key goes before the server's, and counts where the server has none")
    func own() {
        let credentials = [
            Credential(.compatible, baseURL: "https://models.example.com/v1", key: "x"),
            Credential(.openai, baseURL: "https://api.openai.com/v1", key: "mine"),
        ]
        #expect(endpoints(["OPENAI_API_KEY": "a"], own: credentials) == ["openai gpt-6-luna mine"])
        #expect(endpoints([:], own: credentials).isEmpty, "a server of one's own has no model that could be guessed")
        #expect(endpoints([:], own: credentials) { $0.model = "llama3" } == ["compatible llama3 x"])
        #expect(endpoints([:], own: [credentials[1]]) == ["openai gpt-6-luna mine"])
    }

    @Test("An account's own address is public, unless the operator allows others; in public, a key is encrypted all the same")
    func addresses() {
        var configuration = ProviderConfiguration()
        configuration.ownersAddresses = .publicOnly.refusing(["desk.example.org"])
        #expect(throws: CredentialProblem.address(.privateAddress)) {
            try configuration.credential(.compatible, url: "http://127.0.0.1:11434/v1", key: "")
        }
        #expect(throws: CredentialProblem.address(.ownName)) {
            try configuration.credential(.compatible, url: "https://desk.example.org/v1", key: "k")
        }
        configuration.ownersAddresses = .any
        #expect(throws: Never.self) { try configuration.credential(.compatible, url: "http://127.0.0.1:11434/v1", key: "") }
        #expect(throws: CredentialProblem.addressIsNotEncrypted) {
            try configuration.credential(.compatible, url: "http://models.example.com", key: "k")
        }
        #expect(throws: CredentialProblem.address(.scheme)) {
            try configuration.credential(.compatible, url: "file:///etc/passwd", key: "k")
        }
    }
}

@Suite("What an owner enters to use a provider")
struct CredentialTests {
    private func credential(
        _ url: String?, _ key: String = "sk-0123456789abcdef", at provider: Provider = .compatible
    ) throws(CredentialProblem) -> Credential {
        try Credential(provider, typedURL: url, typedKey: key, addresses: .publicOnly)
    }

    @Test(
        "An address is understood as people copy it",
        arguments: [
            ("https://models.example.com/v1", "https://models.example.com/v1"),
            (" https://models.example.com/v1/ \n", "https://models.example.com/v1"),
            ("https://models.example.com/v1/chat/completions", "https://models.example.com/v1"),
            ("https://models.example.com/v1/models/", "https://models.example.com/v1"),
            ("https://models.example.com:8443", "https://models.example.com:8443"),
            ("HTTPS://models.example.com", "HTTPS://models.example.com"),
        ])
    func address(_ typed: String, _ url: String) throws { #expect(try credential(typed).baseURL == url) }

    @Test("Without an address, it is the provider's own", arguments: [nil, "", " "] as [String?])
    func usual(_ typed: String?) throws {
        #expect(try credential(typed, at: .anthropic).baseURL == "https://api.anthropic.com")
        #expect(throws: CredentialProblem.addressIsMissing) { try credential(typed) }
    }

    @Test(
        "What isn't a public address of a server is refused, with nothing sent",
        arguments: [
            "http://127.0.0.1/", "http://localhost", "http://0.0.0.0", "http://[::1]/v1", "http://[::]/", "http://10.1.2.3",
            "https://172.16.0.1", "https://192.168.0.1/v1",
            "http://169.254.169.254/", "http://100.64.0.1", "http://198.18.0.1", "http://224.0.0.1", "http://[fd00::1]", "http://[fe80::1]",
            "http://2130706433",
            "http://0x7f000001", "http://017700000001", "http://127.1", "http://127.0.0.1.", "http://[::ffff:127.0.0.1]",
            "http://[::ffff:7f00:1]", "http://[64:ff9b::7f00:1]",
            "http://[2002:7f00:1::]", "file:///etc/passwd", "ftp://example.com", "gopher://example.com", "dict://example.com",
            "data:text/plain,x", "javascript:alert(1)",
            "https://user:pw@example.com/", "http://good.example@127.0.0.1/", "http://127.0.0.1#@good.example/",
            "https://good.example\\@127.0.0.1/", "https://example.com:22",
            "https://example.com:5432", "https://example.com:0", "https://example.com:65536", "https://example.com/v1?key=x",
            "https://example.com/v1#x",
            "https://exa mple.com", "models.example.com/v1", "https://", "x", "https://example.com/\u{0}", "https://printer.local/v1",
            "https://example.com/" + String(repeating: "x", count: 2_048),
        ])
    func refused(_ typed: String) {
        #expect { try credential(typed) } throws: { error in
            guard case .address? = error as? CredentialProblem else { return false }
            return true
        }
    }

    @Test("A key isn't sent where others can read it")
    func encrypted() {
        #expect(throws: CredentialProblem.addressIsNotEncrypted) { try credential("http://models.example.com/v1") }
    }

    @Test(
        "A key is taken as it is copied, and has to be one",
        arguments: [
            (" sk-abc\n", nil), ("", .keyIsMissing), ("  ", .keyIsMissing), ("sk abc", .keyIsOdd), ("sk\r\nX-Evil: 1", .keyIsOdd),
            ("schlüssel", .keyIsOdd), ("sk\0", .keyIsOdd),
            (String(repeating: "k", count: 513), .keyIsOdd),
        ] as [(String, CredentialProblem?)])
    func key(_ typed: String, _ problem: CredentialProblem?) {
        if let problem {
            #expect(throws: problem) { try credential(nil, typed, at: .openai) }
        } else {
            #expect((try? credential(nil, typed, at: .openai))?.key == "sk-abc")
        }
    }

    @Test("A server of one's own may do without a key")
    func noKey() throws { #expect(try credential("https://models.example.com/v1", " ").key == "") }

    @Test(
        "An owner knows the key again by its end, of a long one only",
        arguments: [("sk-0123456789abcdef", "cdef"), ("short", ""), ("", "")])
    func hint(_ key: String, _ hint: String) { #expect(Credential(.openai, baseURL: "https://x", key: key).hint == hint) }

    @Test("A key is never printed")
    func printed() throws {
        let credential = try credential("https://models.example.com/v1")
        var dumped = ""
        dump(ModelEndpoint(credential: credential, model: "m"), to: &dumped)
        for text in [
            "\(credential)", String(reflecting: credential), "\([credential])", "\(ModelEndpoint(credential: credential, model: "m"))",
            dumped,
        ] {
            #expect(!text.contains(credential.key))
        }
    }
}
