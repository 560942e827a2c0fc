import Testing

@testable import App

@Suite("The configuration")
struct ConfigurationTests {
    private func problems(_ environment: [String: String]) -> [String] {
        do {
            _ = try Configuration(environment: environment)
            return []
        } catch {
            return error.problems
        }
    }

    @Test(
        "Nothing has to be set",
        arguments: [
            [:],
            ["PORT": "", "HOST": " ", "APP_ENV": "", "OPENAI_API_KEY": "", "AI_PROVIDER": "", "TRUSTED_PROXIES": "", "DATABASE_URL": " "],
        ])
    func defaults(_ environment: [String: String]) throws {
        let configuration = try Configuration(environment: environment)
        #expect(configuration.host == "127.0.0.1" && configuration.port == 8080 && configuration.baseURL == "http://127.0.0.1:8080")
        #expect(configuration.stage == .development && configuration.dataDirectory == ".data" && configuration.databaseURL == nil)
        #expect(
            configuration.trustedProxies.isEmpty && configuration.metricsToken == nil && configuration.demoLimits
                && configuration.providers.credentials.isEmpty)
    }

    @Test("What is set counts, without blanks around it")
    func values() throws {
        let configuration = try Configuration(environment: [
            "HOST": " 0.0.0.0 ", "PORT": "80", "BASE_URL": "https://desk.example/", "APP_ENV": "production",
            "DATABASE_URL": "postgres://db/x",
            "SECRET_KEYS": String(repeating: "A", count: 43) + "=", "SMTP_URL": "smtp://mail.example.org",
            "DATA_DIR": "/srv/a b", "TRUSTED_PROXIES": "10.0.0.0/8, ::1", "METRICS_TOKEN": "t", "DEMO_LIMITS": "off",
            "MAX_CONNECTIONS": "16",
        ])
        #expect(configuration.host == "0.0.0.0" && configuration.port == 80 && configuration.baseURL == "https://desk.example")
        #expect(
            configuration.stage == .production && configuration.databaseURL == "postgres://db/x"
                && configuration.dataDirectory == "/srv/a b")
        #expect(configuration.trustedProxies.count == 2 && configuration.metricsToken == "t" && !configuration.demoLimits)
        #expect(configuration.maximumConnections == 16)
    }

    @Test(
        "Conversations are kept as long as it says, or for ever",
        arguments: [
            ("", 30 * 86_400), ("15m", 900), ("365d", 31_536_000), ("3600", 3_600), ("0", nil), ("never", nil),
        ] as [(String, Int?)])
    func retention(_ value: String, _ seconds: Int?) throws {
        #expect(try Configuration(environment: ["CONVERSATION_TTL": value]).conversationSeconds == seconds)
    }

    @Test(
        "The address follows from host and port",
        arguments: [
            ("127.0.0.1", "3000", "http://127.0.0.1:3000"), ("::1", "3000", "http://[::1]:3000"),
            ("desk.example", "80", "http://desk.example:80"),
        ])
    func address(_ host: String, _ port: String, _ url: String) throws {
        #expect(try Configuration(environment: ["HOST": host, "PORT": port, "SHOW_SIGN_IN_CODES_TO_EVERYBODY": "on"]).baseURL == url)
    }

    @Test("With port 0, the address names the port that it became, unless BASE_URL says otherwise")
    func chosenPort() throws {
        #expect(try Configuration(environment: ["PORT": "0"]).address(port: 4567) == "http://127.0.0.1:4567")
        #expect(
            try Configuration(environment: ["PORT": "0", "BASE_URL": "https://desk.example", "SHOW_SIGN_IN_CODES_TO_EVERYBODY": "on"])
                .address(port: 4567) == "https://desk.example")
    }

    @Test(
        "A variable that is wrong is named, with what it may be",
        arguments: [
            ("PORT", "eighty", "65535"), ("PORT", "-1", "65535"), ("PORT", "65536", "65535"), ("PORT", "80.0", "65535"),
            ("PORT", "9223372036854775808", "65535"),
            ("BASE_URL", "desk.example", "http://"), ("BASE_URL", "ftp://desk.example", "http://"), ("BASE_URL", "https://", "http://"),
            ("APP_ENV", "staging", "development, production"), ("APP_ENV", "Production", "development, production"),
            ("TRUSTED_PROXIES", "10.0.0.0/8, proxy", "10.0.0.0/8"), ("TRUSTED_PROXIES", "10.0.0.0/33", "10.0.0.0/8"),
            ("AI_PROVIDER", "skynet", "openai"), ("MAX_CONNECTIONS", "15", "16"), ("MAX_CONNECTIONS_PER_ADDRESS", "x", "8"),
            ("DEMO_LIMITS", "false", "off"), ("MAX_CONTEXT_MESSAGES", "101", "100"), ("MAX_CONTEXT_MESSAGES", "ten", "100"),
            ("CONVERSATION_TTL", "59s", "30d"), ("CONVERSATION_TTL", "11y", "30d"), ("CONVERSATION_TTL", "4000d", "30d"),
            ("CONVERSATION_TTL", "-1", "30d"),
            ("CONVERSATION_TTL", "9223372036854775807d", "30d"),
        ])
    func wrong(_ name: String, _ value: String, _ hint: String) throws {
        let problems = problems([name: value])
        #expect(problems.count == 1)
        let problem = try #require(problems.first)
        #expect(problem.contains(name) && problem.contains(hint), "\(problem)")
    }

    @Test("All that is wrong is said at once")
    func together() {
        let problems = problems(["PORT": "x", "BASE_URL": "y", "APP_ENV": "z"])
        #expect(problems.count == 3)
        #expect(ConfigurationError(problems: problems).description.split(separator: "\n").count == 3)
    }

    @Test(
        "In production a database, keys and a mail server have to be named", arguments: ["DATABASE_URL", "SECRET_KEYS", "SMTP_URL"],
        [nil, "", " "])
    func production(_ name: String, _ value: String?) {
        var environment = [
            "APP_ENV": "production", "DATABASE_URL": "postgres://db/x", "SECRET_KEYS": String(repeating: "A", count: 43) + "=",
            "SMTP_URL": "smtp://mail.example.org",
        ]
        environment[name] = value
        let problems = problems(environment)
        #expect(problems.count == 1 && problems.first?.contains(name) == true)
    }

    @Test(
        "Outside production, an address that others reach is refused",
        arguments: [
            ("HOST", "0.0.0.0"), ("HOST", "::"), ("HOST", "192.168.1.5"), ("HOST", "desk.example"), ("HOST", "127.1"),
            ("HOST", "localhost.example"),
            ("BASE_URL", "https://desk.example"), ("BASE_URL", "http://10.0.0.1:8080"), ("BASE_URL", "http://[2001:db8::1]/"),
            ("BASE_URL", "http://127.0.0.1.desk.example"),
            ("BASE_URL", "https://localhost@desk.example"),
        ])
    func reachedByOthers(_ name: String, _ value: String) throws {
        let problem = try #require(problems([name: value]).first)
        #expect(problem.contains(name) && problem.contains("APP_ENV=production") && problem.contains("SHOW_SIGN_IN_CODES_TO_EVERYBODY=on"))
        #expect(problems([name: value, "SHOW_SIGN_IN_CODES_TO_EVERYBODY": "off"]).count == 1)
        #expect(try Configuration(environment: [name: value, "SHOW_SIGN_IN_CODES_TO_EVERYBODY": "on"]).developmentAudience == .everybody)
    }

    @Test(
        "What leads to this machine only is for development",
        arguments: [
            ("HOST", "127.0.0.1"), ("HOST", "127.0.0.2"), ("HOST", "::1"), ("HOST", "localhost"),
            ("BASE_URL", "http://localhost:3000"), ("BASE_URL", "https://desk.localhost"), ("BASE_URL", "http://[::1]:80/"),
            ("BASE_URL", "http://LOCALHOST"),
        ])
    func ofThisMachine(_ name: String, _ value: String) throws {
        #expect(try Configuration(environment: [name: value]).developmentAudience == .thisMachine)
    }

    @Test("In production, nothing is there for development", arguments: ["on", "off", ""])
    func nothingInProduction(_ shown: String) throws {
        let configuration = try Configuration(environment: [
            "APP_ENV": "production", "DATABASE_URL": "postgres://db/x", "SECRET_KEYS": String(repeating: "A", count: 43) + "=",
            "SMTP_URL": "smtp://mail.example.org", "HOST": "0.0.0.0", "BASE_URL": "https://desk.example",
            "SHOW_SIGN_IN_CODES_TO_EVERYBODY": shown,
        ])
        #expect(configuration.developmentAudience == .nobody)
    }

    @Test(
        "What is wrong about the model is named",
        arguments: [("OPENAI_BASE_URL", "localhost:1"), ("AI_TIMEOUT_SECONDS", "0"), ("AI_TIMEOUT_SECONDS", "81")])
    func wrongModel(_ name: String, _ value: String) {
        let problems = problems(["OPENAI_API_KEY": "sk-secret", name: value])
        #expect(problems.count == 1 && problems.first?.contains(name) == true && problems.first?.contains("sk-secret") == false)
    }
}

@Suite(".env")
struct DotEnvTests {
    @Test(
        "Lines are read as a shell would read them",
        arguments: [
            ("A=b", "b"), (" A = b ", "b"), ("A=\"b c\"", "b c"), ("A='b c'", "b c"), ("A=b=c", "b=c"), ("A=\nA=b", "b"),
            ("# A=c\nA=b", "b"), ("A=b\r\nB=c\r\n", "b"),
            ("A=\"", "\""), ("A=\"b'", "\"b'"), ("A=a#b", "a#b"), ("nonsense\n=\nA=b", "b"), ("A=", ""), ("A=''", ""), ("export A=b", "b"),
            ("A=b # why", "b"), ("A='b # c' # why", "b # c"),
            ("A=\"b\" # why", "b"), ("A= # why", ""),
        ])
    func lines(_ text: String, _ value: String) {
        #expect(DotEnv.parse(text)["A"] == value)
    }

    @Test("What isn't there is nil", arguments: ["", "#A=b", "a=b", "A", "B=A=c", "AA=b"])
    func missing(_ text: String) {
        #expect(DotEnv.parse(text)["A"] == nil)
    }
}
