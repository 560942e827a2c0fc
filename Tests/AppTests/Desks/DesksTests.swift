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
            let bytes = try await Desks(postgres).desk(of: bot(bots[0], postgres)).bytes
            let desks = Desks(postgres, maximumBytes: 2 * bytes + bytes / 2)
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

    @Test("While the thread that indexes one account's bot stalls, others' bots are answered for")
    func stalled() async throws {
        try await withBots(1) { postgres, bots in
            let workroom = Workroom(seats: 2)
            let desks = Desks(postgres, nil, workroom)
            let stalled = Stalled()
            let task = Task { try await workroom.run(for: UUID(), .long) { _ in stalled.stall() } }
            await stalled.hasBegun()
            #expect(try await quote(desks.desk(of: bot(bots[0], postgres))) == "We open at 9.")
            stalled.go()
            try await task.value
        }
    }

    @Test("A trial, a comparison, the save and the next question share one index")
    func shared() async throws {
        try await withBots(1) { postgres, bots in
            let desks = Desks(postgres)
            let database = AccountDatabase(postgres, account: account)
            let live = try await desks.desk(of: bot(bots[0], postgres))
            let renamed = try await desks.draft(live) { bot, _ in bot.name = "C" }
            #expect(renamed.sharesIndex(with: live) && renamed.bot.name == "C")
            let text = "## Hours\n\nWe open at 7.\n\n## Bread\n\nWe bake rye bread."
            let draft = try await desks.draft(live) { _, known in known.replaceContext(with: text) }
            #expect(quote(draft) == "We open at 7." && !draft.sharesIndex(with: live))
            let again = try await desks.draft(live) { _, known in known.replaceContext(with: text) }
            let candidate = try await database.candidate(bot(bots[0], postgres), at: desks) { _, known in known.replaceContext(with: text) }
            #expect(again.sharesIndex(with: draft) && candidate.new.sharesIndex(with: draft))
            try await database.saveContext(text, of: bots[0])
            let saved = try await desks.desk(of: bot(bots[0], postgres))
            #expect(saved.sharesIndex(with: draft) && quote(saved) == "We open at 7.")
            guard case .quoted(let quotes) = saved.answerer.answer("Do you bake rye bread?") else { throw Failure.notFound }
            let stored = try await postgres.query("select id from passages where text like '%rye%'").first?.get("id", as: Int64.self)
            #expect(quotes.first?.passage == stored, "with the passages' own numbers")
            #expect(desks.count == 1)
        }
    }

    @Test("What a draft knows is answered from its own passages, whatever their numbers")
    func sourcesOfDraft() async throws {
        try await withBots(1) { postgres, bots in
            let database = AccountDatabase(postgres, account: account)
            let source = try await database.add(
                .written(.text, title: "Delivery", text: "We deliver for 3.50."), to: bots[0], keeping: nil, updatesTests: false)
            _ = try await database.add(
                .written(.qa, title: "Do you repair?", text: "Only on Mondays."), to: bots[0], keeping: nil, updatesTests: false)
            let desks = Desks(postgres)
            let live = try await desks.desk(of: bot(bots[0], postgres))
            let draft = try await desks.draft(live) { _, known in known.replaceContext(with: "## Hours\n\nWe open at 7.") }
            #expect(draft.quoted("When do you open?").sources == [Desk.contextID])
            #expect(draft.quoted("Do you deliver?").sources == [source.lowercased])
            #expect(draft.quoted("Do you repair?").text == "Only on Mondays.")
        }
    }

    @Test("A bot that would know too much is told so")
    func tooMuch() async throws {
        try await withBots(1) { postgres, bots in
            try await postgres.query(
                """
                insert into passages (account_id, bot_id, position, title, text)
                select \(account), \(bots[0]), n + 1000, '', 'x' from generate_series(1, \(Source.maximumPassages)::int) n
                """)
            let refused = await #expect(throws: Failure.self) {
                try await AccountDatabase(postgres, account: account).add(
                    .written(.text, title: "x", text: "x"), to: bots[0], keeping: nil, updatesTests: false)
            }
            #expect(refused?.code == "invalid" && refused?.message.contains("passages") == true)
        }
    }
}
