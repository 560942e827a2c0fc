import FoundationEssentials
import Logging
import Postgres
import Testing

@testable import App

extension Postgres {
    /// Does one thing of the housekeeping now, where conversations are kept for 30 days.
    @discardableResult
    func sweep(_ name: String) async throws -> [Sweep.Trouble] {
        let sweep = try #require(Sweep.all(conversationSeconds: 30 * 86_400).first { $0.name == name })
        return try await sweep.run(in: self)
    }
}

@Suite("Housekeeping, account by account", .serialized)
struct SweepTests {
    private let broken = UUID()
    private let sound = UUID()

    private func withAccounts(_ body: (Postgres) async throws -> Void) async throws {
        try await withDatabase { postgres in
            for account in [broken, sound] {
                try await postgres.query("insert into accounts (id, name) values (\(account), 'A')")
                try await postgres.query("insert into bots (id, account_id, name) values (\(account), \(account), 'Bot')")
            }
            try await body(postgres)
        }
    }

    /// A question and an answer.
    private func talk(_ postgres: Postgres, _ account: UUID, cost: Int64? = nil, ago: String = "40 days") async throws {
        let (conversation, question) = (UUID(), UUID())
        try await postgres.pipeline([
            """
            insert into conversations (id, account_id, bot_id, channel, created_at, last_message_at)
            values (\(conversation), \(account), \(account), 'widget', now() - \(ago)::interval, now() - \(ago)::interval)
            """,
            """
            insert into messages (id, account_id, conversation_id, role, text, state, created_at)
            values (\(question), \(account), \(conversation), 'visitor', 'When?', 'answered', now() - \(ago)::interval)
            """,
            """
            insert into messages (id, account_id, conversation_id, role, text, state, basis, reply_to, created_at, cost_micros)
            values (\(UUID()), \(account), \(conversation), 'bot', 'At 9.', 'answered', 'quoted', \(question), now() - \(ago)::interval, \(cost))
            """,
        ])
    }

    private func count(_ postgres: Postgres, _ table: String, of account: UUID) async throws -> Int {
        try await postgres.query("select from \(unsafeRaw: table) where account_id = \(account)").count
    }

    @Test(
        "What breaks off for one account is that one's own, and is done for the others",
        arguments: Sweep.all(conversationSeconds: 60).map(\.name))
    func each(_ name: String) async throws {
        guard case .accounts(_, let part) = try #require(Sweep.all(conversationSeconds: 60).first { $0.name == name }).work else { return }
        try await withAccounts { postgres in
            let sweep = Sweep(
                name: name, interval: .seconds(1),
                work: .accounts(due: "true") { database in
                    if database.account == broken { try await database.query("select 1 / 0") }
                    return try await part(database)
                })
            let troubles = try await sweep.run(in: postgres)
            #expect(troubles.map(\.account) == [broken])
        }
    }

    @Test(
        "Days and their parts are counted beside an account that claims to have counted days to come, and that account's too",
        arguments: ["bot_days", "bot_counts"])
    func daysToCome(_ table: String) async throws {
        try await withAccounts { postgres in
            let columns = table == "bot_days" ? "day, conversations, messages, answered, unanswered" : "kind, key, day, count"
            let values = table == "bot_days" ? "date '5874897-12-31', 1, 1, 1, 1" : "'channel', 'widget', date '5874897-12-31', 1"
            // As from before there were ranges.
            try await postgres.query("alter table \(unsafeRaw: table) alter column day type date")
            try await postgres.query(
                "insert into \(unsafeRaw: table) (account_id, bot_id, \(unsafeRaw: columns)) values (\(broken), \(broken), \(unsafeRaw: values))"
            )
            for account in [broken, sound] { try await talk(postgres, account) }
            #expect(try await postgres.sweep(table == "bot_days" ? "count_days" : "count_parts").isEmpty)
            for account in [broken, sound] {
                let counted = try await postgres.query("select from \(unsafeRaw: table) where account_id = \(account) and day < now()")
                #expect(!counted.isEmpty)
            }
        }
    }

    @Test("A sum that no number can hold counts as the greatest there is")
    func sums() async throws {
        try await withAccounts { postgres in
            try await postgres.query("alter table messages alter column cost_micros type bigint")
            for _ in 0..<2 { try await talk(postgres, broken, cost: .max) }
            try await talk(postgres, sound, cost: 7)
            #expect(try await postgres.sweep("count_parts").isEmpty)
            let costs = try await postgres.query("select count from bot_counts where kind = 'cost' order by count").map {
                try $0.get("count", as: Int64.self)
            }
            #expect(costs == [7, Int64(Row.mostCounted)])
        }
    }

    @Test("What can't be counted goes for its age all the same, and is told of")
    func uncountable() async throws {
        try await withAccounts { postgres in
            for account in [broken, sound] { try await talk(postgres, account) }
            try await postgres.query(
                """
                create function refuse() returns trigger language plpgsql as
                $$ begin if new.account_id = '\(unsafeRaw: broken.lowercased)' then raise 'no'; end if; return new; end $$
                """)
            try await postgres.query("create trigger refuse before insert on bot_days for each row execute function refuse()")
            let troubles = try await postgres.sweep("forget_conversations")
            #expect(troubles.map(\.account) == [broken])
            for account in [broken, sound] { #expect(try await count(postgres, "conversations", of: account) == 0) }
            #expect(try await count(postgres, "bot_days", of: sound) == 1)
        }
    }

    @Test("Numbers say the same whether the last hours are counted or not, and what is said since comes on top")
    func recent() async throws {
        try await withAccounts { postgres in
            let database = AccountDatabase(postgres, account: sound)
            for ago in ["20 minutes", "50 minutes", "3 hours", "25 hours", "2 minutes"] {
                for account in [broken, sound] { try await talk(postgres, account, cost: 7, ago: ago) }
            }
            let range = try await NumberRange(Form(parsing: ""), today: database.today())
            let before = try await database.numbers(of: nil, in: range)
            #expect(try await postgres.sweep("count_recent").isEmpty)
            #expect(try await count(postgres, "recent_counts", of: sound) > 0)
            for _ in 0..<2 {
                let after = try await database.numbers(of: nil, in: range)
                #expect(
                    after.days.map(\.counts) == before.days.map(\.counts) && after.hours == before.hours
                        && after.channels.map(\.count) == [5])
                #expect(try await postgres.sweep("count_recent").isEmpty)
            }
            try await talk(postgres, sound, ago: "0 minutes")
            #expect(try await database.numbers(of: nil, in: range).channels.map(\.count) == [6])
        }
    }

    @Test("More than fits into one part is done all the same")
    func many() async throws {
        try await withAccounts { postgres in
            for account in [broken, sound] {
                try await postgres.query(
                    """
                    insert into idempotency_keys (bot_id, account_id, key, request_hash, created_at)
                    select \(account), \(account), n::text, '', now() - interval '25 hours' from generate_series(1, \(Sweep.batch * 2 + 1)) n
                    """)
            }
            try await postgres.query(
                "insert into outbox (recipient, subject, text, html, sent_at) select 'a', 'b', '', '', now() - interval '31 days' from generate_series(1, \(Sweep.batch * 2 + 1))"
            )
            try await postgres.sweep("forget_idempotency_keys")
            try await postgres.sweep("forget_mails")
            #expect(try await postgres.query("select from idempotency_keys").isEmpty)
            #expect(try await postgres.query("select from outbox").isEmpty)
        }
    }

    @Test("Each thing has a schedule and a job of its own, and admins are told which failed for whom")
    func alarm() async throws {
        try await withAccounts { postgres in
            let log = Logger(label: "test")
            let alarms = Alarms(postgres: postgres, mailer: try .toOutbox(postgres), admins: ["admin@desk.example"], log: log)
            let failing = Sweep(
                name: "failing", interval: .seconds(60),
                work: .accounts(due: "true") { database in
                    if database.account == broken { throw PostgresError.timedOut }
                    return false
                })
            let housekeeping = Housekeeping(
                postgres: postgres, sweeps: Sweep.all(conversationSeconds: nil) + [failing], alarms: alarms, log: log)
            #expect(
                Set(housekeeping.sweeps.map(\.name)).count == housekeeping.schedules.count
                    && housekeeping.handlers.count == housekeeping.schedules.count)
            try await housekeeping.run(failing)
            let mails = try await postgres.query("select subject, text from outbox").map {
                try ($0.get("subject", as: String.self), $0.get("text", as: String.self))
            }
            #expect(mails.count == 1)
            #expect(mails[0].0.contains("failing") && mails[0].1.contains(broken.lowercased) && !mails[0].1.contains(sound.lowercased))
        }
    }

    @Test("Where the database is away, that is no account's fault")
    func away() async throws {
        try await withAccounts { postgres in
            let sweep = Sweep(
                name: "away", interval: .seconds(60), work: .accounts(due: "true") { _ in throw PostgresError.connectionLost })
            await #expect(throws: PostgresError.connectionLost) { try await sweep.run(in: postgres) }
        }
    }
}
