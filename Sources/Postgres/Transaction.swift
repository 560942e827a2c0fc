import Synchronization

/// A transaction under way, on a connection of its own. For one task, until the body that it was given to ends.
public struct Transaction: Sendable {
    public enum Isolation: String, Sendable {
        case readCommitted = "read committed"
        case repeatableRead = "repeatable read"
        case serializable
    }

    let id: TransactionID
    let postgres: Postgres

    /// Runs one statement. After one that has failed, all others fail.
    /// - Throws: `PostgresError`.
    @discardableResult
    public func query(_ sql: SQL) async throws -> Rows { try await pipeline([sql]).onlyElement() }

    /// Runs statements in one trip.
    @discardableResult
    public func pipeline(_ statements: [SQL]) async throws -> [Rows] {
        try await postgres.run(statements, .inTransaction) { .runInTransaction($0, id) }
    }
}

struct TransactionID: Hashable, Sendable {
    private static let last = Atomic<UInt64>(0)
    /// Of a transaction whose last statement is on its way.
    static let ended = TransactionID(number: 0)

    private let number: UInt64

    static func next() -> TransactionID { TransactionID(number: last.wrappingAdd(1, ordering: .relaxed).newValue) }
}

extension Postgres {
    /// Runs `body` in a transaction on a connection of its own: committed when it returns, rolled back when it throws
    /// or its task is cancelled. What the body does otherwise isn't undone, and `body` isn't run again.
    /// - Throws: what the body threw, or a `PostgresError`. When `.connectionLost` or `.timedOut` comes from the commit,
    ///   nobody knows whether it was carried out.
    @discardableResult
    public func transaction<R>(
        _ isolation: Transaction.Isolation = .readCommitted, _ body: (Transaction) async throws -> R
    ) async throws -> R {
        let transaction = Transaction(id: .next(), postgres: self)
        do {
            try await run(["begin isolation level \(unsafeRaw: isolation.rawValue)"], .begin) { .begin($0, transaction.id) }
            let result = try await body(transaction)
            try Task.checkCancellation(orThrow: PostgresError.cancelled)
            try await commit(transaction)
            return result
        } catch {
            await rollBack(transaction)
            throw error
        }
    }

    /// A failed transaction's `commit` succeeds, and rolls back.
    private func commit(_ transaction: Transaction) async throws {
        let done = try await runUncancelled(["commit"], .commit) { .end($0, transaction.id) }
        if try done.onlyElement().result.command != "COMMIT" { throw PostgresError.rolledBack }
    }

    /// Whoever was cancelled doesn't wait for it; others do, so that their locks are gone.
    private func rollBack(_ transaction: Transaction) async {
        let rollback = work(["rollback"], .rollback)
        guard send(.end(rollback, transaction.id)), !Task.isCancelled else { return }
        _ = try? await rollback.results {}
    }
}

extension Task where Success == Never, Failure == Never {
    fileprivate static func checkCancellation(orThrow error: PostgresError) throws(PostgresError) {
        if isCancelled { throw error }
    }
}

extension [Rows] {
    func onlyElement() throws(PostgresError) -> Rows {
        guard let first else { throw .connectionLost }
        return first
    }
}
