import FoundationEssentials

/// The secret by which a visitor's chat is theirs: whoever has it reads and writes there, so that no account is needed. Where the
/// business has signed who the visitor is, it isn't enough (`ChatDoor`).
struct ChatSession: Sendable {
    /// Characters of one that a program makes: as many as 128 random bits have in base64, or more.
    static let lengths = 22...128
    /// Of these, that differ: what somebody has typed, or counts up, has fewer.
    static let leastDifferent = 8
    private static let randomBytes = 16

    let secret: String
    /// Of a signed visitor's page: goes along in its addresses.
    var pass: ChatPass?

    /// As it stands in addresses.
    var text: String { pass.map { "\(secret).\($0.text)" } ?? secret }

    init() { secret = Data.random(bytes: Self.randomBytes).base64URL }

    /// Of somebody who is signed in: no secret, only what stands in its address.
    init(ofSignedIn conversation: UUID) { secret = conversation.lowercased }

    /// One of the chat page's; nil if it can't be.
    init?(ofPage text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, first.utf8.count == Self.lengths.lowerBound, first.utf8.allSatisfy(\.isBase64URL) else { return nil }
        secret = String(first)
        guard parts.count > 1 else { return }
        guard let pass = ChatPass(parts[1]) else { return nil }
        self.pass = pass
    }

    /// One that a program made: nobody else may guess it, or come upon it by chance.
    init(given: String?) throws(Failure) {
        guard let given, Self.lengths.contains(given.utf8.count), given.utf8.allSatisfy(\.isBase64URL),
            Set(given.utf8).count >= Self.leastDifferent
        else {
            throw .invalid([
                "session_id":
                    "This is needed: a random text of 22 to 128 letters, digits, “-” and “_”, as crypto.randomUUID() makes one. Each conversation has its own; whoever has it can read along."
            ])
        }
        secret = given
    }

    /// Derived, so that who knows a conversation's id, as the business does, still has no way into the visitor's chat.
    func conversation(with bot: Bot) -> UUID { UUID(naming: ["chat", bot.id.lowercased, secret, ""]) }
}
