import Postgres
import Testing

@testable import Jobs

@Suite("Jobs that fail", .timeLimit(.minutes(2))) struct FailureTests {
    struct Hiccup: Error, CustomStringConvertible {
        let description: String
    }

    @Test("A job that failed is tried again, and its attempts are counted")
    func retried() async throws {
        try await withJobs { postgres in
            let attempts = Notes<Int>()
            let problems = Notes<String>()
            let handler = Handler("shaky", retries: .quick) { job, _ in
                attempts.add(job.attempt)
                if job.attempt < 3 { throw Hiccup(description: "no luck \(job.attempt)") }
            }
            try await postgres.enqueue("shaky")
            try await withWorkers(1, postgres, [handler], log: { if case .failed(_, let problem, _) = $0 { problems.add(problem) } }) {
                try await becomes { try await postgres.number("select count(*) from jobs") == 0 }
            }
            #expect(attempts.all == [1, 2, 3])
            #expect(problems.all == ["no luck 1", "no luck 2"])
        }
    }

    @Test("Backoff grows with each attempt up to an hour, and is spread")
    func backoff() {
        let even = RetryPolicy(firstBackoff: .seconds(1), factor: 2, jitter: 0)
        #expect((1...4).map(even.backoff) == [.seconds(1), .seconds(2), .seconds(4), .seconds(8)])
        #expect(even.backoff(after: 100_000) == .seconds(3_600))
        let spread = (0..<200).map { _ in RetryPolicy(firstBackoff: .seconds(10), jitter: 0.5).backoff(after: 1) }
        #expect(spread.allSatisfy { (.seconds(5)...(.seconds(15))).contains($0) })
        #expect(Set(spread).count > 100)
    }

    @Test("After its last attempt a job is dead, with its reason; it can be listed, tried again and deleted")
    func dead() async throws {
        try await withJobs { postgres in
            let isMended = Notes<Void>()
            let died = Notes<String>()
            let handler = Handler("doomed", retries: RetryPolicy(maximumAttempts: 2, firstBackoff: .milliseconds(10))) { job, _ in
                if isMended.all.isEmpty || job.payload == "b" { throw Hiccup(description: "broken\0 pipe") }
            }
            try await postgres.enqueue("doomed", payload: "a")
            try await withWorkers(1, postgres, [handler], log: { if case .died(_, let problem) = $0 { died.add(problem) } }) {
                try await becomes { try await postgres.deadJobs().count == 1 }
                try await postgres.enqueue("doomed", payload: "b")
                try await becomes { try await postgres.deadJobs().count == 2 }
                let jobs = try await postgres.deadJobs()
                #expect(jobs.map(\.payload) == ["b", "a"] && jobs.allSatisfy { $0.attempts == 2 && $0.problem == "broken pipe" })

                isMended.add(())
                #expect(try await postgres.retryDeadJob(jobs[1].id))
                try await becomes { try await postgres.number("select count(*) from jobs where payload = 'a'") == 0 }
                #expect(try await postgres.deleteDeadJob(jobs[0].id))
                #expect(try await postgres.number("select count(*) from jobs") == 0)
                #expect(try await postgres.retryDeadJob(jobs[0].id) == false)
                #expect(try await postgres.deleteDeadJob(jobs[0].id) == false)
            }
            #expect(died.all == ["broken pipe", "broken pipe"])
        }
    }

    @Test("A permanent failure is a job's death at once")
    func permanent() async throws {
        try await withJobs { postgres in
            let handler = Handler("refused") { _, _ in throw JobFailure.permanent("no such address") }
            try await postgres.enqueue("refused")
            try await withWorkers(1, postgres, [handler]) {
                try await becomes { try await postgres.deadJobs().first?.problem == "no such address" }
            }
            #expect(try await postgres.deadJobs().first?.attempts == 1)
        }
    }

    @Test("An attempt that takes too long has failed, its task is cancelled, and it can't complete the job any more")
    func timedOut() async throws {
        try await withJobs { postgres in
            let ends = Notes<JobFailure?>()
            let handler = Handler("slow", timeout: .milliseconds(100), retries: RetryPolicy(maximumAttempts: 1)) { _, lease in
                try? await Task.sleep(for: .seconds(60))
                // A body that doesn't stop as it should. It could be quicker than the worker's note; then it was in time.
                let late = Task {
                    _ = try await eventually { try await !postgres.deadJobs().isEmpty }
                    try await postgres.transaction { transaction in
                        try await transaction.query("insert into effects (job) values ('late')")
                        try await lease.complete(in: transaction)
                    }
                }
                do { try await late.value } catch { ends.add(error as? JobFailure) }
            }
            try await postgres.enqueue("slow")
            try await withWorkers(1, postgres, [handler]) {
                try await becomes { try await postgres.deadJobs().first?.problem == "took too long" }
            }
            try await becomes { ends.all.count == 1 }
            #expect(ends.all == [.leaseLost])
            #expect(try await postgres.effects == [])
        }
    }

    @Test("That the database was away isn't counted as an attempt")
    func outage() async throws {
        try await withJobs { postgres in
            let attempts = Notes<Int>()
            let handler = Handler("unlucky", retries: .quick) { job, _ in
                attempts.add(job.attempt)
                if attempts.all.count < 3 { throw PostgresError.connectionLost }
            }
            try await postgres.enqueue("unlucky")
            try await withWorkers(1, postgres, [handler]) { try await becomes { try await postgres.isEmpty() } }
            #expect(attempts.all == [1, 1, 1])
        }
    }

    @Test("A job whose workers always die is dead after as many attempts as others")
    func poison() async throws {
        try await withJobs { postgres in
            try await postgres.enqueue("poison")
            try await postgres.query("update jobs set state = 'running', attempt = 10, lease_until = now() - '1 s'::interval")
            try await withWorkers(1, postgres, [Handler("poison") { _, _ in Issue.record("it was begun once more") }]) {
                try await becomes { try await postgres.deadJobs().first?.problem == "was begun 10 times and never ended" }
            }
        }
    }

    @Test("The dead are forgotten after a month, and not before")
    func forgotten() async throws {
        try await withJobs { postgres in
            try await postgres.query(
                """
                insert into jobs (kind, state, died_at, payload)
                values ('old', 'dead', now() - '31 days'::interval, ''), ('young', 'dead', now() - '29 days'::interval, '')
                """)
            try await postgres.enqueue("waiting")
            try await postgres.forgetOldDeadJobs()
            #expect(try await postgres.query("select kind from jobs order by 1").map { try $0.get(0) } == ["waiting", "young"])
        }
    }
}
