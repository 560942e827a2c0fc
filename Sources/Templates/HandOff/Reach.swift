/// Whether a visitor who asks for a person can have one now.
@Memberwise
public struct Reach: Sendable {
    /// In the bot's own time.
    @Memberwise
    public struct Opening: Sendable {
        /// From 1, Monday, to 7.
        let weekday: Int
        /// `09:00`
        let clock: String
    }

    public let isOpen: Bool
    /// What the owner says outside the hours; empty: when it opens again.
    let message: String
    /// The next time that it opens.
    let opens: Opening?

    /// What happens next, for the visitor.
    func words(_ chat: ChatWords) -> String {
        if isOpen { return chat.personIsAsked }
        let words = chat.handOff
        let again = opens.map { words.opensAgain.with(["day": words.days[$0.weekday], "time": $0.clock]) }
        return [message.isEmpty ? words.nobodyIsHere : message, again].compactMap(\.self).joined(separator: " ")
    }
}
