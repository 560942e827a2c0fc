import Crypto
import FoundationEssentials

/// A text encrypted with one of the server's own keys, for one row: put into another, or changed, it can't be opened.
struct SealedSecret: Sendable, Equatable {
    /// AES-256-GCM: 12 bytes of nonce, what was encrypted, 16 bytes of tag.
    let bytes: [UInt8]
    /// Of the key among `SECRET_KEYS`.
    let keyID: String
}

enum SealingProblem: Error, Equatable {
    /// It was encrypted with a key that isn't among `SECRET_KEYS` any more.
    case unknownKey(id: String)
    /// Of another row, or not what was encrypted.
    case notGenuine
}

extension Secrets {
    private static let sealing = "sealed secret"

    /// Of the key that encrypts now.
    var currentKeyID: String { derived(Self.sealing).first?.id ?? "" }

    func seal(_ text: String, for row: UUID) throws -> SealedSecret { try seal(text, as: Self.purpose(row)) }

    func unseal(_ secret: SealedSecret, for row: UUID) throws(SealingProblem) -> String { try unseal(secret, as: Self.purpose(row)) }

    /// - Parameter purpose: bound to it, the text can't be passed off as something else.
    func seal(_ text: String, as purpose: String) throws -> SealedSecret {
        guard let (id, key) = derived(Self.sealing).first else { throw SealingProblem.unknownKey(id: "") }
        let box = try AES.GCM.seal(Array(text.utf8), using: key, authenticating: Array(purpose.utf8))
        return SealedSecret(bytes: Array(box.nonce) + Array(box.ciphertext) + Array(box.tag), keyID: id)
    }

    func unseal(_ secret: SealedSecret, as purpose: String) throws(SealingProblem) -> String {
        guard let key = derived(Self.sealing).first(where: { $0.id == secret.keyID })?.key else { throw .unknownKey(id: secret.keyID) }
        guard let box = try? AES.GCM.SealedBox(combined: secret.bytes),
            let opened = try? AES.GCM.open(box, using: key, authenticating: Array(purpose.utf8)),
            let text = String(validating: opened, as: UTF8.self)
        else { throw .notGenuine }
        return text
    }

    /// Encrypted with the key that encrypts now; nil where it is already.
    func renew(_ secret: SealedSecret, as purpose: String) throws -> SealedSecret? {
        secret.keyID == currentKeyID ? nil : try seal(try unseal(secret, as: purpose), as: purpose)
    }

    static func purpose(_ row: UUID) -> String { "provider credential \(row.lowercased)" }
}
