import Glibc
import Jobs
import Postgres

/// A worker that is there to be killed. Its jobs write down what they did.
@main
struct JobsCrash {
    static let lease = Duration.milliseconds(500)

    static func main() async {
        guard CommandLine.arguments.count == 3, let limit = Int(CommandLine.arguments[2]) else {
            print("usage: JobsCrash URL EFFECTS")
            exit(2)
        }
        let postgres = Postgres(CommandLine.arguments[1])
        await Worker(postgres, handlers: [appending(to: postgres, upTo: limit)], concurrency: 4, lease: lease).run()
    }

    /// When there are so many effects, or a few more, it holds what it has in hand, and does nothing more.
    static func appending(to postgres: Postgres, upTo limit: Int) -> Handler {
        Handler("append", retries: RetryPolicy(maximumAttempts: .max)) { job, lease in
            try await postgres.transaction { transaction in
                try await transaction.query("insert into effects (job) values (\(job.payload))")
                let isEnough = try await transaction.query("select from effects having count(*) > \(limit)").count == 1
                try await Task.sleep(for: isEnough ? .seconds(3_600) : .milliseconds(.random(in: 0...20)))
                try await lease.complete(in: transaction)
            }
        }
    }
}
