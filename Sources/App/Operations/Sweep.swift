import FoundationEssentials
import Postgres

/// Something that is seen to from time to time. What is done for accounts is done for each by itself: what goes wrong there
/// is that account's own.
struct Sweep: Sendable {
    /// Rows that one statement changes, so that none takes long.
    static let batch = 500
    /// What is left by then is done the next time.
    static let patience = Duration.seconds(300)

    enum Work: Sendable {
        /// With what belongs to no account.
        case whole(@Sendable (Postgres) async throws -> Bool)
        /// For those accounts for which `due` holds, which knows them as `a` and must hold or not whatever their rows say.
        case accounts(due: String, @Sendable (AccountDatabase) async throws -> Bool)
    }

    /// What went wrong for an account.
    struct Trouble: Sendable {
        let account: UUID
        let problem: String
    }

    /// Of its jobs too.
    let name: String
    let interval: Duration
    /// A part that doesn't take long; returns whether there may be more.
    let work: Work

    /// - Throws: what keeps it from all accounts.
    func run(in postgres: Postgres) async throws -> [Trouble] {
        let end = ContinuousClock.now + Self.patience
        switch work {
        case .whole(let part):
            while try await part(postgres), ContinuousClock.now < end {}
            return []
        case .accounts(let due, let part):
            // In another order each time, so that nobody is always the last.
            let accounts = try await postgres.query("select a.id from accounts a where \(unsafeRaw: due)")
                .map { try $0.get("id", as: UUID.self) }.shuffled()
            return try await run(part, for: accounts, in: postgres, until: end)
        }
    }

    /// A part for each, and then another for those that have more.
    private func run(
        _ part: @Sendable (AccountDatabase) async throws -> Bool, for accounts: [UUID], in postgres: Postgres,
        until end: ContinuousClock.Instant
    ) async throws -> [Trouble] {
        var troubles: [Trouble] = []
        var waiting = accounts
        while !waiting.isEmpty {
            var more: [UUID] = []
            for account in waiting {
                guard ContinuousClock.now < end else { return troubles }
                do {
                    if try await part(AccountDatabase(postgres, account: account)) { more.append(account) }
                } catch  where !(error is CancellationError) && (error as? PostgresError)?.isEverybodys != true {
                    troubles.append(Trouble(account: account, problem: "\(error)"))
                }
            }
            waiting = more
        }
        return troubles
    }
}

extension Sweep {
    /// Looked for in each account by itself, for which there must be an index: `exists` may be turned into a reading of everybody's
    /// rows, with the account's limits found anew for each.
    static func hasOne(of rows: String) -> String { "(select true from \(rows) limit 1)" }

    /// Rows of accounts that go once `condition` holds for them.
    static func expired(_ name: String, every interval: Duration, from table: String, where condition: String) -> Sweep {
        Sweep(
            name: name, interval: interval,
            work: .accounts(due: "exists (select from \(table) where \(table).account_id = a.id and \(condition))") {
                try await $0.deleteSome(of: table, where: condition)
            })
    }

    /// The same of no account.
    static func expiredOfNobody(_ name: String, every interval: Duration, from table: String, where condition: String) -> Sweep {
        Sweep(
            name: name, interval: interval,
            work: .whole {
                try await $0.query(
                    """
                    delete from \(unsafeRaw: table) where ctid = any (array(
                      select ctid from \(unsafeRaw: table) where \(unsafeRaw: condition) limit \(batch)))
                    """
                ).affected == batch
            })
    }
}

extension AccountDatabase {
    fileprivate func deleteSome(of table: String, where condition: String) async throws -> Bool {
        try await query(
            """
            delete from \(unsafeRaw: table) where account_id = \(account) and ctid = any (array(
              select ctid from \(unsafeRaw: table) where account_id = \(account) and \(unsafeRaw: condition) limit \(Sweep.batch)))
            """
        ).affected == Sweep.batch
    }
}

extension PostgresError {
    /// Whether it would be no better for another account.
    var isEverybodys: Bool {
        switch self {
        case .connectionLost, .unavailable, .queueFull, .cancelled, .closed: true
        case .server(let state, _, _): state.hasPrefix("53") || state.hasPrefix("57P")
        default: false
        }
    }
}
