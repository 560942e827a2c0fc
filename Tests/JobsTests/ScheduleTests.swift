import Postgres
import Testing

@testable import Jobs

@Suite("Schedules", .timeLimit(.minutes(2))) struct ScheduleTests {
    let hourly = Schedule("sweep", every: .seconds(3_600), payload: "all")

    @Test("Of several workers one enqueues what recurs")
    func once() async throws {
        try await withJobs { postgres in
            let sweeps = Notes<String>()
            let handler = Handler("sweep") { job, _ in sweeps.add(job.payload) }
            try await withWorkers(3, postgres, [handler], schedules: [hourly]) {
                try await becomes { !sweeps.all.isEmpty }
                try await becomes { try await postgres.isEmpty() }
                for _ in 0..<5 { try await hourly.tick(postgres) }
                #expect(try await postgres.isEmpty())
            }
            #expect(sweeps.all == ["all"])
        }
    }

    @Test("Times that were missed become one, and the next keeps to the beat")
    func missed() async throws {
        try await withJobs { postgres in
            try await hourly.tick(postgres)
            try await postgres.query("delete from jobs")
            try await postgres.query("update job_schedules set next_at = now() - '150 minutes'::interval")
            async let first: Void = hourly.tick(postgres)
            async let second: Void = hourly.tick(postgres)
            _ = try await (first, second)
            #expect(try await postgres.number("select count(*) from jobs") == 1)
            #expect(
                try await postgres.number("select count(*) from job_schedules where next_at - now() between '29 min' and '30 min'") == 1)
        }
    }

    @Test("A shorter interval counts from the next look on")
    func shortened() async throws {
        try await withJobs { postgres in
            try await Schedule("sweep", every: .seconds(7 * 86_400)).tick(postgres)
            try await postgres.query("delete from jobs")
            try await hourly.tick(postgres)
            #expect(try await postgres.number("select count(*) from jobs") == 1)
            #expect(try await postgres.number("select count(*) from job_schedules where next_at < now() + '1 hour'::interval") == 1)
        }
    }
}
