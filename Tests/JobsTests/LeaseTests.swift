import Postgres
import Testing

@testable import Jobs

@Suite("Leases", .timeLimit(.minutes(2))) struct LeaseTests {
    /// As a worker would that then stalls, and renews nothing.
    func stall(_ postgres: Postgres, lease: Duration) async throws -> Lease {
        let rows = try await postgres.query(.claim(["append"], limit: 1, lease: lease))
        return Lease(try ClaimedJob(try #require(rows.first)))
    }

    @Test("A stalled worker's job is taken over when its lease has run out, and what it then still wants to do is refused")
    func fencing() async throws {
        try await withJobs { postgres in
            try await postgres.enqueue("append", payload: "new")
            let old = try await stall(postgres, lease: .milliseconds(100))
            let (taken, gate) = (Notes<Int>(), Notes<Void>())
            let handler = Handler("append") { job, lease in
                taken.add(job.attempt)
                _ = try await eventually { !gate.all.isEmpty }
                try await append(job, lease, to: postgres)
            }
            try await withWorkers(1, postgres, [handler]) {
                try await becomes { taken.all == [2] }
                for refused in [Lease.complete, Lease.confirm] {
                    await #expect(throws: JobFailure.leaseLost) {
                        try await postgres.transaction { transaction in
                            try await transaction.query("insert into effects (job) values ('old')")
                            try await refused(old)(transaction)
                        }
                    }
                }
                gate.add(())
                try await becomes { try await postgres.isEmpty() }
            }
            #expect(try await postgres.effects == ["new"])
        }
    }

    @Test("A lease that has run out is still good if nobody has taken the job over")
    func lateButFirst() async throws {
        try await withJobs { postgres in
            try await postgres.enqueue("append")
            let lease = try await stall(postgres, lease: .zero)
            try await postgres.transaction { try await lease.confirm(in: $0) }
            try await postgres.transaction { try await lease.complete(in: $0) }
            #expect(try await postgres.isEmpty())
        }
    }

    @Test("A job that takes longer than a lease keeps it, and no other worker begins it")
    func renewed() async throws {
        try await withJobs { postgres in
            let begun = Notes<Int>()
            let handler = Handler("long") { job, _ in
                begun.add(job.attempt)
                try await Task.sleep(for: .seconds(13))
            }
            try await postgres.enqueue("long")
            // Renewed after a third of it: a machine that is busy for seconds mustn't end it.
            try await withWorkers(2, postgres, [handler], lease: .seconds(6)) {
                try await becomes(within: .seconds(45)) { try await postgres.isEmpty() }
            }
            #expect(begun.all == [1])
        }
    }

    @Test("A lease is renewed although the job's own transaction has locked its row")
    func renewedWhileLocked() async throws {
        try await withJobs { postgres in
            let (begun, losses) = (Notes<String>(), Notes<Job>())
            let handler = Handler("long") { job, lease in
                begun.add(job.payload)
                try await postgres.transaction { transaction in
                    try await lease.confirm(in: transaction)
                    try await Task.sleep(for: .seconds(10))
                    try await lease.complete(in: transaction)
                    try await Task.sleep(for: .seconds(6))
                }
            }
            let other = Handler("other") { job, _ in
                begun.add(job.payload)
                try await Task.sleep(for: .seconds(14))
            }
            try await postgres.enqueue("long", payload: "a")
            try await postgres.enqueue("other", payload: "b")
            let logs: @Sendable (WorkerEvent) -> Void = { if case .leaseLost(let job) = $0 { losses.add(job) } }
            try await withWorkers(2, postgres, [handler, other], lease: .seconds(6), log: logs) {
                try await becomes(within: .seconds(60)) { try await postgres.isEmpty() }
            }
            #expect(begun.all.sorted() == ["a", "b"] && losses.all.isEmpty)
        }
    }

    @Test("A job's task is cancelled when its lease was lost, and the job isn't touched any more")
    func lost() async throws {
        try await withJobs { postgres in
            let (begun, cancelled, losses) = (Notes<Void>(), Notes<Void>(), Notes<Job>())
            let handler = Handler("append") { _, _ in
                begun.add(())
                do { try await Task.sleep(for: .seconds(60)) } catch { cancelled.add(()) }
            }
            try await postgres.enqueue("append")
            let logs: @Sendable (WorkerEvent) -> Void = { if case .leaseLost(let job) = $0 { losses.add(job) } }
            try await withWorkers(1, postgres, [handler], lease: .seconds(3), log: logs) {
                try await becomes { begun.all.count == 1 }
                // As another worker would that takes it over.
                try await postgres.query("update jobs set lease_token = lease_token + 1, lease_until = now() + '1 minute'::interval")
                try await becomes { losses.all.count == 1 && cancelled.all.count == 1 }
            }
            #expect(try await postgres.number("select count(*) from jobs where state = 'running' and attempt = 1") == 1)
        }
    }
}
