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

extension Postgres {
    /// Rows that are encrypted anew in one go.
    private static let batch = 100

    /// Encrypts all accounts' keys with the first of `SECRET_KEYS`, after which the others may go.
    /// Returns how many were, and how many can't be opened, as their key is gone already.
    func renewCredentials(_ secrets: Secrets, log: Logger) async throws -> (renewed: Int, lost: Int) {
        var (renewed, lost) = (0, 0)
        var last = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        while true {
            let rows = try await query(
                """
                select id, account_id, secret, key_id from provider_credentials
                where key_id <> \(secrets.currentKeyID) and id > \(last) order by id limit \(Self.batch)
                """)
            for row in rows {
                last = try row.get("id", as: UUID.self)
                do {
                    if try await renew(row, secrets) { renewed += 1 }
                } catch let problem as SealingProblem {
                    log.error(
                        "a provider's key can't be opened any more",
                        metadata: ["credential": "\(last.lowercased)", "problem": "\(problem)"])
                    lost += 1
                }
            }
            if rows.count < Self.batch { return (renewed, lost) }
        }
    }

    /// Leaves alone what its owner has replaced in the meantime.
    private func renew(_ row: Row, _ secrets: Secrets) async throws -> Bool {
        let (id, account) = (try row.get("id", as: UUID.self), try row.get("account_id", as: UUID.self))
        let old = SealedSecret(bytes: try row.get("secret", as: [UInt8].self), keyID: try row.get("key_id", as: String.self))
        guard let new = try secrets.renew(old, for: id) else { return false }
        let updated = try await query(
            """
            update provider_credentials set secret = \(new.bytes), key_id = \(new.keyID)
            where id = \(id) and account_id = \(account) and secret = \(old.bytes)
            """)
        return updated.affected > 0
    }
}
