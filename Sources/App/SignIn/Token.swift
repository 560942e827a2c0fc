import Crypto
import FoundationEssentials

/// A secret that somebody else holds and we only recognise: 256 random bits, of which we keep the hash. A random secret
/// needs no keyed or slow hash: nobody can guess it.
struct Token: Sendable {
    static let bytes = 32
    /// Of those bytes in base64, without padding.
    private static let length = 43
    private static let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    /// Of what may be one: longer text isn't even hashed.
    static let maximumLength = 128

    let text: String

    init() {
        var generator = SystemRandomNumberGenerator()
        let random = (0..<Self.bytes).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
        text = Data(random).base64URL
    }

    /// One that we gave out, as it came back; nil if it can't be one.
    init?(_ text: String) {
        let isOurs = text.utf8.allSatisfy { byte in Self.alphabet.contains(byte) }
        guard isOurs, text.utf8.count == Self.length else { return nil }
        self.text = text
    }

    var hash: [UInt8] { Self.hash(text) }

    static func hash(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
}

extension Data {
    /// RFC 4648, section 5, without padding.
    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
