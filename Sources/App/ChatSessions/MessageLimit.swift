import FoundationEssentials
import Postgres
import Templates

/// How many messages somebody may send in a time, to all bots together. Counted in Postgres by the person, so that neither
/// another device nor another process makes it more.
struct MessageLimit: Sendable, Equatable {
    var maximum: Int
    /// The time begins with the first message.
    var seconds: Int

    /// Counts a message.
    /// - Throws: a refusal that says when there are more.
    func count(_ person: UUID, on plan: Plan, in postgres: Postgres, _ words: PersonalChatWords) async throws {
        let counted = try await postgres.query(
            """
            insert into message_usage as u (user_id, since, messages) values (\(person), now(), 1)
            on conflict (user_id) do update set
              messages = case when u.since <= now() - \(seconds) * interval '1 second' then 1 else u.messages + 1 end, since = case when u.since <= now() - \(seconds) * interval '1 second' then now() else u.since end
            where u.since <= now() - \(seconds) * interval '1 second' or \(maximum(on: plan))::integer is null or u.messages < \(maximum(on: plan))
            """)
        if counted.affected > 0 { return }
        let (_, rest) = try await used(by: person, in: postgres)
        throw Failure.messageLimit(maximum, rest: max(rest, 1), words)
    }

    func usage(of person: UUID, on plan: Plan, in postgres: Postgres, _ words: PersonalChatWords) async throws -> MessageUsage {
        let (messages, rest) = try await used(by: person, in: postgres)
        return MessageUsage(used: messages, limit: maximum(on: plan), secondsLeft: rest > 0 ? rest : nil, words: words)
    }

    private func maximum(on plan: Plan) -> Int? { plan == .free ? maximum : nil }

    private func used(by person: UUID, in postgres: Postgres) async throws -> (messages: Int, secondsLeft: Int) {
        let row = try await postgres.query(
            """
            select messages, least(ceil(extract(epoch from since - now()) + \(seconds)), \(seconds))::integer as rest
            from message_usage where user_id = \(person) and since > now() - \(seconds) * interval '1 second'
            """
        ).first
        guard let row else { return (0, 0) }
        return (try row.get("messages", as: Int.self), try row.get("rest", as: Int.self))
    }
}

extension Failure {
    fileprivate static func messageLimit(_ maximum: Int, rest: Int, _ words: PersonalChatWords) -> Failure {
        Failure(status: .tooManyRequests, code: "message_limit", message: words.limitReached(maximum, secondsLeft: rest), retryAfter: rest)
    }
}

extension Postgres {
    /// A message that came to nothing doesn't count.
    func giveBackMessage(to person: UUID) async throws {
        try await query("update message_usage set messages = greatest(messages - 1, 0) where user_id = \(person)")
    }
}
