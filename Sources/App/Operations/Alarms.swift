import Logging
import Postgres

/// Tells the admins by mail of what they must see to: each kind of trouble once an hour, from all processes together.
struct Alarms: Sendable {
    let postgres: Postgres
    let mailer: Mailer
    let admins: [String]
    let log: Logger

    /// Doesn't wait, and never fails: whoever raises it has trouble enough.
    func raise(_ kind: String, _ words: String) { Task { await say(kind, words) } }

    /// Never fails either.
    func say(_ kind: String, _ words: String) async {
        if admins.isEmpty { return }
        do {
            try await tell(kind, words)
        } catch {
            log.error("an alarm couldn't be mailed", metadata: ["kind": "\(kind)", "problem": "\(error)"])
        }
    }

    /// Whether this was the first of its kind in this hour.
    @discardableResult
    func tell(_ kind: String, _ words: String) async throws -> Bool {
        try await postgres.transaction { transaction in
            let first = try await transaction.query(
                "insert into alarms (kind, hour) values (\(kind), date_trunc('hour', now())) on conflict do nothing")
            guard first.affected > 0 else { return false }
            for admin in admins { try await mailer.send(.alarm(kind, words, to: admin), in: transaction) }
            return true
        }
    }
}
