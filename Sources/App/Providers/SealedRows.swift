import FoundationEssentials
import Logging
import Postgres

/// A table whose rows hold a sealed secret of an account's, in the columns `secret` and `key_id`.
struct SealedRows: Sendable {
    /// Rows that are encrypted anew in one go.
    private static let batch = 100

    let table: String
    /// The column by which a row, and the secret in it, is known.
    var id = "id"
    let purpose: @Sendable (UUID) -> String

    static let all = [
        SealedRows(table: "provider_credentials", purpose: Secrets.purpose),
        SealedRows(table: "visitor_secrets", purpose: VisitorSecret.purpose),
        SealedRows(table: "webhooks", id: "bot_id", purpose: Webhook.purpose),
    ]
}

extension Postgres {
    /// Encrypts what accounts have sealed with the first of `SECRET_KEYS`, after which the others may go.
    /// Returns how many secrets were, and how many couldn't be: mostly, as their key is gone already.
    func renewCredentials(_ secrets: Secrets, log: Logger) async throws -> (renewed: Int, lost: Int) {
        var (renewed, lost) = (0, 0)
        for rows in SealedRows.all {
            let (more, gone) = try await rows.renew(secrets, in: self, log: log)
            (renewed, lost) = (renewed + more, lost + gone)
        }
        return (renewed, lost)
    }
}

extension SealedRows {
    fileprivate func renew(_ secrets: Secrets, in postgres: Postgres, log: Logger) async throws -> (renewed: Int, lost: Int) {
        var (renewed, lost) = (0, 0)
        var last = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        while true {
            let rows = try await postgres.query(
                """
                select \(unsafeRaw: id) as id, account_id, secret, key_id from \(unsafeRaw: table)
                where key_id <> \(secrets.currentKeyID) and \(unsafeRaw: id) > \(last) order by \(unsafeRaw: id) limit \(Self.batch)
                """)
            for row in rows {
                last = try row.get("id", as: UUID.self)
                do {
                    if try await renew(row, secrets, in: postgres) { renewed += 1 }
                } catch  where (error as? PostgresError)?.isEverybodys != true {
                    log.error(
                        "a secret can't be encrypted anew",
                        metadata: ["table": "\(table)", "row": "\(last.lowercased)", "problem": "\(error)"])
                    lost += 1
                }
            }
            if rows.count < Self.batch { return (renewed, lost) }
        }
    }

    /// Leaves alone what its owner has replaced in the meantime.
    private func renew(_ row: Row, _ secrets: Secrets, in postgres: Postgres) async throws -> Bool {
        let (key, account) = (try row.get("id", as: UUID.self), try row.get("account_id", as: UUID.self))
        let old = SealedSecret(bytes: try row.get("secret", as: [UInt8].self), keyID: try row.get("key_id", as: String.self))
        guard let new = try secrets.renew(old, as: purpose(key)) else { return false }
        let updated = try await postgres.query(
            """
            update \(unsafeRaw: table) set secret = \(new.bytes), key_id = \(new.keyID)
            where \(unsafeRaw: id) = \(key) and account_id = \(account) and secret = \(old.bytes)
            """)
        return updated.affected > 0
    }
}
