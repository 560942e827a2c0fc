import FoundationEssentials
import Postgres
import Templates

/// Holds bots to their caps. What an answer may take at most is reserved before a model is asked, and settled with the answer;
/// both in functions of the database (`0014_limits.sql`), one bot's after the other, whichever process asks.
struct Budget: Sendable {
    /// Longer than any answer takes. A process that dies leaves its reservations for so long.
    static let leaseSeconds = Message.longestAnswerSeconds + 60
    /// Of each message, beside its words.
    static let tokensAroundMessage = 16

    let postgres: Postgres

    /// Whether a model may be asked. Takes a trip to the database only for a bot with caps.
    func reserve(_ prompt: Prompt, at endpoints: [ModelEndpoint], for bot: Bot, message: UUID) async throws -> Bool {
        let most = endpoints.compactMap { Self.most(for: prompt, at: $0) }.max() ?? 0
        let row = try await postgres.query(
            """
            select reserve_budget(\(bot.account), \(bot.id), \(message), \(most), \(Self.leaseSeconds) * interval '1 second') as is_reserved
            """
        ).first
        return try row?.get("is_reserved", as: Bool.self) ?? false
    }

    /// What an answer can cost at most, in millionths of a dollar: no tokenizer makes more tokens than there are bytes. nil
    /// where the price isn't known.
    static func most(for prompt: Prompt, at endpoint: ModelEndpoint) -> Int64? {
        let input = prompt.byteCount + prompt.messages.count * tokensAroundMessage
        return endpoint.price?.micros(for: .init(inputTokens: input, outputTokens: Prompt.maximumAnswerTokens))
    }
}

extension SQL {
    /// Puts what an answer took in place of its reservation, once however often it is sent.
    static func settle(_ message: UUID, _ outcome: Outcome, of bot: Bot) -> SQL {
        let messages = outcome.provider == nil ? 0 : 1
        return "select settle_budget(\(bot.account), \(bot.id), \(message), \(messages), \(outcome.costMicros ?? 0))"
    }
}

extension ModelEndpoint {
    /// nil where it isn't known.
    var price: ModelPrice? { ModelPrice(of: model, at: credential.provider) }
}

extension Bot.Caps {
    var isEmpty: Bool { self == Bot.Caps() }
    var isOfMoney: Bool { dailyCostMicros != nil || monthlyCostMicros != nil }
}
