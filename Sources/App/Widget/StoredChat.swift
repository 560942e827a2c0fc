import FoundationEssentials
import Postgres
import Templates

/// What was said in a chat: of all its messages, those that a page has room for.
struct StoredChat: Sendable {
    static let shownMessages = 200

    var handling = ChatView.Handling.bot
    var personName: String?
    var messages: [ChatMessage] = []

    /// The place of the newest message that is shown.
    var place: Int64 { messages.last?.position ?? 0 }
}

/// A message as its visitor may see it.
struct ChatMessage: Sendable {
    let id: UUID
    let position: Int64
    let role: String
    /// Of the person who wrote it.
    let author: String?
    let text: String
    /// The question that it answers.
    let replyTo: UUID?
    let outcome: Outcome
    let thumb: Thumb?
}

/// Who answers in a chat in which somebody writes.
struct ChatStanding: Sendable {
    /// What is written is left for a person, unless the bot has got the chat back meanwhile.
    let isPersons: Bool
    /// Whether members should be told that the visitor wrote.
    let mustTell: Bool

    /// - Parameter row: nil of one that hasn't begun.
    init(_ row: Row?) throws {
        isPersons = try row?.get("is_persons", as: Bool.self) == true
        mustTell = try row?.get("must_tell", as: Bool.self) == true
    }
}

extension SQL {
    static func standing(of conversation: UUID, with bot: Bot) -> SQL {
        """
        select handling = 'person' as is_persons, (\(unsafeRaw: HandOff.isDue)) is true as must_tell from conversations
        where id = \(conversation) and account_id = \(bot.account) and bot_id = \(bot.id)
        """
    }
}

extension Postgres {
    /// - Throws: `Failure.notFound` where no bot has the token.
    func bot(token: String) async throws -> Bot {
        let row = try await query("select \(unsafeRaw: Bot.columns) from bots where token = \(token)").first
        guard let row else { throw Failure.notFound }
        return try Bot(row)
    }

    /// What was said in it from behind `place`; nothing where it hasn't begun.
    func chat(_ conversation: UUID, with bot: Bot, after place: Int64 = 0) async throws -> StoredChat {
        let rows = try await pipeline([
            """
            select c.handling, u.name from conversations c left join users u on u.id = c.taken_by
            where c.id = \(conversation) and c.account_id = \(bot.account) and c.bot_id = \(bot.id)
            """,
            """
            select * from (
              select \(unsafeRaw: ChatMessage.columns)
              from messages m join conversations c on c.id = m.conversation_id and c.account_id = m.account_id left join users u on u.id = m.author_id
              where c.id = \(conversation) and c.account_id = \(bot.account) and c.bot_id = \(bot.id) and m.replaced_by is null
                and m.position > \(place)
              order by m.position desc limit \(StoredChat.shownMessages)) newest
            order by position
            """,
        ])
        guard let row = rows[0].first else { return StoredChat() }
        return StoredChat(
            handling: ChatView.Handling(rawValue: try row.get("handling", as: String.self)) ?? .bot,
            personName: try row.get("name", as: String?.self)?.nonEmpty, messages: try rows[1].map(ChatMessage.init))
    }

    /// The newest answer in a conversation, being made or whole.
    func newestAnswer(in conversation: UUID, with bot: Bot) async throws -> UUID? {
        try await query(
            """
            select m.id from messages m join conversations c on c.id = m.conversation_id and c.account_id = m.account_id
            where c.id = \(conversation) and c.account_id = \(bot.account) and c.bot_id = \(bot.id) and m.role = 'bot'
            order by m.position desc limit 1
            """
        ).first?.get("id", as: UUID.self)
    }

    /// Stores what a visitor wrote where a person answers, with what is attached; nil where the bot does. Says too whether
    /// members should be told that the visitor wrote.
    /// - Throws: `AttachmentProblem` where there is no room for what is attached.
    func leaveForPerson(_ incoming: Incoming, with bot: Bot) async throws -> (id: UUID?, mustTell: Bool) {
        guard !incoming.attachments.isEmpty, let conversation = incoming.place.conversation else {
            let left = try await leaveForPerson(incoming, with: bot) { try await pipeline($0) }
            return (left.id, left.mustTell)
        }
        return try await transaction { transaction in
            try await transaction.makeRoom(for: incoming, with: bot)
            let left = try await leaveForPerson(incoming, with: bot) { try await transaction.pipeline($0) }
            if let id = left.id, left.isNew {
                try await transaction.keep(incoming.attachments, of: id, from: incoming.person, in: conversation, with: bot)
            }
            return (left.id, left.mustTell)
        }
    }

    private func leaveForPerson(
        _ incoming: Incoming, with bot: Bot, by run: ([SQL]) async throws -> [Rows]
    ) async throws -> (id: UUID?, isNew: Bool, mustTell: Bool) {
        // The same message again is there already.
        let id =
            incoming.idempotencyKey.map { UUID(naming: ["left for a person", incoming.place.conversation?.lowercased ?? "", $0.text]) }
            ?? incoming.id
        let results = try await run([
            """
            with conversation as (
              update conversations set last_message_at = now()
              where id = \(incoming.place.conversation) and account_id = \(bot.account) and bot_id = \(bot.id) and handling = 'person'
                and coalesce(signed_visitor = \(incoming.signedVisitor?.id), signed_visitor is null)
              returning id, account_id)
            insert into messages (id, account_id, conversation_id, role, text, state)
            select \(id)::uuid, account_id, id, 'visitor', \(incoming.question), 'answered' from conversation
            on conflict (id) do update set text = messages.text
            returning xmax = 0 as is_new
            """,
            """
            select from conversations
            where id = \(incoming.place.conversation) and account_id = \(bot.account) and bot_id = \(bot.id) and \(unsafeRaw: HandOff.isDue)
            """,
        ])
        let left = results[0].first
        return (left == nil ? nil : id, try left?.get("is_new", as: Bool.self) == true, !results[1].isEmpty)
    }

    /// Keeps what a visitor thinks of an answer, and touches the conversation, so that whoever watches it learns of it.
    /// - Throws: `Failure.notFound` where the conversation has no such answer.
    func rate(_ message: UUID, in conversation: UUID, with bot: Bot, _ thumb: Thumb, reason: String) async throws {
        let rated = try await query(
            """
            with rated as (
              update messages set thumb = \(thumb.isUp ? 1 : -1), thumb_reason = \(reason), thumb_at = now()
              where id = \(message) and conversation_id = \(conversation) and account_id = \(bot.account) and role = 'bot'
              returning conversation_id)
            update conversations set last_message_at = last_message_at
            where id in (select conversation_id from rated) and account_id = \(bot.account) and bot_id = \(bot.id)
            """)
        guard rated.affected > 0 else { throw Failure.notFound }
    }
}

extension ChatMessage {
    fileprivate static let columns = """
        m.id, m.position, m.role, u.name as author, m.text, m.reply_to, m.basis, m.citations, m.input_tokens, m.output_tokens, m.thumb, \
        m.thumb_reason, case when m.state = 'pending' and m.created_at < now() - interval '\(Message.longestAnswerSeconds) seconds' \
        then 'failed' else m.state end as state
        """

    fileprivate init(_ row: Row) throws {
        id = try row.get("id", as: UUID.self)
        position = try row.get("position", as: Int64.self)
        role = try row.get("role", as: String.self)
        author = try row.get("author", as: String?.self)?.nonEmpty
        text = try row.get("text", as: String.self)
        replyTo = try row.get("reply_to", as: UUID?.self)
        outcome = try Outcome(row)
        let reason = try row.get("thumb_reason", as: String.self)
        thumb = try row.get("thumb", as: Int?.self).map { Thumb(isUp: $0 > 0, hasReason: !reason.isEmpty) }
    }
}
