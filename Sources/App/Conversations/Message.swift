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
        return outcome.reply(text: text, message: id, conversation: conversation)
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
    func reply(text: String, message: UUID, conversation: UUID) -> AnswerReply {
        AnswerReply(
            answer: text, citations: citations, basis: basis ?? .notInMyInformation, conversationID: conversation.lowercased,
            messageID: message.lowercased, usage: usage, isSmallTalk: basis == nil)
    }
}

extension Postgres {
    /// The bot's message with this id, if it is this bot's.
    func message(_ id: UUID, of bot: Bot) async throws -> Message? {
        try await query(
            """
            select m.id, m.conversation_id, q.text as question, m.text, m.basis, m.citations, m.input_tokens, m.output_tokens,
              case when m.state = 'pending' and m.created_at < now() - \(Message.longestAnswerSeconds) * interval '1 second'
                then 'failed' else m.state end as state
            from messages m join messages q on q.id = m.reply_to join conversations c on c.id = m.conversation_id
            where m.id = \(id) and m.account_id = \(bot.account) and c.bot_id = \(bot.id)
            """
        ).first.map(Message.init)
    }

    /// Stores a question and the place of its answer. What was asked before in a conversation that there must be, oldest first.
    /// - Throws: `Failure.notFound` if the conversation isn't this bot's, `Failure.answeredElsewhere` if another request has
    ///   the idempotency key.
    @discardableResult
    func open(_ live: LiveAnswer, _ incoming: Incoming, with bot: Bot, turns limit: Int) async throws -> [Asked.Turn] {
        let claim = incoming.idempotencyKey.map { SQL.claim($0, for: live.id, of: bot) }
        let turns = incoming.place != .newConversation && incoming.previous == nil
        let results = try await pipeline(
            [claim, turns ? .turns(of: live.conversation, with: bot, limit: limit) : nil, .store(live, incoming, with: bot)].compactMap(\.self))
        if claim != nil, results.first?.affected == 0 { throw Failure.answeredElsewhere }
        guard let stored = results.last, stored.affected > 0 else { throw Failure.notFound }
        guard turns, let rows = results.dropLast().last else { return [] }
        return try rows.reversed().map { row in
            Asked.Turn(question: try row.get("question", as: String.self), answer: try row.get("answer", as: String.self))
        }
    }

    /// Stores how an answer ended, and before it the question, where it isn't stored yet. The first call counts. Where somebody
    /// may watch, it touches the conversation's row, so that they learn of it.
    func close(_ live: LiveAnswer, _ outcome: Outcome, of bot: Bot, opening incoming: Incoming? = nil) async throws {
        try await pipeline([incoming.map { .store(live, $0, with: bot) }, .close(live, outcome, of: bot)].compactMap(\.self))
    }
}

extension SQL {
    fileprivate static func close(_ live: LiveAnswer, _ outcome: Outcome, of bot: Bot) -> SQL {
        var citations = JSONWriter()
        citations.array(outcome.citations)
        return """
            with closed as (
              update messages set text = \(live.text), state = \(outcome.state.rawValue), basis = \(outcome.basis?.rawValue),
                citations = \(String(decoding: citations.bytes, as: UTF8.self))::jsonb, provider = \(outcome.provider?.rawValue),
                model = \(outcome.model), input_tokens = \(outcome.usage.inputTokens), output_tokens = \(outcome.usage.outputTokens),
                cost_micros = \(outcome.costMicros), first_word_ms = \(live.firstWordMilliseconds), total_ms = \(live.milliseconds),
                finished_at = now()
              where id = \(live.id) and account_id = \(bot.account) and state = 'pending' returning conversation_id)
            update conversations c set last_message_at = now() from closed
            where c.id = closed.conversation_id and c.account_id = \(bot.account) and c.channel not in ('api', 'try')
            """
    }

    /// What this conversation's visitor asked before and was answered, newest first.
    fileprivate static func turns(of conversation: UUID, with bot: Bot, limit: Int) -> SQL {
        """
        select q.text as question, m.text as answer
        from conversations c
        join messages m on m.conversation_id = c.id and m.role = 'bot' and m.state = 'answered'
        join messages q on q.id = m.reply_to
        where c.id = \(conversation) and c.account_id = \(bot.account) and c.bot_id = \(bot.id)
        order by m.position desc limit \(limit)
        """
    }

    /// Nothing is stored where the conversation isn't this bot's, or should be there and isn't, or where another request has
    /// the idempotency key.
    fileprivate static func store(_ live: LiveAnswer, _ incoming: Incoming, with bot: Bot) -> SQL {
        let question = UUID()
        let mustExist = incoming.place == .conversation(live.conversation)
        let key = incoming.idempotencyKey?.text
        return """
            with conversation as (
              insert into conversations (id, account_id, bot_id, channel, visitor, page_url)
              select \(live.conversation)::uuid, \(bot.account)::uuid, \(bot.id)::uuid, \(incoming.channel.rawValue), \(incoming.visitor), \(incoming.pageURL)
              where (not \(mustExist) or exists (select from conversations where id = \(live.conversation)))
                and (\(key)::text is null or exists (
                  select from idempotency_keys where account_id = \(bot.account) and bot_id = \(bot.id) and key = \(key) and message_id = \(live.id)))
              on conflict (id) do update set last_message_at = now()
                where (conversations.account_id, conversations.bot_id) = (excluded.account_id, excluded.bot_id)
              returning id, account_id)
            insert into messages (id, account_id, conversation_id, role, text, state, reply_to, created_at)
            select given.id, c.account_id, c.id, given.role, given.text, given.state, given.reply_to,
              now() - \(live.milliseconds) * interval '1 millisecond'
            from conversation c, (values
              (1, \(question)::uuid, 'visitor', \(incoming.question), 'answered', null::uuid),
              (2, \(live.id)::uuid, 'bot', '', 'pending', \(question)::uuid)
            ) as given (place, id, role, text, state, reply_to)
            order by given.place
            """
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
    /// Reads what `AnswerReply.Citation` writes.
    init(stored text: String) throws {
        guard case .array(let items) = try JSON(parsing: text.utf8) else { throw JSONError.malformed(offset: 0) }
        self = items.compactMap { item in
            guard let number = item["number"]?.integer, let title = item["title"]?.string, let quote = item["quote"]?.string,
                let source = item["source_id"]?.string
            else { return nil }
            return .init(number: number, title: title, quote: quote, sourceID: source, url: item["url"]?.string)
        }
    }
}
