import FoundationEssentials
import Postgres
import Testing

@testable import App

@Suite("Keys of programs", .serialized)
struct APIKeyTests {
    private let mine = UUID(), bot = UUID(), sibling = UUID(), theirs = UUID(), foreign = UUID()

    /// With two bots of one account and one of another.
    private func withBots(_ body: (Postgres, AccountDatabase, AccountDatabase) async throws -> Void) async throws {
        try await withDatabase { postgres in
            for account in [mine, theirs] { try await postgres.query("insert into accounts (id, name) values (\(account), 'A')") }
            for (bot, account) in [(bot, mine), (sibling, mine), (foreign, theirs)] {
                try await postgres.query("insert into bots (id, account_id, name) values (\(bot), \(account), 'B')")
            }
            try await body(postgres, AccountDatabase(postgres, account: mine), AccountDatabase(postgres, account: theirs))
        }
    }

    private func callers(_ postgres: Postgres) -> Callers {
        Callers(postgres: postgres, desks: Desks(postgres), demoLimits: DemoLimits(isOn: false))
    }

    @Test("A key's text has 160 random bits of characters that nobody mistakes for each other")
    func text() {
        let texts = (0..<1_000).map { _ in KeyText().text }
        #expect(Set(texts).count == 1_000 && texts.allSatisfy { $0.hasPrefix("fd_") && $0.utf8.count == 35 })
        #expect(KeyText.characters.count == 32 && Set(KeyText.characters).count == 32 && Set(texts.joined().dropFirst(3).utf8).count >= 32)
        #expect(Set(KeyText.characters).isDisjoint(with: Array("01lo".utf8)))
    }

    @Test(
        "Only a text of that form can be a key",
        arguments: [
            "", "fd_", "fd_demo_public", "FD_" + String(repeating: "k", count: 32), "fd_" + String(repeating: "k", count: 31),
            "fd_" + String(repeating: "k", count: 33), "fd_" + String(repeating: "0", count: 32), "fd_" + String(repeating: "K", count: 32),
            "fd_" + String(repeating: "é", count: 16), String(repeating: "k", count: 35),
        ])
    func noKey(_ text: String) {
        #expect(KeyText(text) == nil)
    }

    @Test("What is stored is the SHA-256 of the text, as any tool computes it")
    func hash() async throws {
        let key = try #require(KeyText("fd_" + String(repeating: "k", count: 32)))
        try await withDatabase { postgres in
            let row = try await postgres.query("select sha256(\(key.text)::text::bytea) as hash").first
            #expect(try row?.get("hash", as: [UInt8].self) == key.hash)
        }
    }

    @Test("A key leads to its bot until it is revoked")
    func life() async throws {
        try await withBots { postgres, account, _ in
            let (key, text) = try await account.makeKey(named: "Shop", for: bot)
            #expect(key.name == "Shop" && text.hasPrefix(key.prefix) && key.lastUsed == nil)
            let caller = try await callers(postgres).caller(key: text, from: nil, counts: false)
            #expect(caller.desk.bot.id == bot && caller.desk.bot.account == mine && caller.allowance == nil)
            #expect(try await account.keys(of: bot).first?.lastUsed != nil)
            try await account.revokeKey(key.id, of: bot)
            #expect(await failure { _ = try await callers(postgres).caller(key: text, from: nil, counts: true) }?.status == .unauthorized)
            #expect(try await account.keys(of: bot).isEmpty)
            // Nothing was counted for a key that isn't there.
            #expect(try await postgres.query("select from rate_limits").isEmpty)
        }
    }

    @Test("Counting is done in the same trip, for the key and for the account")
    func counting() async throws {
        try await withBots { postgres, account, _ in
            let (first, second) = (
                try await account.makeKey(named: "", for: bot).text, try await account.makeKey(named: "", for: sibling).text
            )
            let callers = callers(postgres)
            for key in [first, second] { _ = try await callers.caller(key: key, from: nil, counts: true) }
            let before = postgres.metrics.completed
            let allowance = try #require(try await callers.caller(key: first, from: nil, counts: true).allowance)
            #expect(postgres.metrics.completed - before == 1)
            // A minute may have begun meanwhile.
            #expect(allowance.maximum == KeyLimits.perKey.maximum && (1...2).contains(KeyLimits.perKey.maximum - allowance.remaining))
            let counts = try await postgres.query("select sum(count)::integer as count from rate_limits group by key order by 1")
                .map { try $0.get("count", as: Int.self) }
            #expect(counts == [1, 2, 3, 3])
        }
    }

    @Test("Of many questions at once, exactly as many pass as may")
    func parallel() async throws {
        try await withBots { postgres, account, _ in
            let text = try await account.makeKey(named: "", for: bot).text
            let callers = callers(postgres)
            let passed = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<150 {
                    group.addTask { await failure { _ = try await callers.caller(key: text, from: nil, counts: true) } == nil }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            // A minute may turn in between.
            #expect(passed == KeyLimits.perKey.maximum || passed > KeyLimits.perKey.maximum && passed <= 2 * KeyLimits.perKey.maximum)
        }
    }

    @Test("No other account or bot sees, makes or revokes a bot's keys")
    func others() async throws {
        try await withBots { _, account, stranger in
            let key = try await account.makeKey(named: "", for: bot).key
            #expect(try await stranger.keys(of: bot).isEmpty)
            #expect(try await account.keys(of: sibling).isEmpty)
            #expect(await failure { _ = try await stranger.makeKey(named: "", for: bot) }?.status == .notFound)
            #expect(await failure { try await stranger.revokeKey(key.id, of: bot) }?.status == .notFound)
            #expect(await failure { try await stranger.revokeKey(key.id, of: foreign) }?.status == .notFound)
            #expect(await failure { try await account.revokeKey(key.id, of: sibling) }?.status == .notFound)
            #expect(try await account.keys(of: bot).count == 1)
        }
    }
}
