import FoundationEssentials
import Postgres
import Templates
import Testing

@testable import App

@Suite("Messages in the database", .serialized)
struct MessageTests {
    private let mine = Bot(id: UUID(), account: UUID(), name: "Mine", contactLine: "", version: 1)
    private let sibling = Bot(id: UUID(), account: UUID(), name: "Sibling", contactLine: "", version: 1)
    private let foreign = Bot(id: UUID(), account: UUID(), name: "Foreign", contactLine: "", version: 1)

    /// With three bots, of which the first two are one account's.
    private func withBots(_ body: (Postgres, Bot, [Bot]) async throws -> Void) async throws {
        try await withDatabase { postgres in
            let sibling = Bot(id: sibling.id, account: mine.account, name: sibling.name, contactLine: "", version: 1)
            for account in [mine.account, foreign.account] {
                try await postgres.query("insert into accounts (id, name) values (\(account), 'A')")
            }
            for bot in [mine, sibling, foreign] {
                try await postgres.query("insert into bots (id, account_id, name) values (\(bot.id), \(bot.account), \(bot.name))")
            }
            // Neither the right bot with a wrong account, nor the other way round, may see anything.
            let mixed = [
                Bot(id: mine.id, account: foreign.account, name: "", contactLine: "", version: 1),
                Bot(id: foreign.id, account: mine.account, name: "", contactLine: "", version: 1),
            ]
            try await body(postgres, mine, [sibling, foreign] + mixed)
        }
    }

    @discardableResult
    private func answered(
        _ question: String, _ answer: String, in conversation: UUID, _ bot: Bot, _ postgres: Postgres, _ outcome: Outcome = Outcome()
    ) async throws -> LiveAnswer {
        let live = LiveAnswer(conversation: conversation)
        try await postgres.open(live, Incoming(question: question, channel: .api, isWatched: false), with: bot, turns: 5)
        live.append(answer)
        try await postgres.close(live, outcome, of: bot)
        return live
    }

    /// What a further question in this conversation is understood with.
    private func turns(of conversation: UUID, _ bot: Bot, _ postgres: Postgres, limit: Int = 5) async throws -> [Asked.Turn] {
        let incoming = Incoming(question: "And then?", place: .conversation(conversation), channel: .api, isWatched: false)
        return try await postgres.open(LiveAnswer(conversation: conversation), incoming, with: bot, turns: limit)
    }

    @Test("A question is pending until its answer is stored, with all that belongs to it")
    func openAndClose() async throws {
        try await withBots { postgres, bot, _ in
            let live = LiveAnswer(conversation: UUID())
            try await postgres.open(
                live, Incoming(question: "When?\n'; drop table messages; --", channel: .page, isWatched: false), with: bot, turns: 5)
            let pending = try #require(try await postgres.message(live.id, of: bot))
            #expect(!pending.isFinished && pending.reply == nil && pending.text.isEmpty && pending.conversation == live.conversation)
            #expect(pending.question == "When?\n'; drop table messages; --")
            live.append("At 9 [1]. “ä😀”\n")
            let citation = AnswerReply.Citation(number: 1, title: "Hours \"x\"", quote: "We\nopen\\ at 9 😀", sourceID: "7", url: nil)
            let outcome = Outcome(
                basis: .basedOn, citations: [citation], usage: .init(inputTokens: 12, outputTokens: 3), provider: .openai, model: "x")
            try await postgres.close(live, outcome, of: bot)
            let reply = try #require(try await postgres.message(live.id, of: bot)?.reply)
            #expect(
                reply.answer == "At 9 [1]. “ä😀”\n" && reply.basis == .basedOn && reply.usage.inputTokens == 12
                    && reply.usage.outputTokens == 3)
            #expect(reply.messageID == live.id.lowercased && reply.conversationID == live.conversation.lowercased)
            let stored = try #require(reply.citations.first)
            #expect(
                reply.citations.count == 1 && stored.number == 1 && stored.title == "Hours \"x\"" && stored.quote == "We\nopen\\ at 9 😀")
            #expect(stored.sourceID == "7" && stored.url == nil)
        }
    }

    @Test("Small talk rests on nothing, and stays so")
    func smallTalk() async throws {
        try await withBots { postgres, bot, _ in
            let live = try await answered("Hello", "Hello!", in: UUID(), bot, postgres, Outcome(basis: nil))
            let reply = try #require(try await postgres.message(live.id, of: bot)?.reply)
            #expect(reply.isSmallTalk && reply.basis == .notInMyInformation)
        }
    }

    @Test("The first end counts")
    func closedTwice() async throws {
        try await withBots { postgres, bot, _ in
            let live = try await answered("When?", "At 9.", in: UUID(), bot, postgres, Outcome(basis: .quoted))
            live.append(" Or so.")
            try await postgres.close(live, .failed, of: bot)
            let message = try #require(try await postgres.message(live.id, of: bot))
            #expect(message.outcome.state == .answered && message.text == "At 9." && message.outcome.basis == .quoted)
        }
    }

    @Test("No other bot sees, continues or ends it, of the same account or another")
    func otherBots() async throws {
        try await withBots { postgres, bot, others in
            let live = LiveAnswer(conversation: UUID())
            try await postgres.open(live, Incoming(question: "When?", channel: .api, isWatched: false), with: bot, turns: 5)
            for other in others {
                #expect(try await postgres.message(live.id, of: other) == nil)
                #expect(await failure { _ = try await turns(of: live.conversation, other, postgres) }?.status == .notFound)
                await #expect(throws: (any Error).self) {
                    try await postgres.open(
                        LiveAnswer(conversation: live.conversation), Incoming(question: "Mine now", channel: .api, isWatched: false),
                        with: other, turns: 5)
                }
            }
            for other in others where other.account != bot.account {
                try await postgres.close(live, Outcome(), of: other)
                #expect(try await postgres.message(live.id, of: bot)?.isFinished == false)
            }
            #expect(try await postgres.message(UUID(), of: bot) == nil)
            #expect(try await postgres.query("select from messages").count == 2)
        }
    }

    @Test("A conversation's turns are what was asked and answered, oldest first, the newest five")
    func turns() async throws {
        try await withBots { postgres, bot, _ in
            let conversation = UUID()
            for number in 1...7 { try await answered("Q\(number)", "A\(number)", in: conversation, bot, postgres) }
            try await answered("Q8", "never", in: conversation, bot, postgres, .failed)
            try await answered("Q9", "half", in: conversation, bot, postgres, .abandoned)
            try await postgres.open(
                LiveAnswer(conversation: conversation), Incoming(question: "Q10", channel: .api, isWatched: false), with: bot, turns: 5)
            try await answered("Elsewhere", "A", in: UUID(), bot, postgres)
            let turns = try await turns(of: conversation, bot, postgres)
            #expect(turns.map(\.question) == ["Q3", "Q4", "Q5", "Q6", "Q7"])
            #expect(turns.map(\.answer) == ["A3", "A4", "A5", "A6", "A7"])
        }
    }

    @Test("A conversation in which nothing is answered yet has no turns; one that doesn't exist is none")
    func noTurns() async throws {
        try await withBots { postgres, bot, _ in
            let conversation = UUID()
            for number in 1...3 {
                try await postgres.open(
                    LiveAnswer(conversation: conversation), Incoming(question: "Q\(number)", channel: .api, isWatched: false), with: bot,
                    turns: 5)
            }
            #expect(try await turns(of: conversation, bot, postgres).isEmpty)
            #expect(await failure { _ = try await turns(of: UUID(), bot, postgres) }?.status == .notFound)
            #expect(try await postgres.query("select from conversations").count == 1)
        }
    }

    @Test(
        "Of a conversation's turns, as many are remembered as asked for; with none it is still known",
        arguments: [(0, []), (1, ["Q3"]), (2, ["Q2", "Q3"]), (9, ["Q1", "Q2", "Q3"])])
    func limitedTurns(_ limit: Int, _ questions: [String]) async throws {
        try await withBots { postgres, bot, others in
            let conversation = UUID()
            for number in 1...3 { try await answered("Q\(number)", "A\(number)", in: conversation, bot, postgres) }
            #expect(try await turns(of: conversation, bot, postgres, limit: limit).map(\.question) == questions)
            #expect(await failure { _ = try await turns(of: UUID(), bot, postgres, limit: limit) }?.status == .notFound)
            for other in others {
                #expect(await failure { _ = try await turns(of: conversation, other, postgres, limit: limit) }?.status == .notFound)
            }
        }
    }

    @Test("When its first and its last word came is stored; where there was no word, only how long it took", arguments: ["At 9.", ""])
    func timing(_ text: String) async throws {
        try await withBots { postgres, bot, _ in
            let live = try await answered("When?", text, in: UUID(), bot, postgres)
            let row = try #require(try await postgres.query("select first_word_ms, total_ms from messages where id = \(live.id)").first)
            let first = try row.get("first_word_ms", as: Int?.self)
            let total = try row.get("total_ms", as: Int.self)
            #expect((first == nil) == text.isEmpty && (0...total).contains(first ?? 0))
        }
    }

    @Test("An answer that is pending for too long has lost its process: it reads as failed")
    func lost() async throws {
        try await withBots { postgres, bot, _ in
            let (old, young) = (LiveAnswer(conversation: UUID()), LiveAnswer(conversation: UUID()))
            for live in [old, young] {
                try await postgres.open(live, Incoming(question: "When?", channel: .api, isWatched: false), with: bot, turns: 5)
            }
            func age(_ live: LiveAnswer, by seconds: Int) async throws {
                try await postgres.query("update messages set created_at = now() - \(seconds) * interval '1 second' where id = \(live.id)")
            }
            try await age(old, by: Message.longestAnswerSeconds + 1)
            try await age(young, by: Message.longestAnswerSeconds - 60)
            let message = try #require(try await postgres.message(old.id, of: bot))
            #expect(message.isFinished && message.outcome.state == .failed && message.reply == nil)
            #expect(try await postgres.message(young.id, of: bot)?.isFinished == false)
            old.append("Late.")
            try await postgres.close(old, Outcome(), of: bot)
            #expect(try await postgres.message(old.id, of: bot)?.reply?.answer == "Late.")
        }
    }

    @Test("What there was of an answer that was abandoned is kept, and shown if it is something", arguments: [("At", true), ("", false)])
    func abandoned(_ text: String, _ isShown: Bool) async throws {
        try await withBots { postgres, bot, _ in
            let live = try await answered("When?", text, in: UUID(), bot, postgres, .abandoned)
            let message = try #require(try await postgres.message(live.id, of: bot))
            #expect(message.isFinished && (message.reply != nil) == isShown)
        }
    }
}
