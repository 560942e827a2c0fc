import Crypto
import FoundationEssentials

/// A secret that somebody else holds and we only recognise: 256 random bits, of which we keep the hash. A random secret
/// needs no keyed or slow hash: nobody can guess it.
struct Token: Sendable {
    static let bytes = 32
    /// Of those bytes in base64, without padding.
    private static let length = 43
    /// Of what may be one: longer text isn't even hashed.
    static let maximumLength = 128

    let text: String

    init() { text = Data.random(bytes: Self.bytes).base64URL }

    /// One that we gave out, as it came back; nil if it can't be one.
    init?(_ text: String) {
        guard text.utf8.count == Self.length, text.utf8.allSatisfy(\.isBase64URL) else { return nil }
        self.text = text
    }

    var hash: [UInt8] { Self.hash(text) }

    static func hash(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
}

extension Data {
    /// That nobody can guess.
    static func random(bytes: Int) -> Data {
        var generator = SystemRandomNumberGenerator()
        return Data((0..<bytes).map { _ in UInt8.random(in: 0 ... .max, using: &generator) })
    }
}
