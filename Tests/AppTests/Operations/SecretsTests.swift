import FoundationEssentials
import Glibc
import Testing

@testable import App

@Suite("The server's own keys")
struct SecretsTests {
    private static let old = [UInt8](repeating: 1, count: 32)
    private static let new = [UInt8](repeating: 2, count: 32)

    @Test(
        "A key has 32 bytes, and there is one",
        arguments: [[], [[]], [[UInt8](repeating: 1, count: 31)], [new, [UInt8](repeating: 1, count: 33)]] as [[[UInt8]]])
    func wrongKeys(_ keys: [[UInt8]]) {
        #expect { try Secrets(keys: keys) } throws: { "\($0)".contains("SECRET_KEYS") }
    }

    @Test("A hash is the same for the same label and text, and another for any other")
    func mac() throws {
        let secrets = try Secrets(keys: [Self.new])
        #expect(secrets.mac("code", "a") == secrets.mac("code", "a") && secrets.mac("code", "a").count == 32)
        let others = [secrets.mac("code", "b"), secrets.mac("link", "a"), try Secrets(keys: [Self.old]).mac("code", "a")]
        #expect(!others.contains(secrets.mac("code", "a")) && Set(others).count == 3)
    }

    @Test("What an older key has hashed is still recognised")
    func macs() throws {
        let both = try Secrets(keys: [Self.new, Self.old])
        #expect(both.macs("code", "a") == [both.mac("code", "a"), try Secrets(keys: [Self.old]).mac("code", "a")])
    }

    @Test("Without SECRET_KEYS one is made, which only its user can read, and found again")
    func file() throws {
        try withFolder { configuration, file in
            let first = try Secrets.load(configuration).mac("x", "y")
            #expect(try Secrets.load(configuration).mac("x", "y") == first)
            var status = stat()
            #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: configuration.dataDirectory) == ["secret_key"])
        }
    }

    @Test("Where many start at once, they have the same")
    func together() async throws {
        try await withFolder { configuration, _ in
            let macs = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<20 { group.addTask { try Secrets.load(configuration).mac("x", "y") } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(macs.count == 1)
        }
    }

    @Test(
        "A file that holds no key stops the start, as a new key would make all that was encrypted unreadable", arguments: ["", "x", "AAAA"])
    func garbage(_ text: String) throws {
        try withFolder { configuration, file in
            try Data(text.utf8).write(to: URL(filePath: file))
            #expect { try Secrets.load(configuration) } throws: { error in error is ConfigurationError }
            #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
        }
    }

    private func withFolder(_ body: (Configuration, String) async throws -> Void) async throws {
        let folder = "/tmp/frontdesk-secrets-\(UUID().lowercased)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(Configuration(environment: ["DATA_DIR": folder]), "\(folder)/secret_key")
    }

    private func withFolder(_ body: (Configuration, String) throws -> Void) throws {
        let folder = "/tmp/frontdesk-secrets-\(UUID().lowercased)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try body(Configuration(environment: ["DATA_DIR": folder]), "\(folder)/secret_key")
    }
}
