import Crypto
import Curl
import FoundationEssentials
import Jobs
import Postgres
import Templates

/// Where a bot's leads are sent as they come, signed, so that the receiver knows that they are ours.
struct Webhook: Sendable {
    static let kind = "webhook"
    static let timeout = Duration.seconds(10)
    /// Of what is answered; nothing of it is kept.
    static let maximumAnswer = 64 * 1_024
    /// For three hours or so.
    static let retries = RetryPolicy(maximumAttempts: 8, firstBackoff: .seconds(10), factor: 4)
    /// What a bot's page shows of its attempts.
    static let shownDeliveries = 50
    static let deliveryDays = 30
    /// The payload of a job that only tries whether somebody is there.
    static let trial = "trial"

    /// What an owner is told whose secret is lost.
    static let secretIsLost = "Its secret can’t be opened any more. Stop sending, and save the address again."

    let url: String
    /// nil: it can’t be opened with the keys that there are.
    let secret: String?

    /// One job for each lead, where the bot has a webhook.
    static func enqueue(_ lead: UUID, of bot: Bot, in transaction: Transaction) async throws {
        let hooks = try await transaction.query("select from webhooks where bot_id = \(bot.id) and account_id = \(bot.account)")
        if hooks.isEmpty { return }
        try await transaction.enqueue(kind, payload: "\(bot.id.lowercased) \(lead.lowercased)", account: bot.account)
    }

    /// `t=<seconds since 1970>,v1=<HMAC-SHA256 of "<t>.<body>" in hexadecimal>`
    /// nil: there is no secret to sign with.
    func signature(of body: [UInt8], at seconds: Int64) -> String? {
        guard let secret else { return nil }
        let signed = Array("\(seconds).".utf8) + body
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: Array(secret.utf8)))
        return "t=\(seconds),v1=" + code.hexadecimal
    }

    static func purpose(_ bot: UUID) -> String { "webhook \(bot.lowercased)" }
}

extension AccountDatabase {
    /// nil where the bot has none.
    func webhook(of bot: UUID, _ secrets: Secrets) async throws -> Webhook? {
        let row = try await query("select url, secret, key_id from webhooks where bot_id = \(bot) and account_id = \(account)").first
        guard let row else { return nil }
        let sealed = SealedSecret(bytes: try row.get("secret", as: [UInt8].self), keyID: try row.get("key_id", as: String.self))
        return Webhook(url: try row.get("url", as: String.self), secret: try? secrets.unseal(sealed, as: Webhook.purpose(bot)))
    }

    /// Another address keeps the secret.
    func saveWebhook(_ url: String, of bot: UUID, _ secrets: Secrets) async throws {
        let sealed = try secrets.seal("whsec_" + Token().text, as: Webhook.purpose(bot))
        try await query(
            """
            insert into webhooks (bot_id, account_id, url, secret, key_id)
            select id, account_id, \(url), \(sealed.bytes), \(sealed.keyID) from bots where id = \(bot) and account_id = \(account)
            on conflict (bot_id) do update set url = excluded.url
            """)
    }

    func deleteWebhook(of bot: UUID) async throws {
        let deleted = try await query("delete from webhooks where bot_id = \(bot) and account_id = \(account)")
        if deleted.affected == 0 { throw Failure.notFound }
    }

    /// Newest first.
    func deliveries(of bot: UUID) async throws -> [DeliveryView] {
        try await query(
            """
            select attempt, status, problem, milliseconds, created_at from webhook_deliveries
            where bot_id = \(bot) and account_id = \(account) order by id desc limit \(Webhook.shownDeliveries)
            """
        ).map { row in
            DeliveryView(
                attempt: try row.get("attempt", as: Int.self), status: try row.get("status", as: Int?.self),
                problem: try row.get("problem", as: String.self), milliseconds: try row.get("milliseconds", as: Int.self),
                sentAt: try row.moment("created_at"))
        }
    }
}
