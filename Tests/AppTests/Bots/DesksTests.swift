import FoundationEssentials
import Postgres
import Testing

@testable import App

@Suite("Desks", .serialized)
struct DesksTests {
    private let account = UUID()

    private func withBots(_ count: Int, _ body: (Postgres, [UUID]) async throws -> Void) async throws {
        try await withDatabase { postgres in
            try await postgres.query("insert into accounts (id, name) values (\(account), 'A')")
            let bots = (0..<count).map { _ in UUID() }
            for bot in bots {
                try await postgres.query("insert into bots (id, account_id, name) values (\(bot), \(account), 'B')")
                try await AccountDatabase(postgres, account: account).saveContext("## Hours\n\nWe open at 9.", of: bot)
            }
            try await body(postgres, bots)
        }
    }

    private func bot(_ id: UUID, _ postgres: Postgres) async throws -> Bot { try await AccountDatabase(postgres, account: account).bot(id) }

    private func quote(_ desk: Desk) -> String? {
        guard case .quoted(let citations) = desk.answerer.answer("When do you open?") else { return nil }
        return citations.first?.quote
    }

    @Test("A desk answers from its bot's text as of the bot's version, whoever has changed it")
    func version() async throws {
        try await withBots(1) { postgres, bots in
            let desks = Desks(postgres)
            #expect(try await quote(desks.desk(of: bot(bots[0], postgres))) == "We open at 9.")
            try await AccountDatabase(postgres, account: account).saveContext("## Hours\n\nWe open at 7.", of: bots[0])
            #expect(try await quote(desks.desk(of: bot(bots[0], postgres))) == "We open at 7.")
            #expect(desks.count == 1)
        }
    }

    @Test("A request that read an older version gets an answer, and leaves the newer one in place")
    func older() async throws {
        try await withBots(1) { postgres, bots in
            let desks = Desks(postgres)
            let old = try await bot(bots[0], postgres)
            _ = try await desks.desk(of: old)
            try await AccountDatabase(postgres, account: account).saveContext("## Hours\n\nWe open at 7.", of: bots[0])
            let new = try await bot(bots[0], postgres)
            _ = try await desks.desk(of: new)
            #expect(try await desks.desk(of: old).bot.version == old.version)
            #expect(try await desks.desk(of: new).bot.version == new.version && desks.count == 1)
        }
    }

    @Test("Beyond the bytes that may be kept, the bots that nobody asked for longest go")
    func bounded() async throws {
        try await withBots(4) { postgres, bots in
            let bytes = "Hours".utf8.count + "We open at 9.".utf8.count
            let desks = Desks(postgres, maximumBytes: 2 * bytes + 1)
            for id in [0, 1, 0, 2, 0, 3] {
                let quote = quote(try await desks.desk(of: bot(bots[id], postgres)))
                #expect(quote == "We open at 9." && desks.count <= 2)
            }
            #expect(desks.count == 2)
        }
    }

    @Test("A bot that alone is more than may be kept answers all the same")
    func enormous() async throws {
        try await withBots(2) { postgres, bots in
            let desks = Desks(postgres, maximumBytes: 1)
            for id in [0, 1, 0] {
                let quote = quote(try await desks.desk(of: bot(bots[id], postgres)))
                #expect(quote != nil)
            }
            #expect(desks.count == 1)
        }
    }

    @Test("Many who ask at once after a change wait for one index")
    func together() async throws {
        try await withBots(1) { postgres, bots in
            let desks = Desks(postgres)
            let bot = try await bot(bots[0], postgres)
            let before = postgres.metrics.completed
            try await withThrowingTaskGroup { group in
                for _ in 0..<50 { group.addTask { _ = try await desks.desk(of: bot) } }
                try await group.waitForAll()
            }
            #expect(postgres.metrics.completed - before == 1)
        }
    }
}
