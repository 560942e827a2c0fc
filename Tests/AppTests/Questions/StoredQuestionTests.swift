import FoundationEssentials
import Postgres
import Testing

@testable import App

@Suite("Questions without an answer, as stored", .serialized)
struct StoredQuestionTests {
    private let account = UUID()
    private let bot = UUID()

    private func withBot(_ body: (Postgres, AccountDatabase) async throws -> Void) async throws {
        try await withDatabase { postgres in
            try await postgres.query("insert into accounts (id, name) values (\(account), 'A')")
            try await postgres.query("insert into bots (id, account_id, name) values (\(bot), \(account), 'B')")
            try await body(postgres, AccountDatabase(postgres, account: account))
        }
    }

    /// What a channel stores of a declined question.
    private func ask(
        _ text: String, daysAgo: Int = 0, channel: String = "widget", basis: String = "not_in_my_information", _ postgres: Postgres
    ) async throws -> UUID {
        let (conversation, question) = (UUID(), UUID())
        try await postgres.query(
            """
            insert into conversations (id, account_id, bot_id, channel, last_message_at)
            values (\(conversation), \(account), \(bot), \(channel), now() - \(daysAgo) * interval '1 day')
            """)
        try await postgres.query(
            "insert into messages (id, account_id, conversation_id, role, text, state) values (\(question), \(account), \(conversation), 'visitor', \(text), 'answered')"
        )
        try await postgres.query(
            """
            insert into messages (id, account_id, conversation_id, role, text, state, basis, reply_to)
            values (\(UUID()), \(account), \(conversation), 'bot', 'Sorry', 'answered', \(basis), \(question))
            """)
        return conversation
    }

    @Test("A conversation that is removed for its age leaves its question behind, for as long as it takes")
    func age() async throws {
        try await withBot { postgres, database in
            _ = try await ask("Do you sell kayaks?", daysAgo: 40, postgres)
            try await postgres.sweep("forget_conversations")
            #expect(try await postgres.query("select from conversations").isEmpty)
            try await database.groupQuestions(of: bot)
            try await postgres.sweep("forget_question_groups")
            let groups = try await database.questionGroups(of: bot, .open)
            #expect(groups.map(\.question) == ["Do you sell kayaks?"] && groups[0].askers == 1)
        }
    }

    @Test("A conversation that is erased takes its words along, whether they were grouped or not")
    func erased() async throws {
        try await withBot { postgres, database in
            let first = try await ask("I am Anna, do you sell kayaks?", postgres)
            try await database.groupQuestions(of: bot)
            let second = try await ask("I am Anna, is there wifi?", postgres)
            for conversation in [first, second] { try await database.deleteConversation(conversation, of: bot) }
            #expect(try await postgres.query("select from questions").isEmpty)
            #expect(try await database.questionGroups(of: bot, .open).isEmpty)
        }
    }

    @Test("Answered questions, trials, and bots that are everybody's leave none")
    func none() async throws {
        try await withBot { postgres, _ in
            _ = try await ask("When do you open?", basis: "quoted", postgres)
            _ = try await ask("Do you sell kayaks?", channel: "try", postgres)
            try await postgres.query("update bots set public_key = 'fd_demo_test' where id = \(bot)")
            _ = try await ask("Do you sell kayaks?", postgres)
            #expect(try await postgres.query("select from questions").isEmpty)
        }
    }

    @Test("Two processes that group at once make one group of what is alike")
    func atOnce() async throws {
        try await withBot { postgres, database in
            for _ in 0..<20 { _ = try await ask("Do you sell kayaks?", postgres) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 { group.addTask { try await database.groupQuestions(of: bot) } }
                try await group.waitForAll()
            }
            #expect(try await database.questionGroups(of: bot, .open).map(\.askers) == [20])
        }
    }
}
