import FoundationEssentials
import Logging
import Postgres
import Templates

/// A visitor asks for a person: the members are told, so that one of them takes over.
struct HandOff: Sendable {
    /// Members are mailed of one conversation this often at most.
    static let minutesBetweenMails = 15
    /// Characters of what the visitor wrote that stand in the mail.
    static let quotedLength = 500

    /// Requests for a person that members are mailed of in an hour; then they learn once that more wait.
    static let mailedPerBot = RateLimit(name: "mailed-bot", maximum: 30, windowSeconds: 3_600)
    static let mailedPerAccount = RateLimit(name: "mailed-account", maximum: 100, windowSeconds: 3_600)
    private static let mailedOfMore = RateLimit(name: "mailed-more", maximum: 1, windowSeconds: 3_600)

    let postgres: Postgres
    let mailer: Mailer
    let baseURL: String
    let log: Logger

    /// A chat in which nothing was said yet begins with that.
    func ask(in conversation: UUID, with bot: Bot, _ channel: Conversation.Channel) async throws {
        try await postgres.transaction { transaction in
            try await transaction.query(
                """
                insert into conversations (id, account_id, bot_id, channel, handling, wants_person_at)
                values (\(conversation), \(bot.account), \(bot.id), \(channel.rawValue), 'waiting', now())
                on conflict (id) do update set handling = 'waiting', wants_person_at = now(), last_message_at = now()
                  where conversations.handling = 'bot' and (conversations.account_id, conversations.bot_id) = (excluded.account_id, excluded.bot_id)
                """)
            try await tell(of: conversation, with: bot, in: transaction)
        }
    }

    /// A visitor wrote while they wait, or while somebody has the conversation who may have left. What they wrote is kept and
    /// answered already: that a mail about it fails takes nothing back.
    func visitorWrote(in conversation: UUID, with bot: Bot) async {
        do {
            try await postgres.transaction { try await tell(of: conversation, with: bot, in: $0) }
        } catch {
            log.error("members couldn't be told of a visitor's message", metadata: ["problem": "\(error)"])
        }
    }

    /// Mails whoever may answer, unless they were mailed of it a moment ago, or are writing just now.
    private func tell(of conversation: UUID, with bot: Bot, in transaction: Transaction) async throws {
        let due = try await transaction.query(
            """
            update conversations set told_at = now()
            where id = \(conversation) and account_id = \(bot.account) and bot_id = \(bot.id) and \(unsafeRaw: Self.isDue)
            returning taken_by, (
              select left(m.text, \(Self.quotedLength)) from messages m
              where m.conversation_id = conversations.id and m.account_id = \(bot.account) and m.role = 'visitor'
              order by m.position desc limit 1) as words
            """
        ).first
        guard let due, let room = try await self.room(for: bot, in: transaction) else { return }
        let taker = try due.get("taken_by", as: UUID?.self)
        let members = try await transaction.query(
            """
            select u.email from members m join users u on u.id = m.user_id
            where m.account_id = \(bot.account) and m.mails and (\(taker)::uuid is null or u.id = \(taker))
            """)
        if room == .forOneOfMore {
            for member in members {
                try await mailer.send(
                    .moreWait(at: bot.name, link: "\(baseURL)/inbox", to: member.get("email", as: String.self)), in: transaction)
            }
            return
        }
        let link = "\(baseURL)/bots/\(bot.id.lowercased)/conversations/\(conversation.lowercased)#answer"
        let words = try due.get("words", as: String?.self) ?? ""
        for member in members {
            try await mailer.send(
                .visitorWaits(at: bot.name, words: words, link: link, to: member.get("email", as: String.self)), in: transaction)
        }
    }

    private enum Room { case forMail, forOneOfMore }

    /// Anybody can begin chats and ask for a person in each: what members get of that has a bound.
    private func room(for bot: Bot, in transaction: Transaction) async throws -> Room? {
        let account = bot.account.lowercased
        let mailed = try await transaction.query(
            .count([Self.mailedPerBot.counter(bot.id.lowercased), Self.mailedPerAccount.counter(account)]))
        if let allowance = try Allowance(mailed), allowance.remaining >= 0 { return .forMail }
        let more = try await transaction.query(.count([Self.mailedOfMore.counter(account)]))
        if let allowance = try Allowance(more), allowance.remaining >= 0 { return .forOneOfMore }
        return nil
    }

    /// Whether members should be mailed of a conversation in which its visitor wants something of them.
    static let isDue = """
        (told_at is null or told_at < now() - interval '\(minutesBetweenMails) minutes') \
        and (handling = 'waiting' or handling = 'person' and person_spoke_at < now() - interval '\(minutesBetweenMails) minutes')
        """
}

extension OutgoingMail {
    fileprivate static func moreWait(at bot: String, link: String, to email: String) -> OutgoingMail {
        OutgoingMail(
            to: email, subject: "More visitors of \(bot) are waiting for you",
            Letter(
                lead: "Many visitors of \(bot) want to talk to a person just now.", highlight: nil,
                link: .init(label: "Open the inbox", url: link),
                lines: [
                    "For the rest of this hour we won’t e-mail you about each of them. You’ll find all of them in your inbox.",
                    "If these don’t look real, you can turn off asking for a person on the bot’s “Widget” page.",
                ]))
    }

    fileprivate static func visitorWaits(at bot: String, words: String, link: String, to email: String) -> OutgoingMail {
        OutgoingMail(
            to: email, subject: "A visitor of \(bot) is waiting for you",
            Letter(
                lead: words.isEmpty
                    ? "A visitor of \(bot) wants to talk to a person." : "A visitor of \(bot) wants to talk to a person, and wrote:",
                highlight: nil, link: .init(label: "Answer", url: link),
                lines: (words.isEmpty ? [] : ["“\(words)”"]) + [
                    "Your answer appears in the visitor’s chat at once.",
                    "You get at most one e-mail per conversation every \(HandOff.minutesBetweenMails) minutes. You can turn these e-mails off on your account’s page.",
                ]))
    }
}
