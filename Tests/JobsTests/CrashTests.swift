import Glibc
import Jobs
import Postgres
import Testing

@Suite("Kills", .timeLimit(.minutes(5))) struct CrashTests {
    static let jobs = 400

    func expectEachOnce(_ postgres: Postgres) async throws {
        let effects = try await postgres.effects
        #expect(effects.count == Self.jobs && Set(effects).count == Self.jobs)
        #expect(try await postgres.number("select count(*) from jobs") == 0)
    }

    @Test("Workers that are killed at any point lose no job and repeat no effect")
    func killedWorkers() async throws {
        let url = try await Cluster.shared.get().database()
        let postgres = Postgres(url)
        try await postgres.prepareForJobs()
        let program = try siblingProgram("JobsCrash")
        // Long enough to begin something, which a busy machine does late, too short for all.
        var longest = 0.15
        for kill in 0..<20 {
            try await postgres.query(.enqueue("append", payloads: (kill * 20..<kill * 20 + 20).map(String.init)))
            try killWorker(program, url, after: .random(in: 0.02...longest))
            if try await postgres.number("select count(*) from effects") == 0 { longest *= 1.5 }
        }
        // The last one may have died between two jobs.
        for _ in 0..<20 where try await postgres.number("select count(*) from jobs where state = 'running'") == 0 {
            try killWorker(program, url, after: .random(in: 0.02...longest))
        }
        // Otherwise this proves nothing: some were done, and some were in hand.
        #expect((1..<Self.jobs).contains(try await postgres.number("select count(*) from effects")))
        #expect(try await postgres.number("select count(*) from jobs where state = 'running'") > 0)
        try await withWorkers(1, postgres, [appending(to: postgres)]) {
            try await becomes(within: .seconds(60)) { try await postgres.isEmpty() }
        }
        try await expectEachOnce(postgres)
        await postgres.close()
    }

    /// 137 is how a shell tells of SIGKILL.
    private func killWorker(_ program: String, _ url: String, after seconds: Double) throws {
        try Child(["sh", "-c", "'\(program)' '\(url)' & sleep \(seconds); kill -9 $!; wait $!; test $? = 137"]).wait()
    }

    @Test("Sessions that the server ends lose no job and repeat no effect")
    func endedSessions() async throws {
        let url = try await Cluster.shared.get().database()
        let (postgres, workers) = (Postgres(url), Postgres(url + "&application_name=worker"))
        try await postgres.prepareForJobs()
        let ended = Notes<Int>()
        try await withWorkers(3, workers, [appending(to: workers)]) {
            for round in 0..<20 {
                try await postgres.query(.enqueue("append", payloads: (round * 20..<round * 20 + 20).map(String.init)))
                try await Task.sleep(for: .milliseconds(.random(in: 0...30)))
                ended.add(
                    try await postgres.number(
                        """
                        select count(*) from (
                          select pg_terminate_backend(pid) from pg_stat_activity
                          where datname = current_database() and application_name = 'worker') as ended
                        """))
            }
            try await becomes(within: .seconds(60)) { try await postgres.isEmpty() }
        }
        #expect(ended.all.reduce(0, +) > 20)
        try await expectEachOnce(postgres)
        await postgres.close()
        await workers.close()
    }

    @Test("A server that crashes and comes back loses no job and repeats no effect")
    func crashedServer() async throws {
        let cluster = try Cluster()
        try await withJobs(on: cluster) { postgres in
            try await postgres.query(.enqueue("append", payloads: (0..<Self.jobs).map(String.init)))
            let slow = Handler("append", retries: .quick) { job, lease in
                try await Task.sleep(for: .milliseconds(.random(in: 0...100)))
                try await append(job, lease, to: postgres)
            }
            try await withWorkers(2, postgres, [slow], lease: .seconds(2)) {
                for _ in 0..<3 {
                    try await Task.sleep(for: .milliseconds(300))
                    cluster.stop()
                    try await Task.sleep(for: .milliseconds(300))
                    try cluster.start()
                }
                try await becomes(within: .seconds(60)) { try await postgres.isEmpty() }
            }
            try await expectEachOnce(postgres)
        }
    }

    @Test("A worker that can't write down how a job ended, as the database is away, doesn't wait for that as long as for a job that runs")
    func endWithoutServer() async throws {
        let cluster = try Cluster()
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
                cluster.stop()
                stopped.add(())
                try await becomes { !ended.all.isEmpty }
            }
            try cluster.start()
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
