import Glibc
import Postgres

/// Selects by key from pgbench's table, with a number of callers at once, and checks each row.
@main
struct PostgresBench {
    /// Rows of pgbench's table at scale 1.
    static let accounts: Int64 = 100_000

    static func main() async {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let callers = Int(arguments[2]), let seconds = Double(arguments[3]), callers > 0 else {
            print("usage: PostgresBench URL CALLERS SECONDS")
            exit(2)
        }
        do {
            try await measure(Postgres(arguments[1]), callers, .seconds(seconds))
        } catch {
            print("failed: \(error)")
            exit(1)
        }
    }

    static func measure(_ postgres: Postgres, _ callers: Int, _ duration: Duration) async throws {
        _ = try await query(postgres, until: .now)
        let start = ContinuousClock.now
        let queries = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<callers { group.addTask { try await query(postgres, until: start + duration) } }
            return try await group.reduce(0, +)
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        await postgres.close()
        print("queries \(queries)\nseconds \(seconds)")
    }

    /// One caller's queries, one after the other; at least one.
    static func query(_ postgres: Postgres, until end: ContinuousClock.Instant) async throws -> Int {
        var random = SystemRandomNumberGenerator()
        var queries = 0
        repeat {
            let wanted = Int64.random(in: 1...accounts, using: &random)
            let rows = try await postgres.query("select aid, abalance from pgbench_accounts where aid = \(wanted)")
            guard let row = rows.first, rows.count == 1, try row.get(0, as: Int64.self) == wanted else { throw WrongRow() }
            _ = try row.get(1, as: Int64.self)
            queries += 1
        } while ContinuousClock.now < end
        return queries
    }

    struct WrongRow: Error {}
}
