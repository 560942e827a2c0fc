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
        for text in [
            "", "A", String(repeating: "A", count: 21), String(repeating: "A", count: 23), String(repeating: "é", count: 11),
            "AAAAAAAAAAAAAAAAAAAAA/",
        ] {
            #expect(ChatSession(ofPage: text) == nil)
        }
    }

    @Test("A program's own is long and random")
    func given() throws {
        for text in [UUID().uuidString, ChatSession().text, "0f3a9c5e7b1d2468ace013579bdf2468", String(repeating: "abcdefgh", count: 16)] {
            #expect(try ChatSession(given: text).text == text)
        }
        let refused = [
            "1", "x", "customer-7", "a\nb", "a\u{0}", "ada@shop.example-0123456789", String(repeating: "x", count: 22),
            "12121212121212121212121212",
            String(repeating: "abcdefgh", count: 17), "0f3a9c5e7b1d2468ace01", "ä0f3a9c5e7b1d2468ace0135",
        ]
        for text in [nil, ""] + refused as [String?] {
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
