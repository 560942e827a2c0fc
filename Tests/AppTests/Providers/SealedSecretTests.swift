import FoundationEssentials
import Testing

@testable import App

@Suite("An account's key of a provider, encrypted")
struct SealedSecretTests {
    private static let old = [UInt8](repeating: 1, count: 32)
    private static let new = [UInt8](repeating: 2, count: 32)
    private let row = UUID()

    private func secrets(_ keys: [UInt8]...) throws -> Secrets { try Secrets(keys: keys) }

    @Test("What is sealed can be opened", arguments: ["sk-test-123", "", "ключ 🔑", String(repeating: "k", count: 10_000)])
    func roundTrip(_ text: String) throws {
        let secrets = try secrets(Self.new)
        let sealed = try secrets.seal(text, for: row)
        #expect(try secrets.unseal(sealed, for: row) == text)
        #expect(sealed.bytes.count == text.utf8.count + 28 && sealed.keyID == secrets.currentKeyID)
        if text.utf8.count > 8 { #expect(!sealed.bytes.contains(text.utf8.prefix(8))) }
    }

    @Test("The same text is never sealed to the same bytes")
    func nonce() throws {
        let secrets = try secrets(Self.new)
        #expect(Set(try (0..<100).map { _ in try secrets.seal("sk-test", for: row).bytes }).count == 100)
    }

    @Test("In another row it can't be opened")
    func otherRow() throws {
        let secrets = try secrets(Self.new)
        let sealed = try secrets.seal("sk-test", for: row)
        #expect(throws: SealingProblem.notGenuine) { try secrets.unseal(sealed, for: UUID()) }
    }

    @Test("With any bit changed it can't be opened")
    func changed() throws {
        let secrets = try secrets(Self.new)
        let sealed = try secrets.seal("sk-test", for: row)
        for place in sealed.bytes.indices {
            var bytes = sealed.bytes
            bytes[place] ^= 1
            #expect(throws: SealingProblem.notGenuine) { try secrets.unseal(SealedSecret(bytes: bytes, keyID: sealed.keyID), for: row) }
        }
    }

    @Test("Cut short or with more behind it, it can't be opened", arguments: [0, 1, 12, 27, 28, 34])
    func length(_ count: Int) throws {
        let secrets = try secrets(Self.new)
        let sealed = try secrets.seal("sk-test", for: row)
        for bytes in [Array(sealed.bytes.prefix(count)), sealed.bytes + [0]] {
            #expect(throws: SealingProblem.notGenuine) { try secrets.unseal(SealedSecret(bytes: bytes, keyID: sealed.keyID), for: row) }
        }
    }

    @Test("With an older key it can still be opened, and is sealed anew with the newest")
    func rotation() throws {
        let sealed = try secrets(Self.old).seal("sk-test", for: row)
        let both = try secrets(Self.new, Self.old)
        #expect(try both.unseal(sealed, for: row) == "sk-test")
        let renewed = try #require(try both.renew(sealed, as: Secrets.purpose(row)))
        #expect(renewed.keyID != sealed.keyID && renewed.keyID == both.currentKeyID)
        #expect(try secrets(Self.new).unseal(renewed, for: row) == "sk-test")
        #expect(try both.renew(renewed, as: Secrets.purpose(row)) == nil)
    }

    @Test("Without its key it can't be opened, and the problem names the key, not the secret")
    func unknownKey() throws {
        let sealed = try secrets(Self.old).seal("sk-test", for: row)
        #expect(throws: SealingProblem.unknownKey(id: sealed.keyID)) { try secrets(Self.new).unseal(sealed, for: row) }
        #expect(throws: SealingProblem.unknownKey(id: sealed.keyID)) { try secrets(Self.new).renew(sealed, as: Secrets.purpose(row)) }
    }

    @Test("A key's id is 8 hexadecimal digits that say nothing of the key")
    func keyID() throws {
        let id = try secrets(Self.new).currentKeyID
        #expect(id.count == 8 && id.allSatisfy(\.isHexDigit) && id != "02020202")
    }
}
