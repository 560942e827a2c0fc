import Logging

/// Who answers for a bot: the server's providers, and its account's own.
struct Providers: Sendable {
    let configuration: ProviderConfiguration
    let secrets: Secrets
    let log: Logger

    /// The bot's endpoints, in the order in which they are tried. A key that can't be opened any more leaves the others in use.
    func endpoints(for bot: Bot, _ stored: [StoredCredential]) -> [ModelEndpoint] {
        let own = stored.compactMap { credential -> Credential? in
            do {
                return try credential.opened(secrets, configuration.ownersAddresses)
            } catch {
                log.error(
                    "a provider's key can't be opened", metadata: ["credential": "\(credential.id.lowercased)", "problem": "\(error)"])
                return nil
            }
        }
        return configuration.endpoints(for: bot, own: own)
    }
}
