import FoundationEssentials
import Postgres

/// The database as one account may see it. Queries name the account; where one should ever forget to, row-level security
/// still hides every other account's rows from it.
struct AccountDatabase: Sendable {
    let account: UUID
    /// Who is signed in, whom versions name; nil for jobs.
    let person: UUID?
    private let postgres: Postgres

    init(_ postgres: Postgres, account: UUID, person: UUID? = nil) {
        self.postgres = postgres
        self.account = account
        self.person = person
    }

    @discardableResult
    func query(_ sql: SQL) async throws -> Rows { try await pipeline([sql])[0] }

    /// In one trip and one transaction; the results of `statements`.
    @discardableResult
    func pipeline(_ statements: [SQL]) async throws -> [Rows] {
        Array(try await postgres.pipeline([seeing] + statements).dropFirst())
    }

    @discardableResult
    func transaction<R>(_ isolation: Transaction.Isolation = .readCommitted, _ body: (Transaction) async throws -> R) async throws -> R {
        try await postgres.transaction(isolation) { transaction in
            try await transaction.query(seeing)
            return try await body(transaction)
        }
    }

    private var seeing: SQL {
        "select set_config('frontdesk.account', \(account.lowercased), true), set_config('frontdesk.person', \(person?.lowercased ?? ""), true)"
    }
}
