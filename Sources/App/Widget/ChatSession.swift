import FoundationEssentials

/// The secret by which a visitor's chat is theirs: whoever has it reads and writes there, so that no account is needed.
struct ChatSession: Sendable {
    /// Bytes of what a program makes up.
    static let maximumLength = 128
    private static let randomBytes = 16
    /// Of those in base64, without padding.
    private static let length = 22

    let text: String

    init() {
        var generator = SystemRandomNumberGenerator()
        text = Data((0..<Self.randomBytes).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }).base64URL
    }

    /// Of somebody who is signed in: no secret, only what stands in its address.
    init(ofSignedIn conversation: UUID) { text = conversation.lowercased }

    /// One of the chat page's; nil if it can't be.
    init?(ofPage text: String) {
        guard text.utf8.count == Self.length, text.utf8.allSatisfy(\.isBase64URL) else { return nil }
        self.text = text
    }

    /// One that a program made up.
    init(given: String?) throws(Failure) {
        guard let given, !given.isEmpty, given.utf8.count <= Self.maximumLength, !given.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
            throw .invalid(["session_id": "This is needed: a random text of your own, up to 128 characters, the same for one conversation."])
        }
        text = given
    }

    /// Derived, so that who knows a conversation's id, as the business does, still has no way into the visitor's chat.
    func conversation(with bot: Bot) -> UUID { UUID(naming: ["chat", bot.id.lowercased, text, ""]) }
}

extension UInt8 {
    fileprivate var isBase64URL: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
