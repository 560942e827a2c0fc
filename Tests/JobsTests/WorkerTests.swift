import FoundationEssentials
import Jobs
import Postgres
import Testing

@Suite("Workers", .timeLimit(.minutes(2))) struct WorkerTests {
    struct Refusal: Error {}

    @Test("A job that was enqueued in a transaction runs if the transaction is committed, and never if it is rolled back")
    func withItsTransaction() async throws {
        try await withJobs { postgres in
            try await withWorkers(1, postgres, [appending(to: postgres)]) {
                await #expect(throws: Refusal.self) {
                    try await postgres.transaction { transaction in
                        try await transaction.enqueue("append", payload: "undone")
                        throw Refusal()
                    }
                }
                try await postgres.transaction { try await $0.enqueue("append", payload: "kept") }
                try await postgres.pipeline([.enqueue("append", payload: "piped"), "select 1"])
                try await becomes { try await postgres.isEmpty() }
            }
            #expect(Set(try await postgres.effects) == ["kept", "piped"])
        }
    }

    @Test("A handler gets what was enqueued")
    func whatWasEnqueued() async throws {
        try await withJobs { postgres in
            let account = UUID()
            try await postgres.query("insert into accounts (id, name) values (\(account.uuidString)::uuid, 'Rosa')")
            let seen = Notes<Job>()
            try await postgres.enqueue("look", payload: #"{"a":"ü ' \"}"#, account: account)
            try await withWorkers(1, postgres, [Handler("look") { job, _ in seen.add(job) }]) {
                try await becomes { try await postgres.isEmpty() }
            }
            let job = try #require(seen.all.first)
            #expect(seen.all.count == 1 && job.kind == "look" && job.payload == #"{"a":"ü ' \"}"# && job.attempt == 1)
            #expect(job.account == account)
        }
    }

    @Test("Many workers do each of many jobs once")
    func eachOnce() async throws {
        try await withJobs { postgres in
            try await postgres.query(.enqueue("append", payloads: (0..<300).map(String.init)))
            try await withWorkers(4, postgres, [appending(to: postgres)], concurrency: 7) {
                for number in 300..<400 { try await postgres.enqueue("append", payload: "\(number)") }
                try await becomes(within: .seconds(60)) { try await postgres.isEmpty() }
            }
            let effects = try await postgres.effects
            #expect(effects.count == 400 && Set(effects).count == 400)
        }
    }

    @Test("A worker leaves kinds alone that it doesn't know")
    func otherKinds() async throws {
        try await withJobs { postgres in
            try await postgres.enqueue("strange")
            try await postgres.enqueue("append")
            try await withWorkers(1, postgres, [appending(to: postgres)]) {
                try await becomes { try await postgres.effects.count == 1 }
            }
            #expect(try await postgres.number("select count(*) from jobs where kind = 'strange' and state = 'waiting'") == 1)
        }
    }

    @Test("A worker that sleeps is woken by a new job, and doesn't wait for the next time it would look")
    func woken() async throws {
        try await withJobs { postgres in
            let wasEarly = Notes<Bool>()
            let handler = Handler("soon") { _, _ in
                wasEarly.add(try await postgres.number("select count(*) from jobs where kind = 'later' and run_at > now()") == 1)
            }
            try await withWorkers(1, postgres, [handler, Handler("later") { _, _ in }]) {
                // The worker sleeps until "later" is due, and would find "soon" only then if it weren't woken. A busy machine may
                // be late once, but not each time.
                for round in 1...5 where !wasEarly.all.contains(true) {
                    try await postgres.enqueue("later", after: .seconds(4))
                    try await Task.sleep(for: .milliseconds(300))
                    try await postgres.enqueue("soon")
                    try await becomes { wasEarly.all.count == round }
                    try await postgres.query("delete from jobs")
                }
            }
            #expect(wasEarly.all.contains(true))
        }
    }

    @Test("A delayed job runs when its time has come and not before, though nothing wakes the worker then")
    func delayed() async throws {
        try await withJobs { postgres in
            let early = Notes<Int>()
            let handler = Handler("late") { job, _ in
                early.add(
                    try await postgres.number("select count(*) from jobs where id = \(job.id) and created_at > now() - '1 s'::interval"))
            }
            try await withWorkers(1, postgres, [handler, appending(to: postgres)]) {
                try await postgres.enqueue("late", after: .seconds(1))
                try await postgres.enqueue("append")
                try await becomes { try await postgres.isEmpty() }
            }
            #expect(early.all == [0])
        }
    }

    @Test("A worker that is to end lets a job that runs finish, and takes no other")
    func finishing() async throws {
        try await withJobs { postgres in
            let (begun, stopped) = (Notes<String>(), Notes<Void>())
            let handler = Handler("slow") { job, _ in
                begun.add(job.payload)
                _ = try await eventually { !stopped.all.isEmpty }
                try await postgres.query("insert into effects (job) values (\(job.payload))")
            }
            try await postgres.enqueue("slow", payload: "first")
            let worker = Worker(postgres, handlers: [handler], concurrency: 1)
            let work = Task { await worker.run() }
            try await becomes { begun.all.count == 1 }
            try await postgres.enqueue("slow", payload: "second")
            work.cancel()
            stopped.add(())
            await work.value
            #expect(try await postgres.effects == ["first"])
            #expect(try await postgres.number("select count(*) from jobs where state = 'waiting' and attempt = 0") == 1)
            #expect(try await postgres.number("select count(*) from jobs") == 1)
        }
    }

    @Test("What doesn't finish in time when a worker ends is put back and doesn't count as an attempt", arguments: [true, false])
    func interrupted(obeys: Bool) async throws {
        try await withJobs { postgres in
            let (begun, over) = (Notes<Int>(), Notes<Void>())
            defer { over.add(()) }
            let handler = Handler("endless") { job, _ in
                begun.add(job.attempt)
                while over.all.isEmpty {
                    // Not cancelled itself.
                    let pause = Task { try await Task.sleep(for: .milliseconds(50)) }
                    try await pause.value
                    if obeys { try Task.checkCancellation() }
                }
            }
            try await postgres.enqueue("endless")
            try await withWorkers(1, postgres, [handler], grace: .milliseconds(50)) {
                try await becomes { begun.all.count == 1 }
            }
            let row = try #require(try await postgres.query("select state, attempt, problem is null from jobs").first)
            #expect(try row.get(0) == "waiting" && row.get(1) == 0 && row.get(2) == true)
            try await withWorkers(1, postgres, [handler], grace: .zero) { try await becomes { begun.all == [1, 1] } }
        }
    }

    @Test("An account's jobs go with it")
    func deletedAccount() async throws {
        try await withJobs { postgres in
            let account = UUID()
            try await postgres.query("insert into accounts (id, name) values (\(account.uuidString)::uuid, 'Rosa')")
            try await postgres.enqueue("append", account: account)
            try await postgres.query("delete from accounts")
            #expect(try await postgres.isEmpty())
        }
    }
}
