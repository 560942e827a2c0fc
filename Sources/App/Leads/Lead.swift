import Curl
import FoundationEssentials
import Postgres
import Templates

/// What a visitor leaves, so that somebody can get in touch.
struct Lead: Sendable {
    enum Field: String, Sendable, CaseIterable { case name, email, phone }

    /// Lengths in Unicode scalars.
    static let maximumPhone = 40
    static let maximumNote = 1_000
    static let phoneDigits = 5...20
    /// What can be left in one chat; of one network, see `VisitorAct`.
    static let perChat = RateLimit(name: "lead", maximum: 5, windowSeconds: 3_600)

    /// Of one that is kept: for as long as its bot says.
    static let isOver = """
        created_at < now() - (select b.lead_days from bots b where b.id = leads.bot_id and b.account_id = leads.account_id) * interval '1 day'
        """

    let id = UUID()
    var name = ""
    var email = ""
    var phone = ""
    var note = ""
    let consentText: String
    let consentVersion: Int

    /// - Throws: `Failure.invalid` with a sentence for each field, in the visitor's language.
    init(_ input: Input, for bot: Bot, _ words: HandOffWords) throws(Failure) {
        var problems: [String: String] = [:]
        consentText = bot.consentText
        consentVersion = bot.consentVersion
        if bot.leadFields.contains(.name) { name = try GivenName.read(input.text("name") ?? "", "name") }
        if bot.leadFields.contains(.email), let typed = try input.text("email")?.trimmingBlanks.nonEmpty {
            do throws(Failure) { email = try EmailAddress(typed).text } catch { problems["email"] = words.wrongEmail }
        }
        if bot.leadFields.contains(.phone), let typed = try input.text("phone")?.trimmingBlanks.nonEmpty {
            if Self.isPhone(typed) { phone = typed } else { problems["phone"] = words.wrongPhone }
        }
        note = String((try input.text("note") ?? "").replacing("\r\n", with: "\n").trimmingBlanks.unicodeScalars.prefix(Self.maximumNote))
        if problems.isEmpty, email.isEmpty, phone.isEmpty {
            problems[bot.leadFields.contains(.email) ? "email" : "phone"] = words.needsAddress
        }
        // Of the text that stands there now: if it changed meanwhile, they are shown the new one.
        if !consentText.isEmpty, try input.scalar("consent") != String(consentVersion) { problems["consent"] = words.needsConsent }
        guard problems.isEmpty else { throw .invalid(problems) }
    }

    private static func isPhone(_ text: String) -> Bool {
        text.utf8.count <= maximumPhone && phoneDigits.contains(text.utf8.count { (0x30...0x39).contains($0) })
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || " +-()/.".utf8.contains($0) }
    }
}

extension Postgres {
    /// Keeps a lead, and has it sent on where the bot has a webhook. A conversation that hasn't begun isn't named.
    func keep(_ lead: Lead, from conversation: UUID, of bot: Bot) async throws {
        try await transaction { transaction in
            try await transaction.query(
                """
                insert into leads (id, account_id, bot_id, conversation_id, name, email, phone, note, consent_text, consent_version)
                values (\(lead.id), \(bot.account), \(bot.id),
                  (select id from conversations where id = \(conversation) and bot_id = \(bot.id) and account_id = \(bot.account)),
                  \(lead.name), \(lead.email), \(lead.phone), \(lead.note), \(lead.consentText), \(lead.consentVersion))
                """)
            try await Webhook.enqueue(lead.id, of: bot, in: transaction)
        }
    }
}

extension AccountDatabase {
    /// Newest first, from behind a lead that was shown.
    func leads(of bot: UUID, after cursor: ConversationCursor?, limit: Int) async throws -> (
        botName: String, leads: [LeadView], next: ConversationCursor?
    ) {
        let rows = try await pipeline([
            "select name from bots where id = \(bot) and account_id = \(account)",
            """
            select id, bot_id, conversation_id, name, email, phone, note, consent_text, consent_version, created_at from leads
            where bot_id = \(bot) and account_id = \(account)
              and (created_at, id) < (coalesce(to_timestamp(\(cursor?.microseconds) / 1000000.0), 'infinity'),
                coalesce(\(cursor?.id), 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
            order by created_at desc, id desc limit \(limit + 1)
            """,
        ])
        guard let name = rows[0].first else { throw Failure.notFound }
        let shown = rows[1].prefix(limit)
        var next: ConversationCursor?
        if rows[1].count > limit, let last = shown.last {
            next = try ConversationCursor(last, by: "created_at")
        }
        return (try name.get("name", as: String.self), try shown.map(LeadView.init), next)
    }

    /// - Throws: `Failure.notFound` where the bot has no such lead.
    func deleteLead(_ id: UUID, of bot: UUID) async throws {
        let deleted = try await query("delete from leads where id = \(id) and bot_id = \(bot) and account_id = \(account)")
        if deleted.affected == 0 { throw Failure.notFound }
    }
}

extension LeadView {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id", as: UUID.self).lowercased, botID: try row.get("bot_id", as: UUID.self).lowercased,
            conversationID: try row.get("conversation_id", as: UUID?.self)?.lowercased, name: try row.get("name", as: String.self),
            email: try row.get("email", as: String.self), phone: try row.get("phone", as: String.self),
            note: try row.get("note", as: String.self),
            consentText: try row.get("consent_text", as: String.self), consentVersion: try row.get("consent_version", as: Int.self),
            createdAt: try row.moment("created_at"))
    }
}
