import FoundationEssentials
import Postgres
import Templates

/// Why conversations were erased.
enum ErasureCause: String, Sendable, CaseIterable {
    case visitor, owner, retention
}

extension SQL {
    /// Erases conversations with all that was said and sent in them, and notes that, without a word of it. Whoever may do
    /// so has been asked before.
    static func erase(_ conversations: [UUID], _ cause: ErasureCause) -> SQL {
        """
        with gone as (
          delete from conversations where id = any(\(conversations)::uuid[]) returning account_id, bot_id)
        insert into erasures (account_id, bot_id, cause, conversations)
        select account_id, bot_id, \(cause.rawValue), count(*) from gone group by account_id, bot_id
        """
    }
}

extension Transaction {
    /// The one way in which conversations are erased.
    func erase(_ conversations: [UUID], _ cause: ErasureCause) async throws {
        // What went unanswered stays until somebody has dealt with it, unless it is erased for another reason than its age.
        if cause == .retention { try await query(Self.keepUnanswered(of: conversations)) }
        // Who deletes their chat means what they left in it too; for its age, and for owners, a lead has a life of its own.
        if cause == .visitor { try await query("delete from leads where conversation_id = any(\(conversations)::uuid[])") }
        try await query(.erase(conversations, cause))
    }

    private static func keepUnanswered(of conversations: [UUID]) -> SQL {
        """
        update questions q set message_id = null from messages m
        where m.id = q.message_id and m.account_id = q.account_id and m.conversation_id = any(\(conversations)::uuid[])
          and not exists (select from question_groups g where g.id = q.group_id and g.account_id = q.account_id and g.state <> 'open')
        """
    }
}

extension AccountDatabase {
    private static let erasuresShown = 20

    /// The newest, of one bot or of all.
    func erasures(of bot: UUID? = nil) async throws -> [ErasureView] {
        try await query(
            """
            select e.bot_id, b.name, e.cause, e.conversations, e.erased_at
            from erasures e left join bots b on b.id = e.bot_id and b.account_id = e.account_id
            where e.account_id = \(account) and e.bot_id = coalesce(\(bot), e.bot_id) order by e.id desc limit \(Self.erasuresShown)
            """
        ).map { row in
            ErasureView(
                botName: bot == nil ? try row.get("name", as: String?.self) : nil, botID: try row.get("bot_id", as: UUID.self).lowercased,
                cause: try row.get("cause", as: String.self), conversations: try row.count("conversations"),
                erasedAt: try row.moment("erased_at"))
        }
    }

    /// An owner erases one of a bot's conversations.
    /// - Throws: `Failure.notFound` where it isn't this bot's.
    func deleteConversation(_ id: UUID, of bot: UUID) async throws {
        guard try await erase(id, of: bot, .owner) else { throw Failure.notFound }
    }

    /// False where the bot has no such conversation.
    func erase(_ conversation: UUID, of bot: UUID, _ cause: ErasureCause) async throws -> Bool {
        try await transaction { transaction in
            let found = try await transaction.query(
                "select from conversations where id = \(conversation) and bot_id = \(bot) and account_id = \(account) for update")
            if found.isEmpty { return false }
            try await transaction.erase([conversation], cause)
            return true
        }
    }
}
