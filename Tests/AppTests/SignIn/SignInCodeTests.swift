import FoundationEssentials
import Postgres
import Testing

@testable import App

@Suite("Codes for signing in", .serialized)
struct SignInCodeTests {
    private let email: EmailAddress
    private let secrets: Secrets
    private let browser = CodeAsker.browser(Token())

    init() throws {
        email = try EmailAddress("mia@desk.example")
        secrets = try Secrets(keys: [[UInt8](repeating: 7, count: Secrets.keyBytes)])
    }

    private func keep(_ code: SignInCode, in postgres: Postgres, asker: CodeAsker? = nil) async throws {
        try await postgres.transaction { try await $0.keep(code.hash(for: email, secrets), for: email, asker: asker ?? browser) }
    }

    private func attempt(_ code: SignInCode, in postgres: Postgres, asker: CodeAsker? = nil) async throws -> SignInCode.Attempt {
        try await postgres.transaction {
            try await $0.attempt(code.hashes(for: email, secrets), of: email, asker: asker ?? browser)
        }
    }

    private func share(in postgres: Postgres, with asker: CodeAsker) async throws -> Bool {
        try await postgres.transaction { try await $0.share(codeOf: email, with: asker) }
    }

    @Test("The right code works once; where there is none, none is wrong")
    func once() async throws {
        try await withDatabase { postgres in
            let code = SignInCode()
            #expect(try await attempt(code, in: postgres) == .unasked)
            try await keep(code, in: postgres)
            #expect(try await attempt(code, in: postgres) == .right)
            #expect(try await attempt(code, in: postgres) == .unasked)
        }
    }

    @Test("After five wrong codes, the right one doesn't help")
    func burned() async throws {
        try await withDatabase { postgres in
            let code = SignInCode()
            try await keep(code, in: postgres)
            for _ in 0..<SignInCode.tries { #expect(try await attempt(SignInCode(), in: postgres) == .wrong) }
            #expect(try await attempt(code, in: postgres) == .wrong)
        }
    }

    @Test("Of many wrong codes that come at once, no more are looked at than there are tries")
    func parallelGuesses() async throws {
        try await withDatabase { postgres in
            try await keep(SignInCode(), in: postgres)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<30 { group.addTask { _ = try await attempt(SignInCode(), in: postgres) } }
                try await group.waitForAll()
            }
            #expect(try await postgres.query("select tries_left from sign_in_askers").first?.get("tries_left", as: Int.self) == 0)
        }
    }

    @Test("Of many who come with the right code at once, one gets in")
    func parallel() async throws {
        try await withDatabase { postgres in
            let code = SignInCode()
            try await keep(code, in: postgres)
            let right = try await withThrowingTaskGroup(of: SignInCode.Attempt.self) { group in
                for _ in 0..<30 { group.addTask { try await attempt(code, in: postgres) } }
                return try await group.reduce(into: 0) { $0 += $1 == .right ? 1 : 0 }
            }
            #expect(right == 1)
        }
    }

    @Test("Another browser's code, an older one and one that has run out are wrong, and another browser uses up no try")
    func others() async throws {
        try await withDatabase { postgres in
            let (older, newer) = (SignInCode(), SignInCode())
            try await keep(older, in: postgres)
            try await keep(newer, in: postgres)
            for _ in 0..<SignInCode.tries { #expect(try await attempt(newer, in: postgres, asker: .browser(Token())) == .wrong) }
            #expect(try await attempt(older, in: postgres) == .wrong)
            try await postgres.query("update sign_in_codes set expires_at = now() - interval '25 hours'")
            #expect(try await attempt(newer, in: postgres) == .wrong)
            try await postgres.query("update sign_in_codes set expires_at = now() + interval '1 second'")
            #expect(try await attempt(newer, in: postgres) == .right)
        }
    }

    @Test("Several may wait: what somebody else asks for and enters leaves a code as it is, with all its tries")
    func strangers() async throws {
        try await withDatabase { postgres in
            let (own, stranger) = (SignInCode(), CodeAsker.programs(in: "192.0.2"))
            try await keep(own, in: postgres)
            try await keep(SignInCode(), in: postgres, asker: stranger)
            for _ in 0..<50 { _ = try await attempt(SignInCode(), in: postgres, asker: stranger) }
            for _ in 1..<SignInCode.tries { #expect(try await attempt(SignInCode(), in: postgres) == .wrong) }
            #expect(try await attempt(own, in: postgres) == .right)
        }
    }

    @Test("A code that was mailed can be shared: each who asks has tries of their own, and one gets in")
    func shared() async throws {
        try await withDatabase { postgres in
            let (code, others) = (SignInCode(), (0..<20).map { _ in CodeAsker.browser(Token()) })
            #expect(try await !share(in: postgres, with: browser), "there is none")
            try await keep(code, in: postgres, asker: others[0])
            #expect(try await share(in: postgres, with: browser))
            for _ in 0..<SignInCode.tries { #expect(try await attempt(SignInCode(), in: postgres, asker: others[0]) == .wrong) }
            #expect(try await share(in: postgres, with: others[0]))
            #expect(try await attempt(code, in: postgres, asker: others[0]) == .wrong, "asking again gives no new tries")
            for other in others.dropFirst() { #expect(try await share(in: postgres, with: other)) }
            let right = try await withThrowingTaskGroup(of: SignInCode.Attempt.self) { group in
                for asker in others + [browser] { group.addTask { try await attempt(code, in: postgres, asker: asker) } }
                return try await group.reduce(into: 0) { $0 += $1 == .right ? 1 : 0 }
            }
            #expect(right == 1)
        }
    }

    @Test("A code that ends soon isn't shared, and what has run out is forgotten with who could enter it")
    func old() async throws {
        try await withDatabase { postgres in
            try await keep(SignInCode(), in: postgres)
            try await postgres.query("update sign_in_codes set expires_at = now() + interval '4 minutes'")
            #expect(try await !share(in: postgres, with: .browser(Token())))
            try await postgres.query("update sign_in_codes set expires_at = now() - interval '25 hours'")
            try await postgres.sweep("forget_codes")
            try await postgres.sweep("forget_askers")
            #expect(try await postgres.query("select from sign_in_codes").isEmpty)
            #expect(try await postgres.query("select from sign_in_askers").isEmpty)
        }
    }

    @Test("A code is read as people type it", arguments: ["abcd2345", "ABCD 2345", " abcd-2345 ", "a b c d 2 3 4 5"])
    func typed(_ text: String) { #expect(SignInCode(typed: text)?.text == "ABCD2345") }

    @Test(
        "What can't be a code isn't one",
        arguments: ["", "ABCD234", "ABCD23456", "ABCD2340", "ABCD234O", "ÄBCD2345", "ABCD\u{0}345", "１２３４５６７８"])
    func notACode(_ text: String) { #expect(SignInCode(typed: text) == nil) }
}
