import Foundation
import Testing

@testable import App

@Suite("Passes to signed visitors' chats")
struct ChatPassTests {
    private let chat = UUID()
    private let other = UUID()
    private let secrets = ["first", "second"]

    private func pass(to conversation: UUID, of visitor: String = "ada", end: Int = 1_000, secret: String = "second") throws -> ChatPass {
        let given = ChatPass(
            VisitorToken.Proof(visitor: SignedVisitor(id: visitor, name: "Ada"), secret: secret, end: end), to: conversation)
        return try #require(ChatPass(given.text[...]))
    }

    private func opens(_ pass: ChatPass, now: Int = 999) -> Bool { pass.opens(chat, of: "ada", signedWith: secrets, now: now) }

    @Test("A pass opens its chat to its visitor until it ends, and while its secret is there")
    func opens() throws {
        #expect(try opens(pass(to: chat)))
        #expect(try !opens(pass(to: chat), now: 1_000))
        #expect(try !opens(pass(to: other)))
        #expect(try !opens(pass(to: chat, of: "eve")))
        #expect(try !opens(pass(to: chat, secret: "third")))
    }

    @Test("None of 10,000 other passes opens it, whatever bytes they have")
    func guesses() throws {
        for number in 0..<10_000 {
            let guess = try pass(to: chat, secret: "guess \(number)")
            #expect(!opens(guess))
        }
    }

    @Test(
        "A part of a signature, a longer one, and another end are no pass", arguments: ["1000.", "1000.AAAA", "01000.", "1000", "-1.", ""])
    func malformed(text: String) throws {
        #expect(ChatPass(text[...]) == nil)
        let signature = try #require(try pass(to: chat).text.split(separator: ".").last)
        #expect(ChatPass("1000.\(signature.dropLast(4))") == nil && ChatPass("1000.\(signature)AAAA") == nil)
        #expect(!opens(try #require(ChatPass("2000.\(signature)"))))
    }
}
