import Crypto
import FoundationEssentials

/// Says that somebody has shown a signed visitor's token for a chat. It stands in the addresses of that chat's page, as neither
/// a link nor a stream can bring a token along; it opens nothing without the chat's secret, and runs out with the token.
struct ChatPass: Sendable, Equatable {
    /// Seconds since 1970.
    let end: Int
    private let signature: Data

    var text: String { "\(end).\(signature.base64URL)" }

    /// - Parameter proof: of the token that was shown; the secret that has signed it signs this, too, and so both end with it.
    init(_ proof: VisitorToken.Proof, to conversation: UUID) {
        end = proof.end
        signature = Data(
            HMAC<SHA256>.authenticationCode(for: Self.signed(conversation, proof.visitor.id, end), using: Self.key(proof.secret)))
    }

    /// nil for what can't be one.
    init?(_ text: Substring) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let end = Int(parts[0]), end > 0, String(end) == parts[0],
            let signature = Data(base64URL: parts[1].utf8), signature.count == SHA256.byteCount
        else { return nil }
        self.end = end
        self.signature = signature
    }

    /// Whether it was given to this visitor for this conversation.
    func opens(_ conversation: UUID, of visitor: String, signedWith secrets: [String], now: Int) -> Bool {
        guard end > now else { return false }
        let signed = Self.signed(conversation, visitor, end)
        return secrets.contains { HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: signed, using: Self.key($0)) }
    }

    private static func signed(_ conversation: UUID, _ visitor: String, _ end: Int) -> Data {
        Data("chat \(conversation.lowercased) \(end) \(visitor)".utf8)
    }

    private static func key(_ secret: String) -> SymmetricKey { SymmetricKey(data: Data(secret.utf8)) }
}
