import FoundationEssentials
import Postgres
import Templates

extension Transaction {
    /// Tells an account's owners what became worse with something that nobody was asked about before.
    func tell(_ report: TestReport, of bot: UUID, in account: UUID, after source: String, by mailer: Mailer) async throws {
        let owners = try await query(
            """
            select u.email, b.name from members m join users u on u.id = m.user_id join bots b on b.account_id = m.account_id and b.id = \(bot)
            where m.account_id = \(account) and m.role = 'owner'
            """)
        for owner in owners {
            try await mailer.send(
                .gotWorse(report, bot: owner.get("name", as: String.self), after: source, to: owner.get("email", as: String.self)), in: self
            )
        }
    }
}

extension OutgoingMail {
    /// What is listed in a mail; the page has the rest.
    private static var listed: Int { 10 }

    fileprivate static func gotWorse(_ report: TestReport, bot: String, after source: String, to email: String) -> OutgoingMail {
        let failed = report.worse.map { "\($0.question): \($0.problem ?? "")" }
        let changed = report.changes.map { change in "Before: \(change.was)" + (change.now.map { " — Now: \($0)" } ?? "") }
        return OutgoingMail(
            to: email, subject: "\(bot): something your bot said has changed",
            Letter(
                lead:
                    "“\(source)” was read again, and your bot “\(bot)” says some things otherwise since then. Please look whether that is right:",
                lines: Array((failed + changed).prefix(listed)) + ["You find everything under “Tests” of your bot."]))
    }
}
