import Crypto
import FoundationEssentials

/// Says that somebody has shown a signed visitor's token for a chat. It stands in the addresses of that chat's page, as neither
/// a link nor a stream can bring a token along; it opens nothing without the chat's secret, and runs out with the token.
struct ChatPass: Sendable, Equatable {
    private static let signatureBytes = 16

    /// Seconds since 1970.
    let end: Int
    private let signature: String

    var text: String { "\(end).\(signature)" }

    /// - Parameter proof: of the token that was shown; the secret that has signed it signs this, too, and so both end with it.
    init(_ proof: VisitorToken.Proof, to conversation: UUID) {
        end = proof.end
        signature = Data(Self.code(proof.secret, conversation, proof.visitor.id, end).prefix(Self.signatureBytes)).base64URL
    }

    /// nil for what can't be one.
    init?(_ text: Substring) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let end = Int(parts[0]), end > 0, String(end) == parts[0],
            Data(base64URL: parts[1].utf8)?.count == Self.signatureBytes
        else { return nil }
        self.end = end
        signature = String(parts[1])
    }

    /// Whether it was given to this visitor for this conversation.
    func opens(_ conversation: UUID, of visitor: String, signedWith secrets: [String], now: Int) -> Bool {
        guard end > now, let given = Data(base64URL: signature.utf8) else { return false }
        return secrets.contains { secret in
            // In a time that doesn't depend on where they differ.
            zip(Self.code(secret, conversation, visitor, end), given).reduce(0) { $0 | $1.0 ^ $1.1 } == 0
        }
    }

    private static func code(_ secret: String, _ conversation: UUID, _ visitor: String, _ end: Int) -> [UInt8] {
        let signed = "chat \(conversation.lowercased) \(end) \(visitor)"
        return Array(HMAC<SHA256>.authenticationCode(for: Array(signed.utf8), using: SymmetricKey(data: Array(secret.utf8))))
    }
}
