/// What a visitor reads who wants a person, as `ChatWords.handOff`.
public final class HandOffWords: Codable, Sendable {
    let nobodyIsHere: String
    /// With `day` and `time`.
    let opensAgain: Phrase
    /// As they stand in `opensAgain`.
    let days: Weekdays
    /// The button that shows the form, and the form's heading.
    let leaveAddress, weWillWrite: String
    let name, email, phone, note, send, thanks: String
    public let wrongEmail: String, wrongPhone: String, needsAddress: String, needsConsent: String

    struct Weekdays: Codable, Sendable {
        let monday, tuesday, wednesday, thursday, friday, saturday, sunday: String

        /// From 1, Monday, to 7.
        subscript(weekday: Int) -> String {
            [monday, tuesday, wednesday, thursday, friday, saturday, sunday][max(1, min(weekday, 7)) - 1]
        }
    }
}
