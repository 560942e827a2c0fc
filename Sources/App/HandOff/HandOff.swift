import FoundationEssentials
import Postgres
import Templates

/// A visitor asks for a person: the members are told, so that one of them takes over.
struct HandOff: Sendable {
    /// Members are mailed of one conversation this often at most.
    static let minutesBetweenMails = 15
    /// Characters of what the visitor wrote that stand in the mail.
    static let quotedLength = 500

    let postgres: Postgres
    let mailer: Mailer
    let baseURL: String

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

    /// A visitor wrote while they wait, or while somebody has the conversation who may have left.
    func visitorWrote(in conversation: UUID, with bot: Bot) async throws {
        try await postgres.transaction { try await tell(of: conversation, with: bot, in: $0) }
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
        guard let due else { return }
        let taker = try due.get("taken_by", as: UUID?.self)
        let members = try await transaction.query(
            """
            select u.email from members m join users u on u.id = m.user_id
            where m.account_id = \(bot.account) and m.mails and (\(taker)::uuid is null or u.id = \(taker))
            """)
        let link = "\(baseURL)/bots/\(bot.id.lowercased)/conversations/\(conversation.lowercased)#answer"
        let words = try due.get("words", as: String?.self) ?? ""
        for member in members {
            try await mailer.send(.visitorWaits(at: bot.name, words: words, link: link, to: member.get("email", as: String.self)), in: transaction)
        }
    }

    /// Whether members should be mailed of a conversation in which its visitor wants something of them.
    static let isDue = """
        (told_at is null or told_at < now() - interval '\(minutesBetweenMails) minutes') \
        and (handling = 'waiting' or handling = 'person' and person_spoke_at < now() - interval '\(minutesBetweenMails) minutes')
        """
}

extension OutgoingMail {
    fileprivate static func visitorWaits(at bot: String, words: String, link: String, to email: String) -> OutgoingMail {
        OutgoingMail(
            to: email, subject: "A visitor of \(bot) is waiting for you",
            Letter(
                lead: words.isEmpty ? "A visitor of \(bot) wants to talk to a person." : "A visitor of \(bot) wants to talk to a person, and wrote:",
                highlight: nil, link: .init(label: "Answer", url: link),
                lines: (words.isEmpty ? [] : ["“\(words)”"]) + [
                    "Your answer appears in the visitor’s chat at once.",
                    "We mail you of one conversation every \(HandOff.minutesBetweenMails) minutes at most. On your account’s page you can turn these mails off.",
                ]))
    }
}
