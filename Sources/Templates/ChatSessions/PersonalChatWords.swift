/// The words around the chats of somebody who is signed in, in the languages of the chat page, as `ChatWords.personal`.
public struct PersonalChatWords: Sendable {
    // The list of chats.
    let yourChats, back, newChat, search, unnamed, none, nothingFits, older, profile, signOut: String
    /// What was written in how many new chats in the last days.
    let activity: @Sendable (_ messages: Int, _ chats: Int, _ days: Int) -> String

    // A chat.
    let change, name, firstQuestion, saveName, deleting, delete: String
    let attach, filesHint: String
    let earlierMessages, earlierVersion, edit, writtenAnew, whatFollows, askAgain, hadFollowed: String

    // How many messages are left; the time is the one in which there are more.
    let times: TimeWords
    let used: @Sendable (_ count: Int, _ limit: Int) -> String
    let usedUp: @Sendable (_ limit: Int) -> String
    let moreIn: @Sendable (_ time: String) -> String
    let limitReached: @Sendable (_ limit: Int, _ time: String) -> String

    // Refusals.
    public let titleTooLong: String, searchTooLong: String
    public let files: FileWords

    /// Names of times, as they stand behind “in”.
    struct TimeWords: Sendable {
        let minute, minutes, hour, hours, day, days: String

        /// "3 hours", rounded up, so that nobody comes back too early.
        func words(forSeconds seconds: Int) -> String {
            let units = [(86_400, day, days), (3_600, hour, hours), (60, minute, minutes)]
            let (size, one, many) = units.first { seconds > $0.0 } ?? (60, minute, minutes)
            let count = max(1, (seconds + size - 1) / size)
            return "\(count) \(count == 1 ? one : many)"
        }
    }
}

extension PersonalChatWords {
    /// `12 of 50 messages used, more in 2 hours`
    func usage(_ used: Int, of limit: Int, secondsLeft: Int?) -> String {
        let more = secondsLeft.map { moreIn(times.words(forSeconds: $0)) }
        return used < limit
            ? [self.used(used, limit), more].compactMap(\.self).joined(separator: ", ")
            : usedUp(limit) + (more.map { "; \($0)" } ?? "") + "."
    }

    /// That no more messages are taken for so many seconds.
    public func limitReached(_ limit: Int, secondsLeft: Int) -> String { limitReached(limit, times.words(forSeconds: secondsLeft)) }
}
