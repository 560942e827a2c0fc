import FoundationEssentials
import Jobs
import Logging
import Postgres
import Templates
import Testing

@testable import App

@Suite("Conversations in the database", .serialized)
struct ConversationTests {
    private let account = UUID()
    private let stranger = UUID()
    private let bot = UUID()
    private let sibling = UUID()
    private let foreign = UUID()

    private func withBots(_ body: (Postgres, AccountDatabase) async throws -> Void) async throws {
        try await withDatabase { postgres in
            for account in [account, stranger] { try await postgres.query("insert into accounts (id, name) values (\(account), 'A')") }
            for (bot, account) in [(bot, account), (sibling, account), (foreign, stranger)] {
                try await postgres.query("insert into bots (id, account_id, name) values (\(bot), \(account), 'Bot')")
            }
            try await body(postgres, AccountDatabase(postgres, account: account))
        }
    }

    /// A conversation of one question and its answer, `ago` before now, as Postgres writes an interval.
    @discardableResult
    private func talk(
        _ postgres: Postgres, with bot: UUID, ago: String, basis: AnswerReply.Basis? = .quoted, state: String = "answered",
        channel: String = "page",
        question: String = "When?", answer: String = "At 9."
    ) async throws -> UUID {
        let (conversation, asked) = (UUID(), UUID())
        let account = bot == foreign ? stranger : account
        try await postgres.pipeline([
            """
            insert into conversations (id, account_id, bot_id, channel, created_at, last_message_at)
            values (\(conversation), \(account), \(bot), \(channel), now() - \(ago)::interval, now() - \(ago)::interval)
            """,
            """
            insert into messages (id, account_id, conversation_id, role, text, state, created_at)
            values (\(asked), \(account), \(conversation), 'visitor', \(question), 'answered', now() - \(ago)::interval)
            """,
            """
            insert into messages (id, account_id, conversation_id, role, text, state, basis, reply_to, created_at)
            values (\(UUID()), \(account), \(conversation), 'bot', \(answer), \(state), \(basis?.rawValue), \(asked), now() - \(ago)::interval)
            """,
        ])
        return conversation
    }

    private func filter(_ query: String) throws -> ConversationFilter { try ConversationFilter(Form(parsing: query)) }

    @Test("Page after page, each conversation comes once, also where many ended at the same moment")
    func pages() async throws {
        try await withBots { postgres, database in
            for hour in 1...7 { for _ in 1...3 { try await talk(postgres, with: bot, ago: "\(hour) hours") } }
            try await postgres.query("update conversations set last_message_at = date_trunc('hour', last_message_at)")
            try await talk(postgres, with: sibling, ago: "1 hour")
            try await talk(postgres, with: foreign, ago: "1 hour")
            var seen: [ConversationSummary] = []
            var after: ConversationCursor?
            repeat {
                let part = try await database.conversations(of: bot, ConversationFilter(), .after(after), limit: 4)
                #expect(part.conversations.count == (part.next == nil ? 1 : 4))
                seen += part.conversations
                after = part.next
                try await talk(postgres, with: bot, ago: "0 hours")
            } while after != nil
            #expect(seen.count == 21 && Set(seen.map(\.id)).count == 21)
            #expect(seen.map(\.lastMessageAt.rfc3339) == seen.map(\.lastMessageAt.rfc3339).sorted(by: >))
        }
    }

    @Test(
        "The filters are each about what they say",
        arguments: [
            ("q=at+9", ["a", "b"]), ("q=LATE%2C", ["c"]), ("basis=not_in_my_information", ["c"]), ("channel=api", ["b"]),
            ("channel=try", ["d"]), ("", ["a", "b", "c"]),
            ("basis=quoted&channel=api", ["b"]), ("q=9&basis=not_in_my_information", []),
        ])
    func filters(_ query: String, _ expected: [String]) async throws {
        try await withBots { postgres, database in
            try await talk(postgres, with: bot, ago: "1 hour", question: "a")
            try await talk(postgres, with: bot, ago: "2 hours", channel: "api", question: "b")
            try await talk(postgres, with: bot, ago: "3 hours", basis: .notInMyInformation, question: "c", answer: "Too late, sorry")
            try await talk(postgres, with: bot, ago: "4 hours", channel: "try", question: "d")
            try await talk(postgres, with: bot, ago: "5 hours", channel: "try", question: "e")
            try await postgres.query("delete from conversations where id in (select conversation_id from messages where text = 'e')")
            let found = try await database.conversations(of: bot, try filter(query), .after(nil), limit: 10).conversations
            #expect(found.map(\.question) == expected)
        }
    }

    @Test(
        "A text is found wherever it stands, in the newest and behind them, and in no other account", arguments: [nil, Database.appRole],
        [true, false])
    func search(as role: String?, indexed: Bool) async throws {
        try await withDatabase(as: role) { postgres in
            for account in [account, stranger] {
                try await postgres.query("insert into accounts (id, name) values (\(account), 'A')")
                try await postgres.query(
                    "insert into bots (id, account_id, name) values (\(account == self.account ? bot : foreign), \(account), 'Bot')")
            }
            if !indexed, role == nil { try await postgres.query("alter function search_messages security invoker") }
            try await talk(postgres, with: bot, ago: "90 days", question: "Is 100%_sure \\ a ŒUVRE?")
            try await talk(postgres, with: foreign, ago: "90 days", question: "Is 100%_sure \\ a ŒUVRE?")
            try await postgres.query(
                """
                insert into conversations (id, account_id, bot_id, channel, last_message_at)
                select gen_random_uuid(), \(account), \(bot), 'page', now() - n * interval '1 minute' from generate_series(1, 1500) n
                """)
            let database = AccountDatabase(postgres, account: account)
            for (text, isFound) in [
                ("100%25_SURE", true), ("sure+%5C+a", true), ("%C5%93uvre", true), ("100%25%25sure", false), ("suree", false),
                ("100%25_sur_", false),
            ] {
                let part = try await database.conversations(of: bot, try filter("q=\(text)"), .after(nil), limit: 10)
                #expect(part.conversations.count == (isFound ? 1 : 0) && part.next == nil, "\(text)")
            }
            // Too short for the index: some at a time.
            for (text, isFound) in [("%25_", true), ("%C5%92", true), ("zq", false)] {
                let first = try await database.conversations(of: bot, try filter("q=\(text)"), .after(nil), limit: 10)
                let next = try #require(first.next)
                let second = try await database.conversations(of: bot, try filter("q=\(text)"), .after(next), limit: 10)
                #expect(first.conversations.isEmpty && second.conversations.count == (isFound ? 1 : 0) && second.next == nil, "\(text)")
            }
        }
    }

    @Test("The search says nothing of another account, also where it is asked for one, and its role is nobody's")
    func searchOfOthers() async throws {
        try await withBots { postgres, _ in
            let found = try await talk(postgres, with: foreign, ago: "1 day", question: "A secret of theirs")
            let database = AccountDatabase(postgres, account: account)
            #expect(try await database.query("select search_messages(\(stranger), 'secret')").isEmpty)
            #expect(
                try await AccountDatabase(postgres, account: stranger).query("select search_messages(\(stranger), 'secret') as id").map {
                    try $0.get("id", as: UUID.self)
                } == [found])
            let members = try await postgres.query(
                "select from pg_auth_members m join pg_roles r on r.oid = m.roleid where r.rolname = 'frontdesk_search'")
            #expect(members.isEmpty)
        }
    }

    @Test("The search's index is made again by a database's owner who is no superuser")
    func searchOfAnOwner() async throws {
        struct RolledBack: Error {}
        try await withDatabase { postgres in
            await #expect(throws: RolledBack.self) {
                try await postgres.transaction { transaction in
                    for statement in [
                        "drop index messages_search", "create role keeper createrole", "grant frontdesk_search to keeper with admin option",
                        "alter schema public owner to keeper", "alter table messages owner to keeper",
                        "alter function make_search owner to keeper", "set local role keeper",
                    ] { try await transaction.query("\(unsafeRaw: statement)") }
                    for _ in 1...2 {
                        let isMade = try await transaction.query("select make_search() as made").first?.get("made", as: Bool.self)
                        #expect(isMade == true)
                    }
                    let index = try await transaction.query("select to_regclass('messages_search') is not null as there").first?.get(
                        "there", as: Bool.self)
                    #expect(index == true)
                    throw RolledBack()
                }
            }
        }
    }

    @Test("Old conversations go with their messages, all of them, and young ones stay")
    func retention() async throws {
        try await withBots { postgres, _ in
            try await postgres.query(
                """
                insert into conversations (id, account_id, bot_id, channel, last_message_at)
                select gen_random_uuid(), \(account), \(bot), 'page', now() - interval '31 days' from generate_series(1, 1203)
                """)
            let old = [
                try await talk(postgres, with: sibling, ago: "30 days 1 minute"), try await talk(postgres, with: foreign, ago: "90 days"),
            ]
            let young = [try await talk(postgres, with: bot, ago: "29 days"), try await talk(postgres, with: foreign, ago: "1 minute")]
            try await postgres.sweep("forget_conversations")
            let left = Set(try await postgres.query("select id from conversations").map { try $0.get("id", as: UUID.self) })
            #expect(left == Set(young) && left.isDisjoint(with: old))
            #expect(try await postgres.query("select from messages").count == 4)
        }
    }

    @Test(
        "It is done by jobs of their own accord: days are counted, and then what is old goes; nothing where it is kept for ever",
        arguments: [86_400, nil])
    func jobs(_ seconds: Int?) async throws {
        try await withBots { postgres, _ in
            try await talk(postgres, with: bot, ago: "3 days")
            let log = Logger(label: "test")
            let alarms = Alarms(postgres: postgres, mailer: try .toOutbox(postgres), admins: [], log: log)
            let housekeeping = Housekeeping(postgres: postgres, sweeps: Sweep.all(conversationSeconds: seconds), alarms: alarms, log: log)
            let worker = Worker(postgres, handlers: housekeeping.handlers, schedules: housekeeping.schedules, concurrency: 1) { _ in }
            let working = Task { await worker.run() }
            // All schedules were seen, and no job is left.
            let isDone: SQL = "select from job_schedules having count(*) = \(housekeeping.sweeps.count) and not exists (select from jobs)"
            for _ in 0..<500 where try await postgres.query(isDone).isEmpty { try await Task.sleep(for: .milliseconds(20)) }
            working.cancel()
            await working.value
            #expect(try await postgres.query("select from conversations").count == (seconds == nil ? 1 : 0))
            #expect(try await postgres.query("select from bot_days").count == 1)
        }
    }

    @Test("Idempotency keys go after a day, mails of the outbox after 30")
    func otherRetention() async throws {
        try await withBots { postgres, _ in
            for (key, age) in [("old", "25 hours"), ("young", "23 hours")] {
                try await postgres.query(
                    """
                    insert into idempotency_keys (bot_id, account_id, key, request_hash, created_at)
                    values (\(bot), \(account), \(key), '', now() - \(age)::interval)
                    """)
            }
            for age in ["31 days", "29 days"] {
                try await postgres.query(
                    "insert into outbox (recipient, subject, text, html, sent_at) values ('a', 'b', \(age), '', now() - \(age)::interval)")
            }
            try await postgres.sweep("forget_idempotency_keys")
            try await postgres.sweep("forget_mails")
            #expect(try await postgres.query("select key from idempotency_keys").map { try $0.get("key", as: String.self) } == ["young"])
            #expect(try await postgres.query("select text from outbox").map { try $0.get("text", as: String.self) } == ["29 days"])
        }
    }

    @Test("The dashboard says the same whether days were counted or not, and doesn't forget what is deleted")
    func figures() async throws {
        try await withBots { postgres, database in
            // At noon, so that the test's own time of day doesn't matter.
            for (days, basis) in [
                (0, AnswerReply.Basis.quoted), (2, .basedOn), (2, .notInMyInformation), (6, nil), (7, .quoted), (29, .quoted),
                (30, .quoted),
            ] {
                let conversation = try await talk(postgres, with: bot, ago: "0 days", basis: basis)
                let noon: SQL =
                    "update conversations set created_at = date_trunc('day', now(), 'UTC') - \(days) * interval '1 day' + case when \(days) = 0 then '0' else interval '12 hours' end where id = \(conversation)"
                try await postgres.query(noon)
                try await postgres.query("update conversations set last_message_at = created_at where id = \(conversation)")
                try await postgres.query(
                    "update messages m set created_at = c.created_at from conversations c where c.id = m.conversation_id and c.id = \(conversation)"
                )
            }
            try await talk(postgres, with: bot, ago: "0 days", channel: "try")
            try await talk(postgres, with: bot, ago: "0 days", basis: .quoted, state: "abandoned")
            try await talk(postgres, with: foreign, ago: "0 days")
            try await postgres.sweep("count_days")
            try await postgres.sweep("count_days")
            func expectFigures() async throws {
                let dashboard = try await database.dashboard()
                #expect(Set(dashboard.bots.map(\.id)) == [bot, sibling])
                let figures = try #require(dashboard.figures[bot.lowercased])
                #expect(figures.last(7) == BotFigures.Day(conversations: 5, messages: 10, answered: 2, unanswered: 1))
                #expect(figures.last(30) == BotFigures.Day(conversations: 7, messages: 14, answered: 4, unanswered: 1))
                #expect(dashboard.figures[sibling.lowercased]?.last(30) == BotFigures.Day())
            }
            try await expectFigures()
            try await postgres.query("delete from conversations where created_at < now() - interval '3 days'")
            try await postgres.sweep("count_days")
            try await expectFigures()
        }
    }

    @Test("The newest questions are this account's, at most fifty, without small talk")
    func newest() async throws {
        try await withBots { postgres, database in
            for minute in 1...60 {
                try await talk(postgres, with: minute % 2 == 0 ? bot : sibling, ago: "\(minute) minutes", question: "Q\(minute)")
            }
            try await talk(postgres, with: bot, ago: "0 minutes", basis: nil, question: "Hello")
            try await talk(postgres, with: foreign, ago: "0 minutes", question: "Foreign")
            let newest = try await database.dashboard().newest
            #expect(newest.map(\.question) == (1...50).map { "Q\($0)" })
            #expect(newest.map(\.botID).prefix(2) == [sibling.lowercased, bot.lowercased])
        }
    }
}

@Suite("What conversations are asked for by")
struct ConversationFilterTests {
    @Test(
        "A day is one that exists",
        arguments: [
            ("2026-11-21", true), ("2024-02-29", true), ("2000-02-29", true), ("9999-12-31", true), ("0001-01-01", true),
            ("2026-02-29", false), ("1900-02-29", false),
            ("2026-04-31", false), ("2026-13-01", false), ("2026-00-10", false), ("2026-01-00", false), ("0000-01-01", false),
            ("26-01-01", false),
            ("2026-1-1", false), ("2026-11-21 ", false), ("٢٠٢٦-١١-٢١", false), ("infinity", false), ("", false), ("2026--1-1", false),
            ("+026-01-01", false),
        ])
    func days(_ text: String, _ exists: Bool) {
        #expect((CalendarDay(text) != nil) == exists)
    }

    @Test("A cursor comes back as it was given out")
    func cursor() throws {
        let cursor = ConversationCursor(microseconds: 1_763_719_459_123_456, id: UUID())
        #expect(try ConversationCursor(cursor.text) == cursor)
    }

    @Test("What was asked for stands in the way on, escaped")
    func query() throws {
        let filter = try ConversationFilter(Form(parsing: "q=a%26b+%C3%A4%0A&channel=api&from=&basis=+"))
        #expect(filter.query == "channel=api&q=a%26b%20%c3%a4")
        #expect(filter.values == ["q": "a&b ä", "channel": "api"])
    }
}
