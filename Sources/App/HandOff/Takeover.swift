import FoundationEssentials
import Postgres

/// A person answers in the bot's place: one at a time.
enum Takeover {
    /// Without a word from who has it, the bot answers again.
    static let idleHours = 4
    /// Unicode scalars of what a person writes.
    static let maximumMessage = 4_000
    /// Elsewhere no visitor would see what a person writes.
    static let channels: [Conversation.Channel] = [.widget, .chat, .whatsapp]

    /// - Throws: `Failure.invalid` with a sentence.
    static func message(_ given: String?) throws(Failure) -> String {
        let text = (given ?? "").replacing("\r\n", with: "\n").trimmingBlanks
        guard !text.isEmpty else { throw .invalid(["text": "Please write your answer first."]) }
        guard text.unicodeScalars.count <= maximumMessage else {
            throw .invalid(["text": "This can have up to \(maximumMessage) characters; it has \(text.unicodeScalars.count)."])
        }
        return text
    }
}

extension AccountDatabase {
    /// - Parameter other: whom it is taken from, knowingly.
    /// - Throws: `Failure.notFound`; `.takenOver` where somebody else has it.
    func takeOver(_ conversation: UUID, of bot: UUID, by person: UUID, from other: UUID?) async throws {
        let taken = try await query(
            """
            update conversations set handling = 'person', taken_by = \(person), person_spoke_at = now()
            where id = \(conversation) and bot_id = \(bot) and account_id = \(account) and channel = any(\(Self.channels)::text[])
              and (handling <> 'person' or taken_by is null or taken_by = \(person) or taken_by = \(other))
            """)
        if taken.affected == 0 { throw try await refusal(conversation, of: bot) }
    }

    /// The bot answers again.
    /// - Throws: `Failure.notFound`; `.takenOver` where somebody else has it.
    func handBack(_ conversation: UUID, of bot: UUID, by person: UUID) async throws {
        let back = try await query(
            """
            update conversations set handling = 'bot', taken_by = null
            where id = \(conversation) and bot_id = \(bot) and account_id = \(account) and channel = any(\(Self.channels)::text[])
              and (handling <> 'person' or taken_by is null or taken_by = \(person))
            """)
        if back.affected == 0 { throw try await refusal(conversation, of: bot) }
    }

    /// What a person says to the visitor; whoever says something has taken over. Returns the message's id.
    /// - Throws: `Failure.notFound`; `.takenOver` where somebody else has it.
    func say(_ text: String, in conversation: UUID, of bot: UUID, by person: UUID) async throws -> UUID {
        let id = UUID()
        let said = try await query(
            """
            with taken as (
              update conversations set handling = 'person', taken_by = \(person), person_spoke_at = now(), last_message_at = now(), seen_at = now()
              where id = \(conversation) and bot_id = \(bot) and account_id = \(account) and channel = any(\(Self.channels)::text[])
                and (handling <> 'person' or taken_by is null or taken_by = \(person))
              returning id, account_id)
            insert into messages (id, account_id, conversation_id, role, author_id, text, state)
            select \(id), account_id, id, 'person', \(person), \(text), 'answered' from taken
            """)
        if said.affected == 0 { throw try await refusal(conversation, of: bot) }
        return id
    }

    private static var channels: [String] { Takeover.channels.map(\.rawValue) }

    /// Why a conversation couldn't be had.
    private func refusal(_ conversation: UUID, of bot: UUID) async throws -> Failure {
        let row = try await query(
            """
            select c.channel = any(\(Self.channels)::text[]) as is_possible, coalesce(nullif(u.name, ''), u.email, '') as name
            from conversations c left join users u on u.id = c.taken_by
            where c.id = \(conversation) and c.bot_id = \(bot) and c.account_id = \(account)
            """
        ).first
        guard let row else { return .notFound }
        guard try row.get("is_possible", as: Bool.self) else { return .noVisitorThere }
        return .takenOver(by: try row.get("name", as: String.self))
    }
}

extension Sweep {
    /// Lets the bot answer where the person who took over hasn't written for long.
    static func handBackForgotten(every interval: Duration) -> Sweep {
        let isForgotten = "handling = 'person' and person_spoke_at < now() - interval '\(Takeover.idleHours) hours'"
        let due = "exists (select from conversations c where c.account_id = a.id and \(isForgotten))"
        return Sweep(
            name: "hand_back", interval: interval,
            work: .accounts(due: due) { database in
                try await database.query(
                    """
                    update conversations set handling = 'bot', taken_by = null where account_id = \(database.account) and id in (
                      select id from conversations where account_id = \(database.account) and \(unsafeRaw: isForgotten) limit \(batch))
                      and \(unsafeRaw: isForgotten)
                    """
                ).affected == batch
            })
    }
}

extension Failure {
    static func takenOver(by name: String) -> Failure {
        Failure(status: .conflict, code: "taken_over", message: "\(name) is answering this visitor. Your words weren’t sent.")
    }

    static let noVisitorThere = Failure(
        status: .unprocessableContent, code: "no_visitor_there",
        message: "A program asked here, not a visitor on your pages: nobody would see your answer.")
}
