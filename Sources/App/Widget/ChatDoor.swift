import FoundationEssentials
import HTTPTypes
import Hummingbird
import Postgres

/// The one door to a visitor's chat. Whoever has its secret comes in, unless the business has signed who its visitor is: then
/// only they do, by their token or by a pass that they got for it.
struct ChatDoor: Sendable {
    let callers: Callers

    /// What is behind it.
    struct Inside: Sendable {
        /// Whether something was said, or a person asked for.
        let hasBegun: Bool
        /// Whose chat it is, where that is signed.
        var visitor: SignedVisitor?
    }

    /// - Parameter token: the visitor's, if it has come along.
    /// - Throws: `Failure.chatOfSignedVisitor`; `Failure.visitorToken` where that doesn't count.
    @discardableResult
    func open(_ session: ChatSession, with bot: Bot, token: String? = nil) async throws -> Inside {
        let id = session.conversation(with: bot)
        let row = try await callers.postgres.query(
            """
            select signed_visitor, visitor from conversations
            where id = \(id) and account_id = \(bot.account) and bot_id = \(bot.id)
            """
        ).first
        guard let row else { return Inside(hasBegun: false) }
        guard let visitor = try row.get("signed_visitor", as: String?.self) else { return Inside(hasBegun: true) }
        let isTheirs =
            if let token {
                try await callers.proof(of: token, to: bot).visitor.id == visitor
            } else if let pass = session.pass {
                pass.opens(id, of: visitor, signedWith: try await callers.visitorSecrets(of: bot), now: .now)
            } else {
                false
            }
        guard isTheirs else { throw Failure.chatOfSignedVisitor }
        return Inside(hasBegun: true, visitor: SignedVisitor(id: visitor, name: try row.get("visitor", as: String.self)))
    }
}

extension Request {
    /// The visitor's token where there is no body to hold it.
    var visitorToken: String? {
        get throws { try Form(parsing: uri.query ?? "")["visitor_token"]?.nonEmpty }
    }
}

extension Int {
    /// Seconds since 1970.
    static var now: Int { Int(Date().timeIntervalSince1970) }
}
