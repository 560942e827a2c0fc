import FoundationEssentials
import Testing

@testable import App

@Suite("A visitor's secret")
struct ChatSessionTests {
    private let bot = Bot(id: UUID(), account: UUID(), name: "A"), other = Bot(id: UUID(), account: UUID(), name: "B")

    @Test("Ours has 128 random bits and is known again")
    func ours() {
        let texts = (0..<500).map { _ in ChatSession().text }
        #expect(Set(texts).count == 500 && texts.allSatisfy { ChatSession(ofPage: $0)?.text == $0 })
        for text in ["", "A", String(repeating: "A", count: 21), String(repeating: "A", count: 23), String(repeating: "é", count: 11), "AAAAAAAAAAAAAAAAAAAAA/"] {
            #expect(ChatSession(ofPage: text) == nil)
        }
    }

    @Test("A program's own may be any text of a line")
    func given() throws {
        #expect(try ChatSession(given: "x").text == "x")
        for text in [nil, "", "a\nb", "a\u{0}", String(repeating: "x", count: 129)] as [String?] {
            #expect(throws: Failure.self) { try ChatSession(given: text) }
        }
    }

    @Test("It names one conversation of one bot")
    func conversation() throws {
        let session = ChatSession()
        #expect(session.conversation(with: bot) == session.conversation(with: bot))
        #expect(session.conversation(with: bot) != session.conversation(with: other))
        #expect(session.conversation(with: bot) != ChatSession().conversation(with: bot))
    }
}
