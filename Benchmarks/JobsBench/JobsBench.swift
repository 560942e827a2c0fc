import Glibc
import Jobs
import Postgres
import Synchronization

/// Enqueues empty jobs in batches, then has one worker do them all.
@main
struct JobsBench {
    static let batch = 1_000

    static func main() async {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let jobs = Int(arguments[2]), let concurrency = Int(arguments[3]), jobs > 0, concurrency > 0 else {
            print("usage: JobsBench URL JOBS CONCURRENCY")
            exit(2)
        }
        do {
            let postgres = Postgres(arguments[1])
            try await postgres.query("truncate jobs")
            let clock = ContinuousClock()
            let enqueueing = try await clock.measure { try await enqueue(jobs, postgres) }
            print("enqueue_seconds \(enqueueing / .seconds(1))")
            let working = try await clock.measure { try await work(jobs, concurrency, postgres) }
            print("work_seconds \(working / .seconds(1))")
            await postgres.close()
        } catch {
            print("failed: \(error)")
            exit(1)
        }
    }

    static func enqueue(_ jobs: Int, _ postgres: Postgres) async throws {
        for start in stride(from: 0, to: jobs, by: batch) {
            let payloads = [String](repeating: "", count: min(batch, jobs - start))
            try await postgres.query(.enqueue("empty", payloads: payloads))
        }
    }

    /// Until none is left: the last ones are written down as the worker ends.
    static func work(_ jobs: Int, _ concurrency: Int, _ postgres: Postgres) async throws {
        let begun = Atomic(0)
        let (last, continuation) = AsyncStream.makeStream(of: Void.self)
        let handler = Handler("empty") { _, _ in
            if begun.wrappingAdd(1, ordering: .relaxed).newValue == jobs { continuation.finish() }
        }
        let worker = Worker(postgres, handlers: [handler], concurrency: concurrency)
        let running = Task { await worker.run() }
        for await _ in last {}
        running.cancel()
        await running.value
        let left = try await postgres.query("select count(*) from jobs").first?.get(0, as: Int.self)
        if left != 0 || begun.load(ordering: .relaxed) != jobs { throw NotDone() }
    }

    struct NotDone: Error {}
}
