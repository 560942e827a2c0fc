import Glibc
import Jobs
import Postgres

/// A worker that is there to be killed. Its jobs write down what they did.
@main
struct JobsCrash {
    static let lease = Duration.milliseconds(500)

    static func main() async {
        guard CommandLine.arguments.count == 2 else {
            print("usage: JobsCrash URL")
            exit(2)
        }
        let postgres = Postgres(CommandLine.arguments[1])
        await Worker(postgres, handlers: [appending(to: postgres)], concurrency: 4, lease: lease).run()
    }

    static func appending(to postgres: Postgres) -> Handler {
        Handler("append") { job, lease in
            try await postgres.transaction { transaction in
                try await transaction.query("insert into effects (job) values (\(job.payload))")
                try await Task.sleep(for: .milliseconds(.random(in: 0...20)))
                try await lease.complete(in: transaction)
            }
        }
    }
}
