import FoundationEssentials
import Jobs
import Logging
import Postgres
import Templates
import Testing

@testable import App

@Suite("Budgets")
struct BudgetTests {
    private static let lease = Budget.leaseSeconds

    /// With a bot of an owner's that has these caps.
    private func withBot(_ caps: Bot.Caps, _ body: (Postgres, Bot) async throws -> Void) async throws {
        try await withDatabase { postgres in
            let owner = try await SignedIn("owner@shop.example", in: postgres)
            var bot = Bot(id: UUID(), account: owner.session.account, name: "Bakery")
            bot.caps = caps
            try await postgres.query(
                """
                insert into bots (id, account_id, name, daily_messages, monthly_messages, daily_cost_micros, monthly_cost_micros)
                values (\(bot.id), \(bot.account), 'Bakery', \(caps.dailyMessages), \(caps.monthlyMessages), \(caps.dailyCostMicros), \(caps.monthlyCostMicros))
                """)
            try await body(postgres, bot)
        }
    }

    private func reserve(_ micros: Int64, _ bot: Bot, _ postgres: Postgres, message: UUID = UUID()) async throws -> UUID? {
        let row = try await postgres.query(
            "select reserve_budget(\(bot.account), \(bot.id), \(message), \(micros), \(Self.lease) * interval '1 second') as is_reserved"
        ).first
        return try #require(try row?.get("is_reserved", as: Bool.self)) ? message : nil
    }

    private func settle(_ message: UUID, _ micros: Int64?, _ bot: Bot, _ postgres: Postgres) async throws {
        var outcome = Outcome(provider: .openai)
        outcome.costMicros = micros
        try await postgres.query(.settle(message, outcome, of: bot))
    }

    private func spent(_ bot: Bot, _ postgres: Postgres) async throws -> (messages: Int, micros: Int64) {
        let row = try #require(try await postgres.query("select * from spending(\(bot.account), \(bot.id))").first)
        return (try row.get("month_messages", as: Int.self), try row.get("month_cost_micros", as: Int64.self))
    }

    @Test(
        "Of 200 at once, as many get through as fit, whatever each turns out to cost",
        arguments: [
            (Bot.Caps(dailyCostMicros: 1_000), 10), (Bot.Caps(monthlyCostMicros: 199), 1), (Bot.Caps(dailyCostMicros: 99), 0),
            (Bot.Caps(dailyMessages: 7), 7), (Bot.Caps(monthlyMessages: 3, dailyCostMicros: 1_000), 3), (Bot.Caps(dailyMessages: 0), 0),
        ])
    func parallel(_ caps: Bot.Caps, _ expected: Int) async throws {
        try await withBot(caps) { postgres, bot in
            let reserved = try await withThrowingTaskGroup(of: UUID?.self) { group in
                for _ in 0..<200 { group.addTask { try await reserve(100, bot, postgres) } }
                return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
            }
            #expect(reserved.count == expected)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for message in reserved { group.addTask { try await settle(message, 100, bot, postgres) } }
                try await group.waitForAll()
            }
            let spent = try await spent(bot, postgres)
            #expect(spent.messages == expected && spent.micros == Int64(expected * 100))
            #expect(try await postgres.count("budget_reservations") == 0)
        }
    }

    @Test("What cost less than was reserved leaves room for others, and is settled once")
    func settled() async throws {
        try await withBot(Bot.Caps(dailyCostMicros: 150)) { postgres, bot in
            let first = try #require(try await reserve(100, bot, postgres))
            #expect(try await reserve(100, bot, postgres) == nil)
            for _ in 0..<3 { try await settle(first, 40, bot, postgres) }
            #expect(try await spent(bot, postgres).micros == 40)
            #expect(try await reserve(100, bot, postgres) != nil)
        }
    }

    @Test("Where no price is known, an answer counts as a message, and money that is used up still ends it")
    func unpriced() async throws {
        try await withBot(Bot.Caps(dailyCostMicros: 50)) { postgres, bot in
            let first = try #require(try await reserve(0, bot, postgres))
            try await settle(first, nil, bot, postgres)
            #expect(try await spent(bot, postgres).messages == 1)
            let second = try #require(try await reserve(50, bot, postgres))
            try await settle(second, 50, bot, postgres)
            #expect(try await reserve(0, bot, postgres) == nil)
        }
    }

    @Test("A reservation that nobody settles runs out, and still counts when it is settled late")
    func runsOut() async throws {
        try await withBot(Bot.Caps(dailyMessages: 1)) { postgres, bot in
            let lost = try #require(try await reserve(0, bot, postgres))
            #expect(try await reserve(0, bot, postgres) == nil)
            try await postgres.query("update budget_reservations set expires_at = now()")
            let next = try await reserve(0, bot, postgres)
            #expect(next != nil)
            try await settle(lost, 0, bot, postgres)
            #expect(try await spent(bot, postgres).messages == 1)
        }
    }

    @Test("A new day and a new month begin with nothing used")
    func rollsOver() async throws {
        try await withBot(Bot.Caps(dailyMessages: 1, monthlyMessages: 2)) { postgres, bot in
            try await settle(try #require(try await reserve(0, bot, postgres)), 5, bot, postgres)
            #expect(try await reserve(0, bot, postgres) == nil)
            try await postgres.query("update bot_budgets set day = day - 1")
            try await settle(try #require(try await reserve(0, bot, postgres)), 5, bot, postgres)
            #expect(try await spent(bot, postgres) == (2, 10))
            try await postgres.query("update bot_budgets set day = day - 1")
            #expect(try await reserve(0, bot, postgres) == nil)
            try await postgres.query("update bot_budgets set day = day - 31, month = (month - 1)")
            #expect(try await reserve(0, bot, postgres) != nil)
            #expect(try await spent(bot, postgres) == (0, 0))
        }
    }

    @Test("The first cap of a bot counts what its models took before")
    func countsEarlier() async throws {
        try await withBot(Bot.Caps()) { postgres, bot in
            for cost in [30, 20] as [Int64?] + [nil] {
                let live = LiveAnswer(conversation: UUID())
                try await postgres.open(live, Incoming(question: "When?", channel: .api, isWatched: false), with: bot, turns: 0)
                try await postgres.close(live, Outcome(provider: cost == nil ? nil : .openai, costMicros: cost), of: bot)
            }
            try await postgres.query("update bots set monthly_cost_micros = 100")
            #expect(try await spent(bot, postgres) == (2, 50))
            #expect(try await reserve(51, bot, postgres) == nil)
            #expect(try await reserve(50, bot, postgres) != nil)
        }
    }

    @Test("An answer is stored and settled together, and settled once")
    func closes() async throws {
        try await withBot(Bot.Caps(dailyMessages: 5)) { postgres, bot in
            let live = LiveAnswer(conversation: UUID())
            try await postgres.open(live, Incoming(question: "When?", channel: .widget, isWatched: false), with: bot, turns: 0)
            _ = try await reserve(90, bot, postgres, message: live.id)
            var outcome = Outcome(provider: .openai, costMicros: 76)
            outcome.isReserved = true
            for _ in 0..<2 { try await postgres.close(live, outcome, of: bot) }
            #expect(try await spent(bot, postgres) == (1, 76))
        }
    }

    @Test("The owner is mailed at 50, 80 and 100 per cent, once each, however many ask")
    func warns() async throws {
        try await withBot(Bot.Caps(monthlyCostMicros: 5_000_000)) { postgres, bot in
            try await withWorker(postgres) {
                for (cost, mails) in [(2_400_000, 0), (100_000, 1), (100_000, 1), (1_500_000, 2), (850_000, 2)] as [(Int64, Int)] {
                    try await settle(try #require(try await reserve(1, bot, postgres)), cost, bot, postgres)
                    try await eventually { try await postgres.count("jobs") == 0 }
                    #expect(try await postgres.count("outbox") == mails, "after \(cost)")
                }
                // What is left doesn't suffice for one more.
                for _ in 0..<3 { #expect(try await reserve(100_000, bot, postgres) == nil) }
                try await eventually { try await postgres.count("outbox") == 3 }
            }
            let mails = try await postgres.query("select recipient, subject, text from outbox order by id").map {
                (try $0.get("recipient", as: String.self), try $0.get("subject", as: String.self), try $0.get("text", as: String.self))
            }
            #expect(
                mails.map(\.1) == [
                    "Bakery has used 50 % of its limit", "Bakery has used 80 % of its limit", "Bakery has reached its limit",
                ])
            #expect(
                mails.allSatisfy { $0.0 == "owner@shop.example" && $0.2.contains("https://desk.example/bots/\(bot.id.lowercased)/limits") })
            #expect(mails[0].2.contains("has used 2.50 of 5.00 dollars this month."))
            #expect(mails[2].2.contains("the first of next month"))
        }
    }

    @Test("Who skips a step is told of the highest only")
    func skips() async throws {
        try await withBot(Bot.Caps(dailyMessages: 1, monthlyMessages: 0)) { postgres, bot in
            try await postgres.query("update bots set monthly_messages = null")
            try await settle(try #require(try await reserve(0, bot, postgres)), nil, bot, postgres)
            #expect(
                try await postgres.query("select payload from jobs").map { try $0.get("payload", as: String.self) } == [
                    "\(bot.id.lowercased) daily_messages 100"
                ])
            #expect(try await postgres.count("budget_warnings") == 3)
        }
    }

    private func withWorker(_ postgres: Postgres, _ body: () async throws -> Void) async throws {
        let warning = BudgetWarning(postgres: postgres, mailer: try .toOutbox(postgres), baseURL: "https://desk.example")
        let worker = Worker(postgres, handlers: warning.handlers)
        let working = Task { await worker.run() }
        defer { working.cancel() }
        try await body()
    }

    private func eventually(_ isSo: () async throws -> Bool) async throws {
        for _ in 0..<200 {
            if try await isSo() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("it never came to be")
    }
}
