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

    func seal(_ text: String, for row: UUID) throws -> SealedSecret {
        guard let (id, key) = derived(Self.sealing).first else { throw SealingProblem.unknownKey(id: "") }
        let box = try AES.GCM.seal(Array(text.utf8), using: key, authenticating: Self.binding(row))
        return SealedSecret(bytes: Array(box.nonce) + Array(box.ciphertext) + Array(box.tag), keyID: id)
    }

    func unseal(_ secret: SealedSecret, for row: UUID) throws(SealingProblem) -> String {
        guard let key = derived(Self.sealing).first(where: { $0.id == secret.keyID })?.key else { throw .unknownKey(id: secret.keyID) }
        guard let box = try? AES.GCM.SealedBox(combined: secret.bytes),
            let opened = try? AES.GCM.open(box, using: key, authenticating: Self.binding(row)),
            let text = String(validating: opened, as: UTF8.self)
        else { throw .notGenuine }
        return text
    }

    /// Encrypted with the key that encrypts now; nil where it is already.
    func renew(_ secret: SealedSecret, for row: UUID) throws -> SealedSecret? {
        secret.keyID == currentKeyID ? nil : try seal(try unseal(secret, for: row), for: row)
    }

    private static func binding(_ row: UUID) -> [UInt8] { Array("provider credential \(row.lowercased)".utf8) }
}
