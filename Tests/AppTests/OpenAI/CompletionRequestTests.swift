import FoundationEssentials
import Testing

@testable import App

@Suite("Questions in OpenAI's shape")
struct CompletionRequestTests {
    private let bot = Bot(id: UUID(), account: UUID(), name: "Bakery")

    private func read(_ json: String, _ bot: Bot? = nil) throws -> CompletionRequest {
        guard case .object(let members) = try JSON(parsing: Array(json.utf8)) else { throw JSONError.malformed(offset: 0) }
        return try CompletionRequest(members, to: bot ?? self.bot)
    }

    private func asking(_ messages: String, _ more: String = "") throws -> CompletionRequest {
        try read(#"{"model":"frontdesk","messages":["# + messages + "]" + more + "}")
    }

    private let question = #"{"role":"user","content":"When do you open?"}"#

    @Test("The last message is the question, and pairs before it are turns")
    func turns() throws {
        let request = try asking(
            #"{"role":"system","content":"x"},{"role":"user","content":"unanswered"},{"role":"user","content":"a"},{"role":"assistant","content":"b"},"#
                + #"{"role":"assistant","content":"more"},{"role":"tool","content":"t"},"# + question)
        #expect(request.question == "When do you open?")
        #expect(request.previous.map(\.question) == ["a"] && request.previous.map(\.answer) == ["b"])
    }

    @Test("An assistant's message without content, which called a tool, is no answer")
    func empty() throws {
        #expect(
            try asking(#"{"role":"user","content":"a"},{"role":"assistant","content":null,"tool_calls":[]},"# + question).previous.isEmpty)
        #expect(try asking(#"{"role":"user","content":"a"},{"role":"assistant"},"# + question).previous.isEmpty)
    }

    @Test("Where neither history nor a conversation is named, it is a new conversation without a past")
    func fresh() throws {
        let incoming = try asking(question).incoming()
        #expect(incoming.place == .newConversation && incoming.channel == .api && !incoming.isWatched && incoming.idempotencyKey == nil)
    }

    @Test("A conversation that is named goes on from what we have stored, unless its history is sent along")
    func named() throws {
        let id = UUID()
        let more = #","metadata":{"conversation_id":"\#(id.lowercased)"}"#
        let bare = try asking(question, more).incoming()
        #expect(bare.place == .conversation(id) && bare.previous == nil)
        let whole = try asking(#"{"role":"user","content":"a"},{"role":"assistant","content":"b"},"# + question, more).incoming()
        #expect(whole.place == .conversation(id) && whole.previous?.count == 1)
    }

    @Test("A visitor's conversation is told by who they are and how it began, for each bot")
    func visitor() throws {
        let user = #","user":"anna""#
        let first = try asking(question, user).incoming()
        let second = try asking(question + #",{"role":"assistant","content":"At 9."},{"role":"user","content":"And on Sundays?"}"#, user)
            .incoming()
        #expect(first.place == second.place && first.visitor == "anna" && first.previous?.isEmpty == true)
        let others = [
            try asking(question, #","user":"bert""#), try asking(#"{"role":"user","content":"Where are you?"}"#, user),
            try read(#"{"model":"frontdesk","messages":["# + question + "]" + user + "}", Bot(id: UUID(), account: UUID(), name: "Other")),
        ].map { $0.incoming().place }
        #expect(others.allSatisfy { $0 != first.place } && first.place.conversation?.lowercased.dropFirst(14).first == "8")
    }

    @Test("A visitor's name is shortened for storing, and told apart whole")
    func longName() throws {
        let name = String(repeating: "ä", count: 300)
        let (one, other) = (try asking(question, #","user":"\#(name)1""#), try asking(question, #","user":"\#(name)2""#))
        #expect(one.visitor.count == CompletionRequest.maximumVisitorLength && one.place != other.place)
    }

    @Test("The bot's id, in any case, is a model's name too")
    func model() throws {
        for name in [bot.id.lowercased, bot.id.uuidString] {
            #expect(try read(#"{"model":"\#(name)","messages":[\#(question)]}"#).model == name)
        }
    }
}
