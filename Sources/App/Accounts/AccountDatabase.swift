import FoundationEssentials
import Postgres

/// The database as one account may see it. Queries name the account; where one should ever forget to, row-level security
/// still hides every other account's rows from it.
struct AccountDatabase: Sendable {
    let account: UUID
    private let postgres: Postgres

    init(_ postgres: Postgres, account: UUID) {
        self.postgres = postgres
        self.account = account
    }

    @discardableResult
    func query(_ sql: SQL) async throws -> Rows { try await pipeline([sql])[0] }

    /// In one trip and one transaction; the results of `statements`.
    @discardableResult
    func pipeline(_ statements: [SQL]) async throws -> [Rows] {
        Array(try await postgres.pipeline([Self.seeing(account)] + statements).dropFirst())
    }

    @discardableResult
    func transaction<R>(_ isolation: Transaction.Isolation = .readCommitted, _ body: (Transaction) async throws -> R) async throws -> R {
        try await postgres.transaction(isolation) { transaction in
            try await transaction.query(Self.seeing(account))
            return try await body(transaction)
        }
    }

    private static func seeing(_ account: UUID) -> SQL { "select set_config('frontdesk.account', \(account.lowercased), true)" }
}
