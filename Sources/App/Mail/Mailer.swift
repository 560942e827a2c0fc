import Logging
import Postgres

/// Sends mails, or keeps them in the outbox where there is no mail server.
struct Mailer: Sendable {
    let log: Logger
    let usesOutbox: Bool

    /// The mail goes out if and only if the transaction is committed.
    func send(_ mail: OutgoingMail, in transaction: Transaction) async throws {
        try await transaction.query(
            """
            insert into outbox (recipient, subject, text, html) values (\(mail.to), \(mail.subject), \(mail.text), \(mail.html))
            """)
        if usesOutbox { log.info("mail to the outbox", metadata: ["to": "\(mail.to)", "subject": "\(mail.subject)"]) }
    }
}
