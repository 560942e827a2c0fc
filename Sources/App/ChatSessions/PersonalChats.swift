import FoundationEssentials
import Postgres
import Templates

/// A bot's chat sessions as one person who is signed in may see them: their own, and nobody else's. Every query names the
/// person, the bot and its account.
struct PersonalChats: Sendable {
    /// Unicode scalars.
    static let maximumTitle = 200
    static let maximumSearch = ConversationFilter.maximumSearch
    /// Of what a person did, counted.
    static let daysOfActivity = 30

    let bot: Bot
    let person: UUID
    /// Sees the rows of the bot's account only.
    private let database: AccountDatabase

    init(_ postgres: Postgres, bot: Bot, person: UUID) {
        self.bot = bot
        self.person = person
        database = AccountDatabase(postgres, account: bot.account)
    }

    /// Of the pages about this bot.
    var path: String { "\(Chat.Mount.hosted.rawValue)/\(bot.token)/sessions" }

    func path(of conversation: UUID) -> String { "\(path)/\(conversation.lowercased)" }

    func place(of conversation: UUID) -> ChatPlace { ChatPlace(bot, ofSignedIn: conversation) }

    /// Newest first.
    /// - Parameter search: stands in the title or in what was said; nil: all.
    func list(_ search: String?, after cursor: ConversationCursor?, limit: Int) async throws -> (
        sessions: [ChatSessionSummary], next: ConversationCursor?
    ) {
        let rows = try await database.query(
            """
            select c.id, c.title, c.created_at, c.last_message_at, first.question
            from (
              select * from conversations c
              where c.person_id = \(person) and c.bot_id = \(bot.id) and c.account_id = \(bot.account)
                and (c.last_message_at, c.id) < (
                  coalesce(to_timestamp(\(cursor?.microseconds) / 1000000.0), 'infinity'),
                  coalesce(\(cursor?.id), 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
                and (\(search)::text is null or strpos(lower(c.title), lower(\(search))) > 0 or (
                  select true from messages m
                  where m.conversation_id = c.id and m.account_id = \(bot.account) and m.replaced_by is null
                    and strpos(lower(m.text), lower(\(search))) > 0 limit 1))
              order by c.last_message_at desc, c.id desc limit \(limit + 1)) c
            left join lateral (\(unsafeRaw: Self.firstQuestion)) first on true
            order by c.last_message_at desc, c.id desc
            """)
        let found = rows.prefix(limit)
        let last = rows.count > limit ? found.last : nil
        return (
            try found.map { try ChatSessionSummary($0, at: path) }, try last.flatMap { try ConversationCursor($0, by: "last_message_at") }
        )
    }

    /// - Throws: `Failure.notFound` where it isn't this person's with this bot.
    func summary(of conversation: UUID) async throws -> ChatSessionSummary {
        let row = try await database.query(
            """
            select c.id, c.title, c.created_at, c.last_message_at, first.question
            from conversations c left join lateral (\(unsafeRaw: Self.firstQuestion)) first on true
            where c.id = \(conversation) and c.person_id = \(person) and c.bot_id = \(bot.id) and c.account_id = \(bot.account)
            """
        ).first
        guard let row else { throw Failure.notFound }
        return try ChatSessionSummary(row, at: path)
    }

    /// - Parameter title: empty: its first question again.
    func rename(_ conversation: UUID, to title: String) async throws {
        let changed = try await database.query(
            """
            update conversations set title = \(title)
            where id = \(conversation) and person_id = \(person) and bot_id = \(bot.id) and account_id = \(bot.account)
            """)
        if changed.affected == 0 { throw Failure.notFound }
    }

    /// With its messages and what is attached.
    func delete(_ conversation: UUID) async throws {
        _ = try await summary(of: conversation)
        guard try await database.erase(conversation, of: bot.id, .visitor) else { throw Failure.notFound }
    }

    /// What the person asked this bot in the last days.
    func activity() async throws -> ChatActivity {
        let rows = try await database.query(
            """
            select (now() at time zone 'UTC')::date - (m.created_at at time zone 'UTC')::date as days_ago, count(*) as messages,
              count(distinct c.id) filter (where c.created_at >= date_trunc('day', m.created_at, 'UTC')) as sessions
            from conversations c join messages m on m.conversation_id = c.id and m.account_id = c.account_id
            where c.person_id = \(person) and c.bot_id = \(bot.id) and c.account_id = \(bot.account) and m.role = 'visitor'
              and m.created_at >= date_trunc('day', now() - \(Self.daysOfActivity - 1) * interval '1 day', 'UTC')
            group by 1
            """)
        var activity = ChatActivity(days: Self.daysOfActivity)
        for row in rows {
            try activity.add(daysAgo: row.get("days_ago", as: Int.self), messages: row.count("messages"), sessions: row.count("sessions"))
        }
        return activity
    }

    /// Of the conversation as it stands.
    private static let firstQuestion = """
        select left(m.text, \(ConversationSummary.questionLength)) as question from messages m
        where m.conversation_id = c.id and m.account_id = c.account_id and m.role = 'visitor' and m.replaced_by is null
        order by m.position limit 1
        """
}

extension PersonalChats {
    /// A part of a conversation, or of a branch of it.
    /// - Parameters:
    ///   - question: that took the place of what is wanted; nil: the conversation as it stands.
    ///   - place: of the message that it ends before; nil: at the end.
    func messages(of conversation: UUID, replacedBy question: UUID? = nil, before place: Int64?, limit: Int) async throws -> ChatMessagePart
    {
        try await messages(of: conversation, answer: nil, replacedBy: question, before: place, limit: limit)
    }

    /// - Parameter answer: only this one and its question, in whichever branch.
    private func messages(of conversation: UUID, answer: UUID?, replacedBy question: UUID?, before place: Int64?, limit: Int) async throws
        -> ChatMessagePart
    {
        let rows = try await database.query(
            """
            select m.id, m.position, m.role, u.name as author, m.text, m.basis, m.citations, m.created_at, m.reply_to, m.thumb, m.thumb_reason,
              case when m.state = 'pending' and m.created_at < now() - \(Message.longestAnswerSeconds) * interval '1 second'
                then 'failed' else m.state end as state,
              m.role = 'visitor' and exists (select from messages e where e.replaced_by = m.id and e.account_id = m.account_id) as has_earlier,
              \(unsafeRaw: AttachmentView.column(of: "m"))
            from conversations c join messages m on m.conversation_id = c.id and m.account_id = c.account_id left join users u on u.id = m.author_id
            where c.id = \(conversation) and c.person_id = \(person) and c.bot_id = \(bot.id) and c.account_id = \(bot.account)
              and case when \(answer)::uuid is null
                then m.replaced_by is not distinct from \(question)::uuid and m.position < coalesce(\(place), 9223372036854775807)
                else m.id in (\(answer), (select reply_to from messages where id = \(answer))) end
            order by m.position desc limit \(limit + 1)
            """)
        let shown = rows.prefix(limit).reversed()
        return ChatMessagePart(
            messages: try shown.map { try ChatMessageView($0, at: path(of: conversation)) },
            previous: rows.count > limit ? try shown.first?.get("position", as: Int64.self) : nil)
    }

    /// - Throws: `Failure.notFound` where the message isn't of this conversation, or the conversation not of this person.
    func require(_ message: UUID, in conversation: UUID) async throws {
        let found = try await database.query(
            """
            select from messages m join conversations c on c.id = m.conversation_id and c.account_id = m.account_id
            where m.id = \(message) and c.id = \(conversation) and c.person_id = \(person) and c.bot_id = \(bot.id) and c.account_id = \(bot.account)
            """)
        if found.isEmpty { throw Failure.notFound }
    }

    /// A question with its answer, in whichever branch.
    /// - Parameter answer: the bot's message.
    func turn(_ answer: UUID, in conversation: UUID) async throws -> [ChatMessageView] {
        let turn = try await messages(of: conversation, answer: answer, replacedBy: nil, before: nil, limit: 2).messages
        guard turn.count == 2 else { throw Failure.notFound }
        return turn
    }

    /// What the person wrote, without what followed it.
    func question(_ id: UUID, in conversation: UUID) async throws -> ChatMessageView {
        guard let question = try await messages(of: conversation, answer: id, replacedBy: nil, before: nil, limit: 1).messages.first else {
            throw Failure.notFound
        }
        return question
    }

    func attachment(_ id: UUID, of conversation: UUID) async throws -> StoredAttachment {
        try StoredAttachment(
            await database.query(StoredAttachment.pieces(of: id, of: bot.account, with: bot.id, in: conversation, for: person)))
    }
}

/// Some of a conversation's messages, oldest first.
struct ChatMessagePart: Sendable {
    let messages: [ChatMessageView]
    /// The place of the first; nil where there are none before it.
    let previous: Int64?
}

extension ChatSessionSummary {
    /// - Parameter path: of the bot's sessions.
    fileprivate init(_ row: Row, at path: String) throws {
        let id = try row.get("id", as: UUID.self).lowercased
        let given = try row.get("title", as: String.self)
        let question = try row.get("question", as: String?.self) ?? ""
        self.init(
            id: id, title: given.nonEmpty ?? question.opening(words: Self.wordsOfTitle), isRenamed: !given.isEmpty,
            startedAt: try row.moment("created_at"), lastMessageAt: try row.moment("last_message_at"), address: "\(path)/\(id)")
    }
}

extension ChatMessageView {
    /// - Parameter path: of its chat.
    fileprivate init(_ row: Row, at path: String) throws {
        let reason = try row.get("thumb_reason", as: String.self)
        self.init(
            id: try row.get("id", as: UUID.self).lowercased, role: try row.get("role", as: String.self),
            author: try row.get("author", as: String?.self)?.nonEmpty, text: try row.get("text", as: String.self),
            state: try row.get("state", as: String.self), basis: try row.get("basis", as: String?.self).flatMap(AnswerReply.Basis.init),
            citations: try [AnswerReply.Citation](stored: row.get("citations", as: String.self)),
            attachments: try AttachmentView.all(row, at: path + "/attachments"),
            hasEarlier: try row.get("has_earlier", as: Bool.self), createdAt: try row.moment("created_at"),
            replyTo: try row.get("reply_to", as: UUID?.self)?.lowercased,
            thumb: try row.get("thumb", as: Int?.self).map { Thumb(isUp: $0 > 0, hasReason: !reason.isEmpty) },
            position: try row.get("position", as: Int64.self))
    }
}
