import Curl

/// A model at a provider, as one place where a bot's answers may come from.
struct ModelEndpoint: Sendable {
    let credential: Credential
    let model: String

    /// The same for every question that goes there; not shown to anybody.
    var id: ID { ID(provider: credential.provider, baseURL: credential.baseURL, key: credential.key, model: model) }

    struct ID: Hashable, Sendable {
        fileprivate let provider: Provider
        fileprivate let baseURL: String
        fileprivate let key: String
        fileprivate let model: String
    }
}
