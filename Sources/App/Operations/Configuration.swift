import Curl
import FoundationEssentials

/// Everything that the environment decides, parsed once at the start.
struct Configuration: Sendable {
    enum Stage: String, Sendable, CaseIterable { case development, production }
    private enum Switch: String, CaseIterable { case on, off }

    var host = "127.0.0.1"
    var port = 8080
    var baseURL = "http://127.0.0.1:8080"
    var stage = Stage.development
    /// Lets a server start outside production that others reach, whom it then shows everybody's codes.
    var showsCodesToEverybody = false
    var dataDirectory = ".data"
    var publicDirectory = "Public"
    var knowledgeDirectory = "Knowledge"
    var migrationsDirectory = "Migrations"
    var databaseURL: String?
    /// Raw keys; empty: made in the data directory.
    var secretKeys: [[UInt8]] = []
    /// nil: mails go to the outbox.
    var mailServer: SMTPServer?
    var mailFrom = "hello@frontdesk.example"
    var adminEmails: [String] = []
    var accessTokenSeconds = 3_600
    /// Of a conversation, that a follow-up is understood with.
    var maximumContextMessages = 10
    /// How long conversations are kept; nil is for ever.
    var conversationSeconds: Int? = 30 * 86_400
    /// Messages that somebody on the free plan may send in a time, to all bots together.
    var messageLimit = MessageLimit(maximum: 50, seconds: 86_400)
    /// Addresses that owners may name, of websites and of providers: public ones, and local ones that the operator lists.
    var ownersAddresses = AddressPolicy.publicOnly
    var trustedProxies: [AddressRange] = []
    var metricsToken: String?
    /// Where the demo sends people whom it can't help.
    var contact = "hello@frontdesk.example"
    var demoLimits = true
    /// Off for measuring only.
    var visitorLimits = true
    var providers = ProviderConfiguration()
    var maximumConnections = 8_192
    var maximumConnectionsPerAddress = 1_024

    /// Reads `environment`; the error names each variable that is wrong, and why.
    init(environment: [String: String]) throws(ConfigurationError) {
        var reader = EnvironmentReader(environment)
        host = reader.text("HOST") ?? host
        port = reader.integer("PORT", in: 0...65_535) ?? port
        baseURL = reader.url("BASE_URL") ?? ownAddress(port: port)
        stage = reader.choice("APP_ENV", of: Stage.self) ?? stage
        showsCodesToEverybody = reader.choice("SHOW_SIGN_IN_CODES_TO_EVERYBODY", of: Switch.self) == .on
        dataDirectory = reader.text("DATA_DIR") ?? dataDirectory
        databaseURL = reader.text("DATABASE_URL")
        trustedProxies = reader.list("TRUSTED_PROXIES", AddressRange.init, "an address or a range such as 10.0.0.0/8")
        secretKeys = reader.list("SECRET_KEYS", { Data(base64Encoded: $0).map(Array.init) }, "base64 of 32 bytes")
        mailServer = reader.mailServer("SMTP_URL")
        mailFrom = reader.mailAddress("MAIL_FROM") ?? mailFrom
        contact = mailFrom
        adminEmails = reader.list("ADMIN_EMAILS", { try? EmailAddress($0).text }, "an e-mail address")
        accessTokenSeconds = reader.seconds("JWT_EXPIRATION", in: 60...86_400) ?? accessTokenSeconds
        maximumContextMessages = reader.integer("MAX_CONTEXT_MESSAGES", in: 0...100) ?? maximumContextMessages
        if ["0", "never"].contains(reader.text("CONVERSATION_TTL")) {
            conversationSeconds = nil
        } else {
            conversationSeconds = reader.seconds("CONVERSATION_TTL", in: 60...315_576_000) ?? conversationSeconds
        }
        messageLimit.maximum = reader.integer("MESSAGE_LIMIT", in: 1...1_000_000) ?? messageLimit.maximum
        messageLimit.seconds = reader.seconds("TIME_FRAME", in: 60...31_536_000) ?? messageLimit.seconds
        metricsToken = reader.text("METRICS_TOKEN")
        ownersAddresses = ownersAddresses.refusing([baseURL.host])
            .allowing(reader.list("ALLOWED_LOCAL_HOSTS", { $0 }, "a host, with its port or without"))
        demoLimits = reader.choice("DEMO_LIMITS", of: Switch.self) != .off
        visitorLimits = reader.choice("VISITOR_LIMITS", of: Switch.self) != .off
        providers = ProviderConfiguration(&reader, ownersAddresses: ownersAddresses)
        maximumConnections = reader.integer("MAX_CONNECTIONS", in: 16...1_000_000) ?? maximumConnections
        maximumConnectionsPerAddress = reader.integer("MAX_CONNECTIONS_PER_ADDRESS", in: 8...1_000_000) ?? maximumConnectionsPerAddress
        if developmentAudience == .thisMachine {
            reader.refuseOthers(host: HostName(listening: host), site: HostName(authority: baseURL.host))
        }
        if stage == .production { reader.require(["DATABASE_URL", "SECRET_KEYS", "SMTP_URL"]) }
        guard reader.problems.isEmpty else { throw ConfigurationError(problems: reader.problems) }
    }

    /// By which browsers reach us.
    var scheme: String { baseURL.hasPrefix("https://") ? "https" : "http" }

    /// Where a browser on this machine finds us.
    func address(port: Int) -> String { baseURL == ownAddress(port: self.port) ? ownAddress(port: port) : baseURL }

    private func ownAddress(port: Int) -> String { host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)" }

    /// The process's environment over what `.env` says, if there is one.
    static func load() throws(ConfigurationError) -> Configuration {
        let file = (try? String(contentsOfFile: ".env", encoding: .utf8)) ?? ""
        let environment = DotEnv.parse(file).merging(ProcessInfo.processInfo.environment) { _, process in process }
        return try Configuration(environment: environment)
    }
}

extension String {
    /// Of a URL of ours.
    fileprivate var host: String {
        let authority = split(separator: "/", omittingEmptySubsequences: true).dropFirst().first ?? ""
        return String(authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" })
    }
}

struct ConfigurationError: Error, CustomStringConvertible {
    let problems: [String]
    var description: String { problems.joined(separator: "\n") }
}

/// Reads variables and collects what is wrong with them.
struct EnvironmentReader {
    let environment: [String: String]
    var problems: [String] = []

    init(_ environment: [String: String]) { self.environment = environment }

    func text(_ name: String) -> String? {
        environment[name].map(\.trimmingBlanks).flatMap { $0.isEmpty ? nil : $0 }
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(name) else { return nil }
        if let value = Int(text), range.contains(value) { return value }
        problems.append("\(name) is “\(text)”; it must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        return nil
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String, of: Choice.Type) -> Choice? {
        guard let text = text(name) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        problems.append("\(name) is “\(text)”; it can be \(Choice.allCases.map(\.rawValue).joined(separator: ", ")).")
        return nil
    }

    mutating func url(_ name: String) -> String? {
        guard let text = text(name) else { return nil }
        let url = text.hasSuffix("/") ? String(text.dropLast()) : text
        if ["http://", "https://"].contains(where: { url.hasPrefix($0) && url != $0 }) { return url }
        problems.append("\(name) is “\(text)”; it must start with http:// or https://.")
        return nil
    }

    /// `90`, `90s`, `15m`, `24h` or `30d`, in seconds.
    mutating func seconds(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(name) else { return nil }
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        let unit = text.last.flatMap { units[$0] }
        if let number = Int(unit == nil ? text[...] : text.dropLast()) {
            let (seconds, isTooMuch) = number.multipliedReportingOverflow(by: unit ?? 1)
            if !isTooMuch, range.contains(seconds) { return seconds }
        }
        problems.append("\(name) is “\(text)”; it must be a time such as 90s, 15m, 24h or 30d.")
        return nil
    }

    mutating func mailServer(_ name: String) -> SMTPServer? {
        guard let text = text(name) else { return nil }
        if let server = try? SMTPServer(text) { return server }
        // It may hold a password, so it isn't repeated.
        problems.append("\(name) can't be read; it must be like smtp://user:password@mail.example.org:587.")
        return nil
    }

    mutating func mailAddress(_ name: String) -> String? {
        guard let text = text(name) else { return nil }
        if let address = try? MailAddress(text) { return address.email }
        problems.append("\(name) is “\(text)”; it must be an e-mail address.")
        return nil
    }

    mutating func require(_ names: [String]) {
        for name in names where text(name) == nil { problems.append("\(name) is needed in production.") }
    }

    mutating func list<Element>(_ name: String, _ element: (String) -> Element?, _ wanted: String) -> [Element] {
        (text(name) ?? "").split(separator: ",").compactMap { part in
            let value = element(part.trimmingBlanks)
            if value == nil { problems.append("\(name) has “\(part)”; each part must be \(wanted).") }
            return value
        }
    }
}

/// `.env`: lines of `NAME=value` as a shell would read them, with `#` comments and optional quotes; nothing is expanded.
enum DotEnv {
    static func parse(_ text: String) -> [String: String] {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline).map(\.trimmingBlanks) where !line.hasPrefix("#") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            let name = parts[0].hasPrefix("export ") ? parts[0].dropFirst(7) : parts[0]
            values[name.trimmingBlanks] = value(parts[1].trimmingBlanks)
        }
        return values
    }

    /// What stands between the quotes, or else before a comment.
    private static func value(_ text: String) -> String {
        if let quote = text.first, quote == "\"" || quote == "'", let end = text.dropFirst().firstIndex(of: quote) {
            return String(text[..<end].dropFirst())
        }
        return text.hasPrefix("#") ? "" : (text.firstRange(of: " #").map { text[..<$0.lowerBound] } ?? text[...]).trimmingBlanks
    }
}
