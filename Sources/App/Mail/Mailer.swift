import Curl
import FoundationEssentials
import Jobs
import Logging
import Postgres
import Templates

/// Sends mails, or keeps them in the outbox where there is no mail server.
struct Mailer: Sendable {
    static let kind = "mail"
    /// A mail server that is away is tried for a day.
    static let retries = RetryPolicy(maximumAttempts: 12, firstBackoff: .seconds(5), factor: 3)

    let curl: Curl
    /// nil: the outbox.
    let server: SMTPServer?
    let from: String
    let log: Logger
    let postgres: Postgres
    let secrets: Secrets

    /// The mail goes out if and only if the transaction is committed.
    func send(_ mail: OutgoingMail, in transaction: Transaction) async throws {
        guard server == nil else { return try await transaction.enqueue(Self.kind, payload: sealed(mail)) }
        try await transaction.query(
            "insert into outbox (recipient, subject, text, html) values (\(mail.to), \(mail.subject), \(mail.text), \(mail.html))")
        log.info("mail to the outbox", metadata: ["to": "\(mail.to)", "subject": "\(mail.subject)"])
    }

    var handlers: [Handler] {
        let deliver: @Sendable (Job, Lease) async throws -> Void = { job, _ in try await self.deliver(job) }
        return [Handler(Self.kind, timeout: .seconds(90), retries: Self.retries, body: deliver)]
    }

    private func deliver(_ job: Job) async throws {
        guard let server, let mail = opened(job.payload) else { throw JobFailure.permanent("it can't be opened with SECRET_KEYS") }
        do {
            let message = Mail(
                from: try MailAddress(from, name: "Frontdesk"), to: try MailAddress(mail.to), subject: mail.subject, text: mail.text,
                html: mail.html)
            try await curl.mail(message, through: server)
        } catch let error as CurlError where !error.isTransient {
            throw JobFailure.permanent(error.category)
        }
    }
}

extension Mailer {
    private static let purpose = "mail"

    /// A mail that waits may hold a code: in the database, nobody reads it.
    private func sealed(_ mail: OutgoingMail) throws -> String {
        let sealed = try secrets.seal(mail.payload, as: Self.purpose)
        return "\(sealed.keyID):\(Data(sealed.bytes).base64EncodedString())"
    }

    private func opened(_ payload: String) -> OutgoingMail? {
        let parts = payload.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, let bytes = Data(base64Encoded: parts[1]) else { return nil }
        let secret = SealedSecret(bytes: Array(bytes), keyID: parts[0])
        return (try? secrets.unseal(secret, as: Self.purpose)).flatMap { OutgoingMail(payload: $0) }
    }
}

extension OutgoingMail {
    fileprivate var payload: String {
        var json = JSONWriter()
        json.object {
            $0.member("to", to)
            $0.member("subject", subject)
            $0.member("text", text)
            $0.member("html", html)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    fileprivate init?(payload: String) {
        guard let json = try? JSON(parsing: payload.utf8), let to = json["to"]?.string, let subject = json["subject"]?.string,
            let text = json["text"]?.string, let html = json["html"]?.string
        else { return nil }
        self.init(to: to, subject: subject, text: text, html: html)
    }
}
