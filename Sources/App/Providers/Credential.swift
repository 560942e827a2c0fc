import Curl

/// Where a provider is and the key for it. The key is never printed.
struct Credential: Sendable {
    static let maximumKeyBytes = 512
    static let maximumURLBytes = 2_048

    let provider: Provider
    /// Without a slash at its end.
    let baseURL: String
    /// Empty: the server asks for none.
    let key: String
    /// Which addresses may be connected to: any for the operator's own, only public ones for an account's.
    let addresses: AddressPolicy
    /// Rather than the operator's.
    let isAccounts: Bool

    /// For the operator's own, who may name any address.
    init(_ provider: Provider, baseURL: String, key: String, addresses: AddressPolicy = .any, isAccounts: Bool = false) {
        self.isAccounts = isAccounts
        self.provider = provider
        self.baseURL = baseURL
        self.key = key
        self.addresses = addresses
    }

    /// Checks what an owner has typed, without a request. A URL that was copied with its endpoint is understood too.
    init(_ provider: Provider, typedURL: String?, typedKey: String, addresses: AddressPolicy) throws(CredentialProblem) {
        let url = Self.base(of: (typedURL ?? "").trimmingBlanks)
        guard let baseURL = url.isEmpty ? provider.baseURL : url else { throw .addressIsMissing }
        let key = typedKey.trimmingBlanks
        guard !key.isEmpty || provider == .compatible else { throw .keyIsMissing }
        guard key.utf8.count <= Self.maximumKeyBytes, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .keyIsOdd }
        try Self.check(baseURL, addresses)
        self.init(provider, baseURL: baseURL, key: key, addresses: addresses, isAccounts: true)
    }

    /// What an owner knows the key by: its last characters, of long keys only.
    var hint: String { key.count >= 16 ? String(key.suffix(4)) : "" }

    func adapter(_ curl: Curl) -> any ModelAdapter {
        switch provider {
        case .anthropic: AnthropicMessages(curl: curl, credential: self)
        case .openai, .openrouter, .groq, .compatible: ChatCompletions(curl: curl, credential: self)
        }
    }

    private static func base(of url: String) -> String {
        var url = url[...]
        while url.hasSuffix("/") { url = url.dropLast() }
        for endpoint in ["/chat/completions", "/messages", "/models"] where url.hasSuffix(endpoint) { url = url.dropLast(endpoint.count) }
        return String(url)
    }

    private static func check(_ url: String, _ addresses: AddressPolicy) throws(CredentialProblem) {
        guard url.utf8.count <= maximumURLBytes else { throw .address(.tooLong) }
        guard !url.contains(where: { $0 == "?" || $0 == "#" }) else { throw .address(.oddCharacters) }
        do {
            try addresses.check(url)
        } catch {
            throw CredentialProblem(error)
        }
        // Inside a network that the operator lets owners into, others can't listen.
        let isPublic = (try? AddressPolicy.publicOnly.check(url)) != nil
        guard !isPublic || url.lowercased().hasPrefix("https://") else { throw .addressIsNotEncrypted }
    }
}

extension Credential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "a key for \(provider.rawValue)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }
}
