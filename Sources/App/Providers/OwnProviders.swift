import Curl
import FoundationEssentials
import Hummingbird
import Postgres
import Templates

/// The routes of an account's own keys of providers.
struct OwnProviders: Feature {
    private static let path = "/account/providers"
    /// Each try sends a request to where somebody says.
    static let tries = RateLimit(name: "provider-keys", maximum: 30, windowSeconds: 3_600)

    let postgres: Postgres
    let providers: Providers
    let curl: Curl

    func add(to routes: RouteMap) {
        routes.account.get("/account/providers", list, .init("The account’s own keys of providers", gives: .providerKeys))
        routes.owner.post(
            "/account/providers", create,
            .init("Tries a provider’s key and keeps it", takes: .newProviderKey, gives: .providerKey, status: 201))
        routes.owner.delete("/account/providers/{credential}", delete, .init("Forgets a provider’s key"))
    }

    /// `GET /account/providers`
    func list(_ request: Request, _ context: AccountContext) async throws -> Reply {
        Reply(try await keys(context)) { page($0, context) }
    }

    /// `POST /account/providers`: tries the key, and keeps it if its provider takes it.
    func create(_ request: Request, _ context: OwnerContext) async throws -> Reply {
        let input = try await Input(of: request)
        let before = try await keys(context)
        return try await .form(input, { before.mending($0) }, into: "#providers", page: { page($0, context) }) {
            try await count(context)
            let id = try await context.database.save(tried(input), providers.secrets)
            let saved = try await keys(context, saying: Said.keyTaken.sentence)
            guard let key = saved.keys.first(where: { $0.id == id.lowercased }) else { throw Failure.notFound }
            return Reply(status: .created, key, fragment: { saved.html }, goingOnTo: Self.path, saying: .keyTaken)
        }
    }

    /// `DELETE /account/providers/{credential}`
    func delete(_ request: Request, _ context: OwnerContext) async throws -> Reply {
        try await context.database.deleteCredential(context.id("credential"))
        return Reply(goingOnTo: Self.path, saying: .removed)
    }

    private func keys(_ context: some SignedInContext, saying words: String? = nil) async throws -> ProviderKeys {
        ProviderKeys(
            keys: try await context.database.credentials().map(ProviderKey.init),
            choices: Provider.allCases.map { ProviderChoice(value: $0.rawValue, name: $0.name) }, isOwner: context.session.role == .owner,
            fields: Fields(notice: words.map { Notice(message: $0, isGood: true) }))
    }

    private func page(_ keys: ProviderKeys, _ context: some SignedInContext) -> HTML {
        ProvidersPage(keys: keys, frame: context.frame).page
    }

    private func tried(_ input: Input) async throws -> Credential {
        guard let provider = try input.text("provider").flatMap(Provider.init) else {
            throw Failure.invalid(["provider": "This can be \(Provider.allCases.map(\.rawValue).joined(separator: ", "))."])
        }
        let (url, key) = (try input.text("base_url"), try input.text("key") ?? "")
        do throws(CredentialProblem) {
            let credential = try providers.configuration.credential(provider, url: url, key: key)
            try await credential.adapter(curl).validate(model: nil)
            return credential
        } catch {
            throw Failure.invalid([error.isAboutAddress ? "base_url" : "key": error.sentence])
        }
    }

    private func count(_ context: OwnerContext) async throws {
        guard let wait = try await Self.tries.count(context.session.account.lowercased, in: postgres) else { return }
        throw Failure.tooManyRequests("Those were many tries. Please wait a while, then try again.", retryAfter: wait)
    }
}

extension ProviderKeys {
    /// With what was typed and what is wrong with it, but for the key.
    fileprivate func mending(_ fields: Fields) -> ProviderKeys {
        var fields = fields
        fields.values["key"] = nil
        return ProviderKeys(keys: keys, choices: choices, isOwner: isOwner, fields: fields)
    }
}

extension ProviderKey {
    fileprivate init(_ stored: StoredCredential) {
        self.init(
            id: stored.id.lowercased, provider: stored.provider.rawValue, name: stored.provider.name, baseURL: stored.baseURL,
            hint: stored.hint, checkedAt: stored.checkedAt)
    }
}

extension Schema {
    static let providerKey = ProviderKey.schema, providerKeys = ProviderKeys.schema
    static let newProviderKey = component(
        "NewProviderKey",
        .object(
            required: ["provider": .one(of: Provider.self)],
            optional: [
                "key": .string(upTo: Credential.maximumKeyBytes),
                "base_url": .string(upTo: Credential.maximumURLBytes).orNull.saying(
                    "Of “compatible”, or where another server speaks a provider’s protocol"),
            ]))
}
