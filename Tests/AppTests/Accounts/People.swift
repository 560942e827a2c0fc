import Curl
import FoundationEssentials
import Logging
import Postgres
import Testing

@testable import App

/// Somebody who is signed in with a browser, in an account of their own.
struct SignedIn {
    let postgres: Postgres
    let token: Token
    let session: Session

    var database: AccountDatabase { AccountDatabase(postgres, account: session.account) }

    /// - Parameter account: signs in to this account as a member instead.
    init(_ email: String, in postgres: Postgres, account: UUID? = nil, role: Session.Role = .member) async throws {
        self.postgres = postgres
        let token = Token()
        try await postgres.transaction { transaction in
            var (user, own) = try await transaction.person(with: EmailAddress(email))
            if let account {
                try await transaction.query(
                    "insert into members (account_id, user_id, role) values (\(account), \(user), \(role.rawValue)) on conflict do nothing")
                own = account
            }
            try await transaction.open(session: UUID(), token: token, for: user, in: own, device: "Firefox on Linux")
        }
        self.token = token
        session = try #require(try await postgres.session(token: token.text))
    }

    /// Whether the session still works.
    var isSignedIn: Bool {
        get async throws { try await postgres.session(token: token.text) != nil }
    }

    /// As it is now.
    var current: Session {
        get async throws { try #require(try await postgres.session(token: token.text)) }
    }
}

extension Mailer {
    static func toOutbox(_ postgres: Postgres) throws -> Mailer {
        Mailer(
            curl: Curl(), server: nil, from: "desk@desk.example", log: Logger(label: "test"), postgres: postgres,
            secrets: try Secrets(keys: [Array(repeating: 7, count: Secrets.keyBytes)]))
    }
}

extension Postgres {
    func count(_ table: String) async throws -> Int {
        try #require(try await query("select count(*) as count from \(unsafeRaw: table)").first).get("count", as: Int.self)
    }
}
