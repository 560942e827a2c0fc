import FoundationEssentials
import Postgres

extension Transaction {
    func keep(_ token: Token, for session: UUID) async throws {
        try await query("insert into refresh_tokens (token_hash, session_id) values (\(token.hash), \(session))")
    }
}

extension Postgres {
    /// Uses a token up, and gives its session the next. One that was used before was stolen, either then or now: its
    /// session ends.
    func exchange(refreshToken token: String, for next: Token) async throws -> UUID? {
        let hash = Token.hash(token)
        return try await transaction { transaction in
            let used = try await transaction.query(
                """
                update refresh_tokens t set used_at = now() from sessions s
                where t.token_hash = \(hash) and t.used_at is null and s.id = t.session_id and s.expires_at > now()
                returning t.session_id
                """
            ).first
            guard let used else {
                try await transaction.query(
                    "delete from sessions where id = (select session_id from refresh_tokens where token_hash = \(hash))")
                return nil
            }
            let session = try used.get("session_id", as: UUID.self)
            try await transaction.keep(next, for: session)
            return session
        }
    }
}
