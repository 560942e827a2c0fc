// PostgresBench URL CALLERS SECONDS: as many selects by key as go through the pool, each row checked.
import Glibc
import NIOPosix
import Postgres
import Synchronization

@main
enum PostgresBench {
    private static let accounts = 100_000

    static func main() {
        _ = NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let callers = Int(arguments[2]), let seconds = Double(arguments[3]) else {
            print("usage: PostgresBench URL CALLERS SECONDS")
            exit(2)
        }
        Task.detached {
            await measure(Postgres(arguments[1]), callers, seconds)
            exit(0)
        }
        while true { pause() }
    }

    private static func measure(_ postgres: Postgres, _ callers: Int, _ seconds: Double) async {
        let start = ContinuousClock.now
        let end = start + .seconds(seconds)
        let queries = await withTaskGroup(of: Int.self, returning: Int.self) { group in
            for _ in 0..<callers { group.addTask { await call(postgres, until: end) } }
            return await group.reduce(0, +)
        }
        let taken = start.duration(to: .now)
        print("queries \(queries)")
        print("seconds \(Double(taken.components.seconds) + Double(taken.components.attoseconds) / 1e18)")
    }

    private static func call(_ postgres: Postgres, until end: ContinuousClock.Instant) async -> Int {
        var count = 0
        var random = SystemRandomNumberGenerator()
        while ContinuousClock.now < end {
            let aid = Int.random(in: 1...accounts, using: &random)
            do {
                let rows = try await postgres.query("select abalance, aid from pgbench_accounts where aid = \(aid)")
                guard rows.count == 1, try rows[0].get(1, as: Int.self) == aid, try rows[0].get(0, as: Int.self) == 0 else {
                    print("a wrong row for \(aid)")
                    exit(1)
                }
            } catch {
                print("\(error)")
                exit(1)
            }
            count += 1
        }
        return count
    }
}
