import Postgres
import Synchronization
import Testing

@testable import Jobs

@Suite("Unique keys", .timeLimit(.minutes(2))) struct UniqueKeyTests {
    @Test("Of jobs with one key one waits, with the newest payload and the earliest time; other keys and kinds don't matter")
    func oneWaits() async throws {
        try await withJobs { postgres in
            try await postgres.enqueue("append", payload: "1", uniqueKey: "a", after: .seconds(3_600))
            try await postgres.enqueue("append", payload: "2", uniqueKey: "a")
            try await postgres.enqueue("append", payload: "3", uniqueKey: "a", after: .seconds(3_600))
            try await postgres.enqueue("append", payload: "4", uniqueKey: "b")
            try await postgres.enqueue("other", payload: "5", uniqueKey: "a")
            try await postgres.enqueue("append", payload: "6")
            try await postgres.enqueue("append", payload: "6")
            try await withWorkers(1, postgres, [appending(to: postgres), appending("other", to: postgres)]) {
                try await becomes { try await postgres.isEmpty() }
            }
            #expect(try await postgres.effects.sorted() == ["3", "4", "5", "6", "6"])
        }
    }

    @Test("A job that is enqueued while one with its key runs isn't lost: it runs afterwards, and never beside it", arguments: [1, 3])
    func oneRuns(workers: Int) async throws {
        try await withJobs { postgres in
            let atOnce = Mutex((now: 0, most: 0))
            let done = Notes<String>()
            let handler = Handler("read") { job, _ in
                atOnce.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                try await Task.sleep(for: .milliseconds(30))
                atOnce.withLock { $0.now -= 1 }
                done.add(job.payload)
            }
            try await withWorkers(workers, postgres, [handler]) {
                for number in 1...20 {
                    try await postgres.enqueue("read", payload: "\(number)", uniqueKey: "source")
                    try await Task.sleep(for: .milliseconds(10))
                }
                try await becomes(within: .seconds(20)) { try await postgres.isEmpty() }
            }
            #expect(done.all.last == "20")
            #expect(atOnce.withLock(\.most) == 1)
        }
    }

    @Test("A job can't run before the transaction that enqueued it once more has ended, so that it sees what that has changed")
    func seesTheChange() async throws {
        try await withJobs { postgres in
            try await postgres.query("create table texts as select 'old' as text")
            let seen = Notes<String>()
            let handler = Handler("read") { _, _ in
                if let text: String = try await postgres.query("select text from texts").first?.get(0) { seen.add(text) }
            }
            try await postgres.enqueue("read", uniqueKey: "text")
            try await postgres.enqueue("append")
            try await postgres.transaction { transaction in
                try await transaction.query("update texts set text = 'new'")
                try await transaction.enqueue("read", uniqueKey: "text")
                // A worker takes all that it can at once.
                try await withWorkers(1, postgres, [handler, appending(to: postgres)]) {
                    try await becomes { try await postgres.effects.count == 1 }
                }
            }
            try await withWorkers(1, postgres, [handler]) { try await becomes { try await postgres.isEmpty() } }
            #expect(seen.all == ["new"])
        }
    }

    @Test("A job that fails while another with its key waits leaves the work to that")
    func merged() async throws {
        try await withJobs { postgres in
            let begun = Notes<String>()
            let handler = Handler("read", retries: .quick) { job, _ in
                begun.add(job.payload)
                if job.payload == "first" {
                    try await postgres.enqueue("read", payload: "second", uniqueKey: "source")
                    throw CancellationError()
                }
            }
            try await postgres.enqueue("read", payload: "first", uniqueKey: "source")
            try await withWorkers(1, postgres, [handler]) { try await becomes { try await postgres.isEmpty() } }
            #expect(begun.all == ["first", "second"])
        }
    }

    @Test("A dead job that is tried again while another with its key waits leaves the work to that")
    func revived() async throws {
        try await withJobs { postgres in
            try await postgres.query("insert into jobs (kind, state, died_at, unique_key) values ('read', 'dead', now(), 'source')")
            try await postgres.enqueue("read", uniqueKey: "source")
            let dead = try #require(try await postgres.deadJobs().first)
            #expect(try await postgres.retryDeadJob(dead.id))
            #expect(try await postgres.number("select count(*) from jobs where state = 'waiting'") == 1)
            #expect(try await postgres.number("select count(*) from jobs") == 1)
        }
    }
}
