import Crypto
import FoundationEssentials

/// What becomes of the ids in an archive.
enum ArchiveIDs: Sendable {
    /// They stay what they are: nothing here has them.
    case kept
    /// Each becomes another, the same wherever it is named; so no table of them is needed. With the import's own id.
    case renewed(UUID)

    func callAsFunction(_ id: UUID) -> UUID {
        guard case .renewed(let salt) = self else { return id }
        var bytes = digest("id", id.lowercased, salt)
        // Version 8, RFC 9562: made in a way of our own.
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return UUID(
            uuid: (
                bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
                bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
            ))
    }

    /// Of a bot's public token.
    func callAsFunction(token: String) -> String {
        guard case .renewed(let salt) = self else { return token }
        return digest("token", token, salt).prefix(16).hexadecimal
    }

    /// An id that stands in a text, alone.
    func renewed(in text: String) -> String { UUID(text: text[...]).map { self($0).lowercased } ?? text }

    private func digest(_ kind: String, _ text: String, _ salt: UUID) -> [UInt8] {
        Array(SHA256.hash(data: Array("\(kind) \(salt.lowercased) \(text)".utf8)))
    }
}
