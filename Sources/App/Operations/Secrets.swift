import Crypto
import FoundationEssentials

extension String {
    /// Whether it is this secret, in a time that says nothing of where the two differ: digests are compared so.
    func isSecret(_ secret: String) -> Bool { SHA256.hash(data: Array(utf8)) == SHA256.hash(data: Array(secret.utf8)) }
}

/// The server's own keys, from `SECRET_KEYS`. The first makes new hashes; the others still recognise old ones.
struct Secrets: Sendable {
    static let keyBytes = 32

    private let keys: [SymmetricKey]

    init(keys: [[UInt8]]) throws(ConfigurationError) {
        guard !keys.isEmpty, keys.allSatisfy({ $0.count == Self.keyBytes }) else {
            throw ConfigurationError(problems: ["SECRET_KEYS must be base64 of \(Self.keyBytes) bytes each, separated by commas."])
        }
        self.keys = keys.map { SymmetricKey(data: $0) }
    }

    /// A keyed hash for what this label names, with the newest key.
    func mac(_ label: String, _ text: String) -> [UInt8] { macs(label, text).first ?? [] }

    /// The same with every key, newest first.
    func macs(_ label: String, _ text: String) -> [[UInt8]] {
        keys.map { Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key(label, $0))) }
    }

    /// The keys for what this label names, newest first, each with its id.
    func derived(_ label: String) -> [(id: String, key: SymmetricKey)] {
        keys.map { (Self.id(of: $0), key(label, $0)) }
    }

    private func key(_ label: String, _ key: SymmetricKey) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Array(label.utf8), outputByteCount: Self.keyBytes)
    }

    private static func id(of key: SymmetricKey) -> String {
        key.withUnsafeBytes { SHA256.hash(data: $0) }.prefix(4).hexadecimal
    }
}
