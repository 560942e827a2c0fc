import FoundationEssentials
import Postgres
import Templates

/// Some of a bot's conversations, or of all bots of an account, newest first.
struct ConversationPart: Sendable {
    /// Empty for all bots.
    let botName: String
    let conversations: [ConversationSummary]
    /// Behind the last; nil where there are no more.
    let next: ConversationCursor?
    /// How many visitors of the account wait for a person.
    let waiting: Int
    /// When this was so.
    let moment: PostgresTimestamp
}

/// Which of the conversations that a filter leaves are looked for.
enum ConversationPlace: Sendable {
    /// From behind this one; nil: from the newest.
    case after(ConversationCursor?)
    case only(UUID)
    /// In which something happened since then.
    case since(PostgresTimestamp)
}

/// Some of a conversation's messages, oldest first.
struct MessagePart: Sendable {
    let messages: [MessageView]
    /// The place of the last; nil where there are no more.
    let next: Int64?
}

extension AccountDatabase {
    /// - Parameter bot: nil is all bots.
    /// - Throws: `Failure.notFound` where the account has no such bot.
    func conversations(of bot: UUID?, _ filter: ConversationFilter, _ place: ConversationPlace, limit: Int) async throws -> ConversationPart
    {
        let rows = try await pipeline([inbox(bot), list(bot, filter, place, .newest, limit: limit + 1)])
        guard let inbox = rows[0].first else { throw Failure.notFound }
        var listed = try Listed(rows[1])
        if let text = filter.text, listed.found.count <= limit, listed.end != nil, ConversationFilter.isIndexed(text) {
            listed = try Listed(await query(list(bot, filter, place, .all, limit: limit + 1)))
            listed.end = nil
        }
        let found = listed.found.prefix(limit)
        let next = listed.found.count > limit ? try found.last.flatMap { try ConversationCursor($0, by: "last_message_at") } : listed.end
        return ConversationPart(
            botName: try inbox.get("name", as: String.self),
            conversations: try found.map { try ConversationSummary($0, namesBot: bot == nil) },
            next: next, waiting: try inbox.get("waiting", as: Int.self), moment: try inbox.get("moment", as: PostgresTimestamp.self))
    }

    /// In which conversations a text is looked for.
    private enum Searched {
        /// In the newest, one by one: where it stands in many, this is quicker.
        case newest
        /// In all, by an index.
        case all
    }

    /// What a list has found.
    private struct Listed {
        /// How many are looked through one by one.
        static let looked = 1_000

        let found: [Row]
        /// The last that was looked through, where there may be more.
        var end: ConversationCursor?

        /// There is a row also where nothing was found.
        init(_ rows: Rows) throws {
            found = try rows.filter { try $0.get("id", as: UUID?.self) != nil }
            guard let row = rows.first, try row.get("looked", as: Int.self) == Self.looked else { return }
            end = ConversationCursor(microseconds: try row.microseconds("end_at"), id: try row.get("end_id", as: UUID.self))
        }
    }

    /// A conversation with its messages from behind `place`.
    /// - Throws: `Failure.notFound` where it isn't this bot's.
    func conversation(_ id: UUID, of bot: UUID, after place: Int64, limit: Int) async throws -> (botName: String, ConversationView) {
        let rows = try await pipeline([
            """
            select b.name as bot_name, c.id, c.channel, c.visitor, c.signed_visitor, c.metadata, c.created_at, c.last_message_at, c.handling,
              c.taken_by, c.wants_person_at, coalesce(nullif(u.name, ''), u.email) as taken_by_name
            from conversations c join bots b on b.id = c.bot_id and b.account_id = c.account_id left join users u on u.id = c.taken_by
            where c.id = \(id) and c.bot_id = \(bot) and c.account_id = \(account)
            """,
            messages(of: id, after: place, limit: limit),
        ])
        guard let row = rows[0].first else { throw Failure.notFound }
        let view = try ConversationView(row, bot: bot, try MessagePart(rows[1], limit: limit))
        return (try row.get("bot_name", as: String.self), view)
    }

    /// The first messages of each of these conversations, in one trip.
    func messages(ofEach conversations: [UUID], limit: Int) async throws -> [MessagePart] {
        try await pipeline(conversations.map { messages(of: $0, after: 0, limit: limit) }).map { try MessagePart($0, limit: limit) }
    }

    func messages(of conversation: UUID, after place: Int64, limit: Int) async throws -> MessagePart {
        try MessagePart(try await query(messages(of: conversation, after: place, limit: limit)), limit: limit)
    }

    /// A member looks at a conversation.
    func markSeen(_ conversation: UUID, of bot: UUID) async throws {
        try await query(
            """
            update conversations set seen_at = now()
            where id = \(conversation) and bot_id = \(bot) and account_id = \(account) and (seen_at is null or seen_at < last_message_at)
            """)
    }

    /// A row, but where the account has no such bot.
    private func inbox(_ bot: UUID?) -> SQL {
        """
        select coalesce(b.name, '') as name, now() as moment,
          (select count(*) from conversations c where c.account_id = \(account) and c.handling = 'waiting') as waiting
        from accounts a left join bots b on b.id = \(bot) and b.account_id = a.id
        where a.id = \(account) and (\(bot)::uuid is null or b.id is not null)
        """
    }

    private func list(_ bot: UUID?, _ filter: ConversationFilter, _ place: ConversationPlace, _ searched: Searched, limit: Int) -> SQL {
        let isNear = searched == .newest && filter.text != nil
        return """
            with looked as materialized (
              select * from conversations c
              where \(asked(for: filter, bot, place)) and (\(isNear ? nil : filter.text)::text is null or c.id = any (array(select search_messages(\(account), \(filter.text)))))
              order by c.last_message_at desc, c.id desc limit \(isNear ? Listed.looked : limit)),
            ends as (
              select count(*) as looked, (array_agg(last_message_at order by last_message_at, id))[1] as end_at, (array_agg(id order by last_message_at, id))[1] as end_id
              from looked),
            found as materialized (
              select * from looked c
              where \(isNear ? filter.text : nil)::text is null or (
                select true from messages m
                where m.conversation_id = c.id and m.account_id = \(account) and m.replaced_by is null and strpos(lower(m.text), lower(\(filter.text))) > 0 limit 1)
              order by c.last_message_at desc, c.id desc limit \(limit))
            select ends.looked, ends.end_at, ends.end_id, c.id, c.bot_id, b.name as bot_name, c.channel, c.visitor, c.signed_visitor, c.created_at,
              c.last_message_at, c.handling, c.seen_at is null or c.seen_at < c.last_message_at as is_unread,
              coalesce(nullif(u.name, ''), u.email) as taken_by_name, first.question, counts.messages, counts.unanswered, counts.thumbs_down
            from ends left join found c on true
            left join bots b on b.id = c.bot_id and b.account_id = \(account)
            left join users u on u.id = c.taken_by
            left join lateral (
              select count(*) as messages, count(*) filter (where m.thumb = -1) as thumbs_down,
                count(*) filter (where m.state = 'answered' and m.basis = 'not_in_my_information') as unanswered
              from messages m where m.conversation_id = c.id and m.account_id = \(account) and m.replaced_by is null) counts on true
            left join lateral (
              select left(m.text, \(ConversationSummary.questionLength)) as question from messages m
              where m.conversation_id = c.id and m.account_id = \(account) and m.replaced_by is null and m.role = 'visitor'
              order by m.position limit 1) first on true
            order by c.last_message_at desc, c.id desc
            """
    }

    /// What isn't asked for is NULL, which the planner, who sees the values, leaves out; for what is, it must be able to
    /// compute the bounds (`to_timestamp` is immutable, `+ interval` isn't), or row-level security keeps it from the index.
    /// Scalar subqueries, as `exists` might be turned into a search of everybody's messages; an array, as with `in` all of the
    /// account's conversations would be gone through for the few that were found.
    private func asked(for filter: ConversationFilter, _ bot: UUID?, _ place: ConversationPlace) -> SQL {
        let (basis, channel, handling) = (filter.basis?.rawValue, filter.channel?.rawValue, filter.handling?.rawValue)
        let (thumb, cursor, only, since) = (filter.thumb?.number, place.cursor, place.only, place.since)
        return """
            (\(bot)::uuid is null or c.bot_id = \(bot)) and c.account_id = \(account)
                and (\(only)::uuid is null or c.id = \(only))
                and (\(since)::bigint is null or greatest(c.last_message_at, c.wants_person_at, c.person_spoke_at) >= to_timestamp(\(since) / 1000000.0))
                and (\(handling)::text is null or c.handling = \(handling))
                and (\(thumb)::integer is null or (
                  select true from messages m
                  where m.conversation_id = c.id and m.account_id = \(account) and m.thumb = \(thumb) limit 1))
                and (c.last_message_at, c.id) < (
                  coalesce(to_timestamp(\(cursor?.microseconds) / 1000000.0), 'infinity'),
                  coalesce(\(cursor?.id), 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
                and c.last_message_at >= coalesce(\(filter.from?.text)::date::timestamp at time zone 'UTC', '-infinity')
                and c.last_message_at < coalesce((\(filter.to?.text)::date + 1)::timestamp at time zone 'UTC', 'infinity')
                and case when \(channel)::text is null then c.channel <> 'try' else c.channel = \(channel) end
                and (\(basis)::text is null or (
                  select true from messages m
                  where m.conversation_id = c.id and m.account_id = \(account) and m.replaced_by is null and m.basis = \(basis) and m.state = 'answered' limit 1))
            """
    }

    /// One of a bot's messages, with what it took.
    /// - Throws: `Failure.notFound` where the bot has no such message.
    func message(_ id: UUID, of bot: UUID) async throws -> MessageView {
        let row = try await query(
            """
            select \(unsafeRaw: MessageView.columns) from messages
            where id = \(id) and account_id = \(account)
              and conversation_id in (select c.id from conversations c where c.bot_id = \(bot) and c.account_id = \(account))
            """
        ).first
        guard let row else { throw Failure.notFound }
        return try MessageView(row)
    }

    /// As the conversation stands, without earlier branches.
    private func messages(of conversation: UUID, after place: Int64, limit: Int) -> SQL {
        """
        select \(unsafeRaw: MessageView.columns) from messages
        where conversation_id = \(conversation) and account_id = \(account) and replaced_by is null and position > \(place)
        order by position limit \(limit + 1)
        """
    }
}

extension ConversationPlace {
    fileprivate var cursor: ConversationCursor? { if case .after(let cursor) = self { cursor } else { nil } }
    fileprivate var only: UUID? { if case .only(let id) = self { id } else { nil } }
    fileprivate var since: Int64? { if case .since(let moment) = self { moment.microseconds } else { nil } }
}

extension ConversationSummary {
    fileprivate init(_ row: Row, namesBot: Bool) throws {
        self.init(
            id: try row.get("id", as: UUID.self).lowercased, botID: try row.get("bot_id", as: UUID.self).lowercased,
            botName: namesBot ? try row.get("bot_name", as: String.self) : nil, channel: try row.get("channel", as: String.self),
            visitor: try row.get("visitor", as: String.self), signedVisitor: try row.get("signed_visitor", as: String?.self),
            question: try row.get("question", as: String?.self) ?? "",
            messageCount: try row.get("messages", as: Int.self), unansweredCount: try row.get("unanswered", as: Int.self),
            thumbsDownCount: try row.get("thumbs_down", as: Int.self), handling: try row.get("handling", as: String.self),
            takenBy: try row.get("taken_by_name", as: String?.self), isUnread: try row.get("is_unread", as: Bool.self),
            order: try row.microseconds("last_message_at"), startedAt: try row.moment("created_at"),
            lastMessageAt: try row.moment("last_message_at"))
    }
}

extension ConversationView {
    fileprivate init(_ row: Row, bot: UUID, _ part: MessagePart) throws {
        self.init(
            id: try row.get("id", as: UUID.self).lowercased, botID: bot.lowercased, channel: try row.get("channel", as: String.self),
            visitor: try row.get("visitor", as: String.self), signedVisitor: try row.get("signed_visitor", as: String?.self),
            metadata: StoredJSON(try row.get("metadata", as: String.self)),
            startedAt: try row.moment("created_at"), lastMessageAt: try row.moment("last_message_at"),
            handling: try row.get("handling", as: String.self), takenBy: try row.get("taken_by_name", as: String?.self),
            takenByID: try row.get("taken_by", as: UUID?.self)?.lowercased, wantsPersonAt: try row.momentIfAny("wants_person_at"),
            messages: part.messages, next: part.next.map(String.init))
    }
}

extension MessagePart {
    /// From up to one row more than `limit`.
    fileprivate init(_ rows: Rows, limit: Int) throws {
        messages = try rows.prefix(limit).map(MessageView.init)
        next = rows.count > limit ? try rows.prefix(limit).last?.get("position", as: Int64.self) : nil
    }
}

extension MessageView {
    fileprivate static let columns = """
        id, position, role, text, basis, citations, provider, model, input_tokens, output_tokens, cost_micros, first_word_ms, total_ms, \
        metadata, created_at, \(AttachmentView.column(of: "messages")), \
        (select coalesce(nullif(u.name, ''), u.email) from users u where u.id = messages.author_id) as author, thumb, thumb_reason, \
        case when state = 'pending' and created_at < now() - interval '\(Message.longestAnswerSeconds) seconds' then 'failed' else state end as state
        """

    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row.get("id", as: UUID.self).lowercased, role: try row.get("role", as: String.self),
            author: try row.get("author", as: String?.self), text: try row.get("text", as: String.self),
            state: try row.get("state", as: String.self),
            basis: try row.get("basis", as: String?.self).flatMap(AnswerReply.Basis.init),
            citations: try [AnswerReply.Citation](stored: row.get("citations", as: String.self)),
            provider: try row.get("provider", as: String?.self), model: try row.get("model", as: String?.self),
            usage: .init(inputTokens: try row.get("input_tokens", as: Int.self), outputTokens: try row.get("output_tokens", as: Int.self)),
            costMicros: try row.get("cost_micros", as: Int?.self), firstWordMS: try row.get("first_word_ms", as: Int?.self),
            totalMS: try row.get("total_ms", as: Int?.self), thumb: try row.get("thumb", as: Int?.self),
            thumbReason: try row.get("thumb_reason", as: String.self), position: try row.get("position", as: Int64.self),
            metadata: StoredJSON(try row.get("metadata", as: String.self)),
            createdAt: try row.moment("created_at"), attachments: try AttachmentView.all(row, at: "/attachments"))
    }
}
