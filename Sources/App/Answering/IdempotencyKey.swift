import Crypto
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Postgres

/// A name that a program gives to a request, so that it can send it again and have it carried out once.
struct IdempotencyKey: Sendable {
    static let maximumLength = 255
    static let keptHours = 24

    let text: String
    /// Of what is asked: the same name for something else is a mistake.
    let requestHash: [UInt8]
    /// Whether our own page named it, whose answers nobody waits for any more once it is left.
    var isOfPage = false

    /// nil where the request names none.
    init?(_ request: Request, asking question: String, in place: Incoming.Place) throws(Failure) {
        let given = request.headers[values: .idempotencyKey]
        guard let text = given.first else { return nil }
        guard given.count == 1, (1...Self.maximumLength).contains(text.utf8.count), text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) })
        else { throw .badRequest("An Idempotency-Key is one text of up to 255 letters, digits and signs.") }
        self.text = text
        requestHash = Array(SHA256.hash(data: Array("\(place.conversation?.lowercased ?? "")\n\(question)".utf8)))
    }

    /// Of a visitor's message: it counts in this chat, for this visitor, and nowhere else.
    /// - Parameter once: what a page's form has for its next message, whatever that is.
    init?(_ request: Request, once: String?, writing text: String, in conversation: UUID, by visitor: SignedVisitor?) throws(Failure) {
        let scope = "\(conversation.lowercased)\n\(visitor?.id ?? "")"
        if let given = try Self(request, asking: text, in: .named(conversation)) {
            self.init(text: Self.hash("\(scope)\n\(given.text)"), requestHash: given.requestHash)
        } else if let once = once?.nonEmpty {
            self.init(text: Self.hash("\(scope)\n\(once)\n\(text)"), requestHash: Array(SHA256.hash(data: Array(text.utf8))))
        } else {
            return nil
        }
    }

    /// Of a message of somebody who is signed in.
    init?(_ request: Request, writing text: String, in conversation: UUID?, of person: UUID) throws(Failure) {
        guard let given = try Self(request, asking: text, in: conversation.map { .conversation($0) } ?? .newConversation) else {
            return nil
        }
        self.init(text: Self.hash("\(person.lowercased)\n\(given.text)"), requestHash: given.requestHash)
    }

    private init(text: String, requestHash: [UInt8]) {
        self.text = text
        self.requestHash = requestHash
    }

    private static func hash(_ text: String) -> String { "chat " + Data(SHA256.hash(data: Array(text.utf8))).base64URL }
}

extension Postgres {
    /// The answer to the same request before; nil where there is none, or none that is of use.
    /// - Throws: `Failure` where the key was used for another request.
    func earlierAnswer(_ key: IdempotencyKey, of bot: Bot) async throws -> UUID? {
        let row = try await query(
            """
            with claim as (
              select k.request_hash, k.message_id, k.created_at < now() - \(IdempotencyKey.keptHours) * interval '1 hour'
                or not exists (
                  select from messages m where m.id = k.message_id and m.account_id = k.account_id and (m.state = 'answered'
                    or m.state = 'pending' and m.created_at > now() - \(Message.longestAnswerSeconds) * interval '1 second')
                ) as is_useless
              from idempotency_keys k where k.account_id = \(bot.account) and k.bot_id = \(bot.id) and k.key = \(key.text)),
            forgotten as (
              delete from idempotency_keys k using claim c
              where c.is_useless and k.account_id = \(bot.account) and k.bot_id = \(bot.id) and k.key = \(key.text)
                and k.message_id = c.message_id)
            select request_hash, message_id from claim where not is_useless
            """
        ).first
        guard let row else { return nil }
        guard try row.get("request_hash", as: [UInt8].self) == key.requestHash else { throw Failure.idempotencyKeyReused }
        return try row.get("message_id", as: UUID?.self)
    }
}

extension SQL {
    /// Takes the key for this answer, unless another has it.
    static func claim(_ key: IdempotencyKey, for answer: UUID, of bot: Bot) -> SQL {
        """
        insert into idempotency_keys (bot_id, account_id, key, request_hash, message_id)
        values (\(bot.id), \(bot.account), \(key.text), \(key.requestHash), \(answer)) on conflict do nothing
        """
    }
}

extension HTTPField.Name {
    static let idempotencyKey = constant("Idempotency-Key")
    static let idempotentReplayed = constant("Idempotent-Replayed")
}

extension Failure {
    fileprivate static let idempotencyKeyReused = Failure(
        status: .unprocessableContent, code: "idempotency_key_reused",
        message: "This Idempotency-Key was used for another question. Please take a new one for each question.")
    static let answeredElsewhere = Failure(
        status: .conflict, code: "conflict", message: "The same request is being answered. Please send it again in a moment.", retryAfter: 1
    )
}
