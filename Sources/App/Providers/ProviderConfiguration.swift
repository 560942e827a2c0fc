import Curl

/// The models that the operator has set up for the whole server, and what an account may add.
struct ProviderConfiguration: Sendable {
    static let defaultTimeoutSeconds = 60
    /// An answer must end before `Message.longestAnswerSeconds`.
    static let longestTimeoutSeconds = 80

    /// The server's own, one a provider at most, the first of them the default.
    var credentials: [Credential] = []
    /// Of bots that name no other; nil: the owner's text is quoted.
    var defaultProvider: Provider?
    /// At the default provider.
    var defaultModel: String?
    /// Without a word from the provider.
    var timeoutSeconds = defaultTimeoutSeconds
    /// What an account's own addresses may lead to.
    var ownersAddresses = AddressPolicy.publicOnly

    init() {}

    /// Reads `OPENAI_API_KEY`, `OPENAI_BASE_URL` and so on, `AI_PROVIDER`, `AI_MODEL` and `AI_TIMEOUT_SECONDS`.
    init(_ reader: inout EnvironmentReader, ownersAddresses: AddressPolicy) {
        credentials = Provider.allCases.compactMap { Self.credential(of: $0, &reader) }
        let wanted = Self.provider(&reader)
        defaultProvider = credentials.map(\.provider).first { wanted == nil || wanted == $0 }
        defaultModel = reader.text("AI_MODEL")
        timeoutSeconds = reader.integer("AI_TIMEOUT_SECONDS", in: 1...Self.longestTimeoutSeconds) ?? timeoutSeconds
        self.ownersAddresses = ownersAddresses
    }

    /// Checks what an owner has typed, without a request; `validate` of its adapter then asks the provider.
    func credential(_ provider: Provider, url: String?, key: String) throws(CredentialProblem) -> Credential {
        try Credential(provider, typedURL: url, typedKey: key, addresses: ownersAddresses)
    }

    /// Where a bot's answers come from, in the order in which it is tried; empty: its text is quoted. An account's own
    /// key goes before the server's; where a bot names no provider and the server has none, the account's first one counts.
    func endpoints(for bot: Bot, own: [Credential]) -> [ModelEndpoint] {
        guard bot.provider != Provider.builtIn else { return [] }
        let first = bot.provider.map(Provider.init) ?? defaultProvider ?? own.first?.provider
        guard let first else { return [] }
        var endpoints: [ModelEndpoint] = []
        let wanted = [(first, bot.model?.nonBlank)] + bot.fallbacks.map { (Provider(rawValue: $0), nil) }
        for (provider, model) in wanted {
            guard let endpoint = endpoint(at: provider, model, own), !endpoints.contains(where: { $0.id == endpoint.id }) else { continue }
            endpoints.append(endpoint)
        }
        return endpoints
    }

    /// Where a bot names none.
    func usualModel(of provider: Provider) -> String? { (provider == defaultProvider ? defaultModel : nil) ?? provider.defaultModel }

    private func endpoint(at provider: Provider?, _ model: String?, _ own: [Credential]) -> ModelEndpoint? {
        guard let provider, let credential = (own + credentials).first(where: { $0.provider == provider }) else { return nil }
        return (model ?? usualModel(of: provider)).map { ModelEndpoint(credential: credential, model: $0) }
    }

    private static func credential(of provider: Provider, _ reader: inout EnvironmentReader) -> Credential? {
        guard let prefix = provider.environmentPrefix, let usual = provider.baseURL, let key = reader.text("\(prefix)_API_KEY")
        else { return nil }
        return Credential(provider, baseURL: reader.url("\(prefix)_BASE_URL") ?? usual, key: key)
    }

    private static func provider(_ reader: inout EnvironmentReader) -> Provider? {
        guard let text = reader.text("AI_PROVIDER") else { return nil }
        let provider = Provider(rawValue: text)
        if provider?.environmentPrefix == nil {
            let names = Provider.allCases.filter { $0.environmentPrefix != nil }.map(\.rawValue)
            reader.problems.append("AI_PROVIDER is “\(text)”; it can be \(names.joined(separator: ", ")).")
        }
        return provider
    }
}

extension String {
    fileprivate var nonBlank: String? { contains { !$0.isWhitespace } ? self : nil }
}
