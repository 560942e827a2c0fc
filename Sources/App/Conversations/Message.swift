import FoundationEssentials
import Postgres
import Templates

/// A bot's message with the question that it answers, as stored.
struct Message: Sendable {
    /// A process makes an answer in less; one that is pending for longer lost its process.
    static let longestAnswerSeconds = 180

    let id: UUID
    let conversation: UUID
    let question: String
    let text: String
    let outcome: Outcome

    var isFinished: Bool { outcome.state != .pending }

    /// What a visitor gets to read, unless it is still being made or has failed.
    var reply: AnswerReply? {
        guard outcome.state == .answered || outcome.state == .abandoned && !text.isEmpty else { return nil }
        var reply = outcome.reply(text: text, message: id, conversation: conversation)
        if outcome.state == .abandoned { reply.unfinishedQuestion = question }
        return reply
    }
}

extension Message {
    /// - Throws: `Failure` where there is nothing to read.
    var replyOrFailure: AnswerReply {
        get throws(Failure) {
            guard let reply else { throw .unexpected }
            return reply
        }
    }
}

extension Outcome {
    fileprivate var storedCitations: String {
        var json = JSONWriter()
        json.array(citations)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    func reply(text: String, message: UUID, conversation: UUID) -> AnswerReply {
        var reply = AnswerReply(
            answer: text, citations: citations, basis: basis ?? .notInMyInformation, conversationID: conversation.lowercased,
            messageID: message.lowercased, usage: usage, isSmallTalk: basis == nil)
        if let cut { reply.finishReason = cut.rawValue }
        return reply
    }
}

extension Message {
    fileprivate static let found = """
        select m.id, m.conversation_id, q.text as question, m.text, m.basis, m.citations, m.input_tokens, m.output_tokens,
          case when m.state = 'pending' and m.created_at < now() - \(longestAnswerSeconds) * interval '1 second'
            then 'failed' else m.state end as state
        from messages m join messages q on q.id = m.reply_to join conversations c on c.id = m.conversation_id
        """
}

extension Postgres {
    /// The bot's message with this id, if it is this bot's.
    func message(_ id: UUID, of bot: Bot) async throws -> Message? {
        try await query("\(unsafeRaw: Message.found) where m.id = \(id) and m.account_id = \(bot.account) and c.bot_id = \(bot.id)").first
            .map(Message.init)
    }

    /// The same of the demo's bot, which is looked up on the way.
    func demoMessage(_ id: UUID) async throws -> Message? {
        try await query(
            """
            \(unsafeRaw: Message.found) join bots b on b.id = c.bot_id and b.account_id = m.account_id
            where m.id = \(id) and b.public_key = \(DemoBot.publicKey)
            """
        ).first.map(Message.init)
    }

    /// Stores a question and the place of its answer. What was asked before in a conversation that there must be, oldest first.
    /// - Throws: `Failure.notFound` if the conversation isn't this bot's and person's, or the question that is written anew isn't
    ///   there; `Failure.answeredElsewhere` if another request has the idempotency key; `AttachmentProblem` where there is no room
    ///   for what is attached.
    @discardableResult
    func open(_ live: LiveAnswer, _ incoming: Incoming, with bot: Bot, turns limit: Int) async throws -> [Asked.Turn] {
        if incoming.attachments.isEmpty { return try await open(live, incoming, with: bot, turns: limit) { try await pipeline($0) } }
        return try await transaction { transaction in
            try await transaction.makeRoom(for: incoming, with: bot)
            let turns = try await open(live, incoming, with: bot, turns: limit) { try await transaction.pipeline($0) }
            try await transaction.keep(incoming.attachments, of: incoming.id, from: incoming.person, in: live.conversation, with: bot)
            return turns
        }
    }

    private func open(
        _ live: LiveAnswer, _ incoming: Incoming, with bot: Bot, turns limit: Int, by run: ([SQL]) async throws -> [Rows]
    ) async throws -> [Asked.Turn] {
        let claim = incoming.idempotencyKey.map { SQL.claim($0, for: live.id, of: bot) }
        let turns = incoming.place != .newConversation && incoming.previous == nil
        let before = [claim, turns ? .turns(of: live.conversation, before: incoming.replaces, with: bot, limit: limit) : nil].compactMap(
            \.self)
        let after = incoming.replaces.map { SQL.replace($0, by: incoming, live, with: bot) } ?? []
        let results = try await run(before + [.store(live, incoming, with: bot)] + after)
        if claim != nil, results.first?.affected == 0 { throw Failure.answeredElsewhere }
        guard results[before.count].affected > 0 else { throw Failure.notFound }
        guard turns, let rows = results.prefix(before.count).last else { return [] }
        return try rows.reversed().map { row in
            Asked.Turn(question: try row.get("question", as: String.self), answer: try row.get("answer", as: String.self))
        }
    }

    /// Stores how an answer ended, or all of a conversation where it isn't stored yet, and settles what it took. The first call
    /// counts. Where somebody may watch, it touches the conversation's row, so that they learn of it.
    func close(_ live: LiveAnswer, _ outcome: Outcome, of bot: Bot, beginning incoming: Incoming? = nil) async throws {
        let close = incoming.map { SQL.storeWhole(live, outcome, $0, with: bot) } ?? .close(live, outcome, of: bot)
        try await pipeline(outcome.isReserved ? [close, .settle(live.id, outcome, of: bot)] : [close])
    }
}

extension SQL {
    fileprivate static func close(_ live: LiveAnswer, _ outcome: Outcome, of bot: Bot) -> SQL {
        """
        with closed as (
          update messages set text = \(live.text), state = \(outcome.state.rawValue), basis = \(outcome.basis?.rawValue),
            citations = \(outcome.storedCitations)::jsonb, provider = \(outcome.provider?.rawValue),
            model = \(outcome.model), input_tokens = \(outcome.usage.inputTokens), output_tokens = \(outcome.usage.outputTokens),
            cost_micros = \(outcome.costMicros), first_word_ms = \(live.firstWordMilliseconds), total_ms = \(live.milliseconds),
            finished_at = now()
          where id = \(live.id) and account_id = \(bot.account) and state = 'pending' returning conversation_id)
        update conversations c set last_message_at = now() from closed
        where c.id = closed.conversation_id and c.account_id = \(bot.account) and c.channel not in ('api', 'try')
        """
    }

    /// A conversation that a program begins, with its question and its answer.
    fileprivate static func storeWhole(_ live: LiveAnswer, _ outcome: Outcome, _ incoming: Incoming, with bot: Bot) -> SQL {
        """
        with conversation as (
          insert into conversations (id, account_id, bot_id, channel, visitor, page_url)
          values (\(live.conversation), \(bot.account), \(bot.id), \(incoming.channel.rawValue), \(incoming.visitor), \(incoming.pageURL))
          returning id, account_id, now() - \(live.milliseconds) * interval '1 millisecond' as asked_at),
        question as (
          insert into messages (id, account_id, conversation_id, role, text, state, created_at)
          select \(incoming.id)::uuid, account_id, id, 'visitor', \(incoming.question), 'answered', asked_at from conversation
          returning id, account_id, conversation_id, created_at)
        insert into messages (id, account_id, conversation_id, role, text, state, reply_to, created_at, finished_at, basis, citations,
          provider, model, input_tokens, output_tokens, cost_micros, first_word_ms, total_ms)
        select \(live.id)::uuid, account_id, conversation_id, 'bot', \(live.text), \(outcome.state.rawValue), id, created_at, now(),
          \(outcome.basis?.rawValue), \(outcome.storedCitations)::jsonb, \(outcome.provider?.rawValue), \(outcome.model),
          \(outcome.usage.inputTokens), \(outcome.usage.outputTokens), \(outcome.costMicros), \(live.firstWordMilliseconds),
          \(live.milliseconds)
        from question
        """
    }

    /// What this conversation's visitor asked before and was answered, as it stands, newest first.
    fileprivate static func turns(of conversation: UUID, before question: UUID?, with bot: Bot, limit: Int) -> SQL {
        """
        select q.text as question, m.text as answer
        from conversations c
        join messages m on m.conversation_id = c.id and m.role = 'bot' and m.state = 'answered'
        join messages q on q.id = m.reply_to
        where c.id = \(conversation) and c.account_id = \(bot.account) and c.bot_id = \(bot.id) and m.replaced_by is null
          and (\(question)::uuid is null or q.position < (select position from messages where id = \(question)))
        order by m.position desc limit \(limit)
        """
    }

    /// Nothing is stored where the conversation isn't this bot's, or is a person's or a signed visitor's and this is somebody
    /// else, or should be there and isn't, where the question that is written anew isn't part of it as it stands, or where
    /// another request has the idempotency key.
    fileprivate static func store(_ live: LiveAnswer, _ incoming: Incoming, with bot: Bot) -> SQL {
        let mustExist = incoming.place == .conversation(live.conversation)
        let key = incoming.idempotencyKey?.text
        return """
            with conversation as (
              insert into conversations (id, account_id, bot_id, channel, visitor, page_url, person_id, signed_visitor)
              select \(live.conversation)::uuid, \(bot.account)::uuid, \(bot.id)::uuid, \(incoming.channel.rawValue),
                \(incoming.signedVisitor?.label ?? incoming.visitor), \(incoming.pageURL), \(incoming.person)::uuid, \(incoming.signedVisitor?.id)
              where (not \(mustExist) or exists (select from conversations where id = \(live.conversation)))
                and (\(key)::text is null or exists (
                  select from idempotency_keys where account_id = \(bot.account) and bot_id = \(bot.id) and key = \(key) and message_id = \(live.id)))
                and (\(incoming.replaces)::uuid is null or exists (
                  select from messages where id = \(incoming.replaces) and conversation_id = \(live.conversation)
                    and account_id = \(bot.account) and role = 'visitor' and replaced_by is null))
              on conflict (id) do update set last_message_at = now(), signed_visitor = coalesce(excluded.signed_visitor, conversations.signed_visitor),
                  visitor = case when excluded.signed_visitor is null then conversations.visitor else excluded.visitor end
                where (conversations.account_id, conversations.bot_id) = (excluded.account_id, excluded.bot_id)
                  and conversations.person_id is not distinct from excluded.person_id
                  and coalesce(conversations.signed_visitor = excluded.signed_visitor, conversations.signed_visitor is null)
              returning id, account_id)
            insert into messages (id, account_id, conversation_id, role, text, state, reply_to, created_at)
            select given.id, c.account_id, c.id, given.role, given.text, given.state, given.reply_to,
              now() - \(live.milliseconds) * interval '1 millisecond'
            from conversation c, (values
              (1, \(incoming.id)::uuid, 'visitor', \(incoming.question), 'answered', null::uuid),
              (2, \(live.id)::uuid, 'bot', '', 'pending', \(incoming.id)::uuid)
            ) as given (place, id, role, text, state, reply_to)
            order by given.place
            """
    }

    /// A question that was written anew, and all that followed it, become an earlier branch; what was attached to it, stays
    /// attached. Nothing happens where the new question wasn't stored.
    fileprivate static func replace(_ old: UUID, by new: Incoming, _ live: LiveAnswer, with bot: Bot) -> [SQL] {
        [
            """
            update messages set replaced_by = \(new.id)
            where conversation_id = \(live.conversation) and account_id = \(bot.account) and replaced_by is null
              and id not in (\(new.id), \(live.id)) and exists (select from messages where id = \(new.id))
              and position >= (select position from messages where id = \(old))
            """,
            """
            insert into message_attachments (message_id, attachment_id, account_id, position)
            select \(new.id), attachment_id, account_id, position from message_attachments
            where message_id = \(old) and account_id = \(bot.account) and exists (select from messages where id = \(new.id))
            """,
        ]
    }
}

/// What a visitor and a bot say to each other.
enum Conversation {
    /// Where it takes place.
    enum Channel: String, Sendable {
        case page, api, widget, chat, whatsapp
        /// An owner tries the bot.
        case trial = "try"
    }

    /// Who answers: the bot; the bot, while the visitor waits for a person; a person.
    enum Handling: String, Sendable { case bot, waiting, person }

    /// A visitor's opinion of an answer.
    enum Thumb: String, Sendable {
        case up, down

        /// As it is stored.
        var number: Int { self == .up ? 1 : -1 }
    }
}

extension Message {
    init(_ row: Row) throws {
        id = try row.get("id", as: UUID.self)
        conversation = try row.get("conversation_id", as: UUID.self)
        question = try row.get("question", as: String.self)
        text = try row.get("text", as: String.self)
        outcome = try Outcome(row)
    }
}

extension Outcome {
    init(_ row: Row) throws {
        self.init(
            state: State(rawValue: try row.get("state", as: String.self)) ?? .failed,
            basis: try row.get("basis", as: String?.self).flatMap(AnswerReply.Basis.init),
            citations: try [AnswerReply.Citation](stored: row.get("citations", as: String.self)),
            usage: .init(
                inputTokens: try row.get("input_tokens", as: Int.self), outputTokens: try row.get("output_tokens", as: Int.self)))
    }
}

extension [AnswerReply.Citation] {
    /// Reads what `AnswerReply.Citation` writes; nothing where it is something else, so that the message can be read all the same.
    init(stored text: String) {
        guard case .array(let items)? = try? JSON(parsing: text.utf8) else {
            self = []
            return
        }
        self = items.compactMap(AnswerReply.Citation.init(stored:))
    }
}

extension AnswerReply.Citation {
    init?(stored json: JSON) {
        guard let number = json["number"]?.integer, let title = json["title"]?.string, let quote = json["quote"]?.string,
            let source = json["source_id"]?.string
        else { return nil }
        self.init(number: number, title: title, quote: quote, sourceID: source, url: json["url"]?.string)
    }
}
