import FoundationEssentials
import Logging
import Postgres
import Testing

@testable import App

@Suite("An account's own keys of providers, as stored", .timeLimit(.minutes(2)))
struct StoredCredentialTests {
    private static let oldKey = [UInt8](repeating: 1, count: 32)
    private static let newKey = [UInt8](repeating: 2, count: 32)
    private let key = "sk-0123456789abcdef"
    private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func withAccounts(_ body: (Postgres, AccountDatabase, AccountDatabase) async throws -> Void) async throws {
        try await withDatabase { postgres in
            let accounts = [UUID(), UUID()]
            for account in accounts { try await postgres.query("insert into accounts (id, name) values (\(account), 'A')") }
            try await body(postgres, AccountDatabase(postgres, account: accounts[0]), AccountDatabase(postgres, account: accounts[1]))
        }
    }

    private func openai() -> Credential { Credential(.openai, baseURL: "https://api.openai.com/v1", key: key) }

    @Test("What is saved comes back, and is nowhere in clear")
    func saved() async throws {
        let secrets = try Secrets(keys: [Self.newKey])
        try await withAccounts { postgres, database, _ in
            try await database.save(openai(), secrets)
            try await database.save(Credential(.compatible, baseURL: "https://models.example.com/v1", key: ""), secrets)
            let stored = try await database.credentials()
            #expect(stored.map(\.provider) == [.openai, .compatible] && stored.map(\.hint) == ["cdef", ""])
            #expect(stored.map(\.baseURL) == [nil, "https://models.example.com/v1"])
            let opened = try stored.map { try $0.opened(secrets, .publicOnly) }
            #expect(opened.map(\.?.key) == [key, ""] && opened.first??.baseURL == "https://api.openai.com/v1")
            let row = try await postgres.query(
                "select provider_credentials::text as all from provider_credentials where provider = 'openai'"
            ).first
            let text = try row?.get("all", as: String.self) ?? ""
            let hexadecimal = key.utf8.map { String($0, radix: 16) }.joined()
            #expect(text.contains("cdef") && !text.contains(key) && !text.contains(hexadecimal))
        }
    }

    @Test("A newer key of a provider takes the place of the older")
    func replaced() async throws {
        let secrets = try Secrets(keys: [Self.newKey])
        try await withAccounts { _, database, _ in
            for number in 1...3 {
                try await database.save(Credential(.groq, baseURL: "https://g.example", key: "key-number-\(number)"), secrets)
            }
            let opened = try await database.credentials().map { try $0.opened(secrets, .publicOnly)?.key }
            #expect(opened == ["key-number-3"])
        }
    }

    @Test("Saved by many at once, there is one, and it can be opened")
    func concurrent() async throws {
        let secrets = try Secrets(keys: [Self.newKey])
        try await withAccounts { _, database, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        try await database.save(Credential(.groq, baseURL: "https://g.example", key: "key-\(number)"), secrets)
                    }
                }
                try await group.waitForAll()
            }
            let opened = try await database.credentials().map { try $0.opened(secrets, .publicOnly)?.key }
            #expect(opened.count == 1 && opened.first??.hasPrefix("key-") == true)
        }
    }

    @Test("Another account neither sees nor deletes it")
    func tenants() async throws {
        let secrets = try Secrets(keys: [Self.newKey])
        try await withAccounts { _, database, other in
            try await database.save(openai(), secrets)
            let id = try #require(try await database.credentials().first?.id)
            #expect(try await other.credentials().isEmpty)
            await #expect(throws: Failure.self) { try await other.deleteCredential(id) }
            #expect(try await database.credentials().count == 1)
            try await database.deleteCredential(id)
            #expect(try await database.credentials().isEmpty)
            await #expect(throws: Failure.self) { try await database.deleteCredential(id) }
        }
    }

    @Test("Put into another row, it can't be opened")
    func moved() async throws {
        let secrets = try Secrets(keys: [Self.newKey])
        try await withAccounts { postgres, database, other in
            try await database.save(openai(), secrets)
            try await other.save(Credential(.openai, baseURL: "https://api.openai.com/v1", key: "other"), secrets)
            try await postgres.query(
                "update provider_credentials set secret = (select secret from provider_credentials where account_id = \(database.account))")
            let stolen = try #require(try await other.credentials().first)
            #expect(throws: SealingProblem.notGenuine) { try stolen.opened(secrets, .publicOnly) }
        }
    }

    @Test("A change counts at once for each of the account's bots, and for no other's")
    func counts() async throws {
        let secrets = try Secrets(keys: [Self.newKey])
        try await withAccounts { postgres, database, other in
            for account in [database.account, other.account] {
                try await postgres.query("insert into bots (id, account_id, name) values (\(UUID()), \(account), 'B')")
            }
            try await database.save(openai(), secrets)
            let versions = try await postgres.query("select version from bots order by account_id = \(database.account) desc").map {
                try $0.get("version", as: Int.self)
            }
            #expect(versions == [2, 1])
        }
    }

    @Test("With a new key in front, all are encrypted anew; then the old one may go")
    func rotation() async throws {
        let (old, both, new) = (
            try Secrets(keys: [Self.oldKey]), try Secrets(keys: [Self.newKey, Self.oldKey]), try Secrets(keys: [Self.newKey])
        )
        try await withAccounts { postgres, database, other in
            try await database.save(openai(), old)
            try await other.save(Credential(.groq, baseURL: "https://g.example", key: "other-key"), old)
            try await other.save(Credential(.anthropic, baseURL: "https://api.anthropic.com", key: "new-key"), both)
            #expect(try await postgres.renewCredentials(both, log: log) == (renewed: 2, lost: 0))
            #expect(try await postgres.renewCredentials(both, log: log) == (renewed: 0, lost: 0))
            #expect(try await database.credentials().map { try $0.opened(new, .publicOnly)?.key } == [key])
            #expect(try await other.credentials().map { try $0.opened(new, .publicOnly)?.key } == ["other-key", "new-key"])
        }
    }

    @Test("One whose key is gone is counted, stays as it is, and holds up no other")
    func lost() async throws {
        let (old, new) = (try Secrets(keys: [Self.oldKey]), try Secrets(keys: [Self.newKey]))
        let third = try Secrets(keys: [[UInt8](repeating: 3, count: 32)])
        try await withAccounts { postgres, database, other in
            try await database.save(openai(), third)
            try await other.save(openai(), old)
            #expect(try await postgres.renewCredentials(Secrets(keys: [Self.newKey, Self.oldKey]), log: log) == (renewed: 1, lost: 1))
            #expect(try await other.credentials().first?.opened(new, .publicOnly)?.key == key)
            #expect(try await database.credentials().first?.opened(third, .publicOnly)?.key == key)
        }
    }
}
