import Curl
import FoundationEssentials
import Logging
import Postgres
import Templates

/// An account's own key of a provider, as its settings show it.
struct StoredCredential: Sendable {
    let id: UUID
    let provider: Provider
    /// nil: the provider's usual one.
    let baseURL: String?
    /// The key's last characters.
    let hint: String
    let checkedAt: Moment?
    fileprivate let sealed: SealedSecret

    /// - Throws: `SealingProblem`.
    func opened(_ secrets: Secrets, _ addresses: AddressPolicy) throws(SealingProblem) -> Credential? {
        guard let url = baseURL ?? provider.baseURL else { return nil }
        return Credential(provider, baseURL: url, key: try secrets.unseal(sealed, for: id), addresses: addresses)
    }
}

extension StoredCredential {
    static func all(of account: UUID) -> SQL {
        """
        select id, provider, base_url, hint, checked_at, secret, key_id from provider_credentials
        where account_id = \(account) order by created_at, id
        """
    }

    init(_ row: Row) throws {
        id = try row.get("id", as: UUID.self)
        provider = Provider(rawValue: try row.get("provider", as: String.self)) ?? .compatible
        baseURL = try row.get("base_url", as: String?.self)
        hint = try row.get("hint", as: String.self)
        checkedAt = try row.momentIfAny("checked_at")
        sealed = SealedSecret(bytes: try row.get("secret", as: [UInt8].self), keyID: try row.get("key_id", as: String.self))
    }
}

extension AccountDatabase {
    /// In the order in which they were added.
    func credentials() async throws -> [StoredCredential] {
        try await query(StoredCredential.all(of: account)).map(StoredCredential.init)
    }

    /// Keeps a key that the provider has just taken, in place of the account's older one of this provider.
    /// Returns its id.
    @discardableResult
    func save(_ credential: Credential, _ secrets: Secrets) async throws -> UUID {
        let id = UUID()
        let sealed = try secrets.seal(credential.key, for: id)
        let url = credential.baseURL == credential.provider.baseURL ? nil : credential.baseURL
        try await pipeline([
            """
            insert into provider_credentials (id, account_id, provider, base_url, secret, key_id, hint, checked_at)
            values (\(id), \(account), \(credential.provider.rawValue), \(url), \(sealed.bytes), \(sealed.keyID), \(credential.hint), now())
            on conflict (account_id, provider) do update
            set id = excluded.id, base_url = excluded.base_url, secret = excluded.secret, key_id = excluded.key_id,
              hint = excluded.hint, checked_at = excluded.checked_at
            """,
            botsHaveChanged,
        ])
        return id
    }

    /// - Throws: `Failure.notFound` where the account has no such key.
    func deleteCredential(_ id: UUID) async throws {
        let results = try await pipeline([
            "delete from provider_credentials where id = \(id) and account_id = \(account)", botsHaveChanged,
        ])
        guard results[0].affected > 0 else { throw Failure.notFound }
    }

    /// Every process that has one of the account's bots ready gets it ready anew.
    private var botsHaveChanged: SQL { "update bots set version = version + 1 where account_id = \(account)" }
}
