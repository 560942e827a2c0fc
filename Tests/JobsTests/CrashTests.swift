import Glibc
import Jobs
import Postgres
import Synchronization
import Testing

@Suite("Kills", .timeLimit(.minutes(5))) struct CrashTests {
    static let jobs = 400

    /// So that, however quick or slow all of it is, some jobs are done, and some are in hand or wait.
    struct Pace {
        /// How many effects there may be, or a few more.
        let limit: Int
        /// At how many something is killed.
        let kill: Int

        init(_ postgres: Postgres, atMost count: Int) async throws {
            let done = try await postgres.number("select count(*) from effects")
            limit = done + count
            kill = done + .random(in: 0...count)
        }
    }

    func expectEachOnce(_ postgres: Postgres) async throws {
        let effects = try await postgres.effects
        #expect(effects.count == Self.jobs && Set(effects).count == Self.jobs)
        #expect(try await postgres.number("select count(*) from jobs") == 0)
    }

    @Test("Workers that are killed at any point lose no job and repeat no effect")
    func killedWorkers() async throws {
        let url = try await Cluster.shared.value.database()
        let postgres = Postgres(url)
        try await postgres.prepareForJobs()
        let program = try siblingProgram("JobsCrash")
        for kill in 0..<20 {
            try await postgres.query(.enqueue("append", payloads: (kill * 20..<kill * 20 + 20).map(String.init)))
            let pace = try await Pace(postgres, atMost: 10)
            let worker = try Child([program, url, "\(pace.limit)"])
            try await becomes(within: .seconds(60)) { try await postgres.number("select count(*) from effects") >= pace.kill }
            try await Task.sleep(for: .milliseconds(.random(in: 0...20)))
            try await worker.kill()
        }
        // The last one may have died between two jobs.
        let worker = try Child([program, url, "0"])
        try await becomes(within: .seconds(60)) { try await postgres.number("select count(*) from jobs where state = 'running'") > 0 }
        try await worker.kill()
        // Otherwise this proves nothing: some were done, and some were in hand.
        #expect((1..<Self.jobs).contains(try await postgres.number("select count(*) from effects")))
        #expect(try await postgres.number("select count(*) from jobs where state = 'running'") > 0)
        try await withWorkers(1, postgres, [appending(to: postgres)]) {
            try await becomes(within: .seconds(60)) { try await postgres.isEmpty() }
        }
        try await expectEachOnce(postgres)
        await postgres.close()
    }

    @Test("Sessions that the server ends lose no job and repeat no effect")
    func endedSessions() async throws {
        let url = try await Cluster.shared.value.database()
        let (postgres, workers) = (Postgres(url), Postgres(url + "&application_name=worker"))
        try await postgres.prepareForJobs()
        try await withWorkers(3, workers, [appending(to: workers)]) {
            for round in 0..<20 {
                try await postgres.query(.enqueue("append", payloads: (round * 20..<round * 20 + 20).map(String.init)))
                try await Task.sleep(for: .milliseconds(.random(in: 0...30)))
                try await becomes {
                    try await postgres.number(
                        """
                        select count(*) from (
                          select pg_terminate_backend(pid) from pg_stat_activity
                          where datname = current_database() and application_name = 'worker') as ended
                        """) > 0
                }
            }
            try await becomes(within: .seconds(60)) { try await postgres.isEmpty() }
        }
        try await expectEachOnce(postgres)
        await postgres.close()
        await workers.close()
    }

    @Test("A server that crashes and comes back loses no job and repeats no effect")
    func crashedServer() async throws {
        let cluster = try await Cluster()
        try await withJobs(on: cluster) { postgres in
            try await postgres.query(.enqueue("append", payloads: (0..<Self.jobs).map(String.init)))
            let limit = Atomic(0)
            let slow = Handler("append", retries: .quick) { job, lease in
                try await Task.sleep(for: .milliseconds(.random(in: 0...100)))
                while try await postgres.number("select count(*) from effects") >= limit.load(ordering: .relaxed) {
                    try await Task.sleep(for: .milliseconds(10))
                }
                try await append(job, lease, to: postgres)
            }
            try await withWorkers(2, postgres, [slow], lease: .seconds(2)) {
                for _ in 0..<3 {
                    let pace = try await Pace(postgres, atMost: 100)
                    limit.store(pace.limit, ordering: .relaxed)
                    try await becomes(within: .seconds(60)) { try await postgres.number("select count(*) from effects") >= pace.kill }
                    try await cluster.stop()
                    try await Task.sleep(for: .milliseconds(.random(in: 0...300)))
                    try await cluster.start()
                }
                limit.store(.max, ordering: .relaxed)
                try await becomes(within: .seconds(60)) { try await postgres.isEmpty() }
            }
            try await expectEachOnce(postgres)
        }
    }

    @Test("A worker that can't write down how a job ended, as the database is away, doesn't wait for that as long as for a job that runs")
    func endWithoutServer() async throws {
        let cluster = try await Cluster()
        try await withJobs(on: cluster, configure: { $0.connectTimeout = .milliseconds(300) }) { postgres in
            let (begun, stopped, ended) = (Notes<Void>(), Notes<Void>(), Notes<Void>())
            let handler = Handler("append") { _, _ in
                begun.add(())
                _ = try await eventually { !stopped.all.isEmpty }
                ended.add(())
            }
            try await postgres.enqueue("append")
            // The grace is longer than the suite may take.
            try await withWorkers(1, postgres, [handler], grace: .seconds(3_600)) {
                try await becomes { !begun.all.isEmpty }
                try await cluster.stop()
                stopped.add(())
                try await becomes { !ended.all.isEmpty }
            }
            try await cluster.start()
            #expect(try await eventually { (try? await postgres.number("select count(*) from jobs where state = 'running'")) == 1 })
        }
    }

    /// One that was built together with the tests.
    private func siblingProgram(_ name: String) throws -> String {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard readlink("/proc/self/exe", &path, path.count - 1) > 0 else { throw Problem("no /proc") }
        let folders = String(decoding: path.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).split(separator: "/").dropLast()
        return "/" + folders.joined(separator: "/") + "/" + name
    }
}
