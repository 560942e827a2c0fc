import FoundationEssentials
import Postgres
import Templates

/// Mails each bot's leads of yesterday, once its day is over.
struct DailyLeads: Sendable {
    static let interval = Duration.seconds(1_800)
    /// Of one mail; the page has all.
    static let maximumListed = 50

    let mailer: Mailer
    let baseURL: String

    var sweep: Sweep {
        let due = "exists (select from leads l where l.account_id = a.id and l.mailed_at is null)"
        return Sweep(name: "daily_leads", interval: Self.interval, work: .accounts(due: due) { try await mail($0) })
    }

    private func mail(_ database: AccountDatabase) async throws -> Bool {
        let bots = try await database.query(
            """
            select distinct b.id, b.name from leads l join bots b on b.id = l.bot_id and b.account_id = l.account_id
            where l.account_id = \(database.account) and l.mailed_at is null and \(unsafeRaw: Self.isOver)
            """)
        for bot in bots { try await mail(bot.get("id", as: UUID.self), named: bot.get("name", as: String.self), database) }
        return false
    }

    /// A day of the bot's own time zone.
    private static let isOver = "(l.created_at at time zone b.time_zone)::date < (now() at time zone b.time_zone)::date"

    /// The mails go out if and only if the leads are marked.
    private func mail(_ bot: UUID, named name: String, _ database: AccountDatabase) async throws {
        let account = database.account
        try await database.transaction { transaction in
            let leads = try await transaction.query(
                """
                update leads l set mailed_at = now() from bots b
                where b.id = l.bot_id and l.bot_id = \(bot) and l.account_id = \(account) and l.mailed_at is null and \(unsafeRaw: Self.isOver)
                returning l.name, l.email, l.phone, l.note
                """)
            guard !leads.isEmpty else { return }
            let members = try await transaction.query(
                "select u.email from members m join users u on u.id = m.user_id where m.account_id = \(account) and m.mails")
            let lines = try leads.prefix(Self.maximumListed).map(Self.line)
            let link = "\(baseURL)/bots/\(bot.lowercased)/leads"
            for member in members {
                try await mailer.send(
                    .leads(lines, count: leads.count, of: name, link: link, to: member.get("email", as: String.self)), in: transaction)
            }
        }
    }

    private static func line(_ lead: Row) throws -> String {
        let parts = try ["name", "email", "phone", "note"].map { try lead.get($0, as: String.self) }
        return parts.filter { !$0.isEmpty }.joined(separator: " · ")
    }
}

extension OutgoingMail {
    fileprivate static func leads(_ lines: [String], count: Int, of bot: String, link: String, to email: String) -> OutgoingMail {
        let what = count == 1 ? "A visitor of \(bot) left an address" : "\(count) visitors of \(bot) left an address"
        return OutgoingMail(
            to: email, subject: what,
            Letter(lead: "\(what), and would like to hear from you.", link: .init(label: "See them", url: link), lines: lines))
    }
}
