import Postgres
import Testing

@Suite("Notifications", .timeLimit(.minutes(2))) struct NotificationTests {
    @Test("Subscribers hear what is said on their channel once it is committed, in order, and nothing else")
    func hearing() async throws {
        try await withPostgres { postgres in
            let name = "Odd \"channel\"; drop"
            let first = Payloads(postgres.notifications(on: name)), other = Payloads(postgres.notifications(on: "other"))
            #expect(await first.next() == "")
            #expect(await other.next() == "")
            let second = Payloads(postgres.notifications(on: name))
            #expect(await second.next() == "")
            _ = try? await postgres.transaction { transaction in
                try await transaction.query("select pg_notify(\(name), 'undone')")
                throw Problem("undo")
            }
            for n in 1...3 { try await postgres.query("select pg_notify(\(name), \("\(n)"))") }
            try await postgres.query("notify other, 'elsewhere'")
            for n in 1...3 {
                #expect(await first.next() == "\(n)")
                #expect(await second.next() == "\(n)")
            }
            #expect(await other.next() == "elsewhere")
        }
    }

    @Test("Listening survives the end of its connection, and subscribers are told that they may have missed something")
    func killed() async throws {
        try await withPostgres { postgres in
            let payloads = Payloads(postgres.notifications(on: "news"))
            #expect(await payloads.next() == "")
            #expect(
                try await postgres.query(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen%'"
                ).count == 1)
            #expect(await payloads.next() == "")
            try await postgres.query("notify news, 'more'")
            #expect(await payloads.next() == "more")
        }
    }

    @Test("A channel that nobody hears any more isn't listened to")
    func leaving() async throws {
        try await withPostgres { (postgres) async throws in
            do {
                let payloads = Payloads(postgres.notifications(on: "news"))
                #expect(await payloads.next() == "")
            }
            #expect(
                try await eventually {
                    try await postgres.number(
                        "select count(*) from pg_stat_activity where datname = current_database() and query like 'unlisten%'") == 1
                })
        }
    }

    @Test("A subscriber who is slow is told that some are missing")
    func slow() async throws {
        try await withPostgres { postgres in
            let slow = Payloads(postgres.notifications(on: "news")), fast = Payloads(postgres.notifications(on: "news"))
            #expect(await slow.next() == "")
            #expect(await fast.next() == "")
            try await postgres.query("select pg_notify('news', n::text) from generate_series(1, 1500) n")
            try await postgres.query("notify news, 'last'")
            while let payload = await fast.next(), payload != "last" {}
            var heard: [String] = []
            while heard.last != "last", let payload = await slow.next() { heard.append(payload) }
            #expect(heard.contains(""))
            #expect(heard.count <= 1_000)
        }
    }
}
