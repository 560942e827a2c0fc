/// The words around the chats of somebody who is signed in, as `ChatWords.personal`.
public final class PersonalChatWords: Codable, Sendable {
    // The list of chats.
    let yourChats, back, newChat, search, unnamed, none, nothingFits, older, profile, signOut: String
    /// How many `messages` were written in how many new `chats` in the last `days`.
    let activity: Phrase

    // A chat.
    let change, name, firstQuestion, saveName, deleting, delete: String
    let attach, filesHint: String
    let earlierMessages, earlierVersion, edit, writtenAnew, whatFollows, askAgain, hadFollowed: String

    // How many messages are left: a `count` of a `limit`, and the `time` in which there are more.
    let times: TimeWords
    let used, usedUp, moreIn, limitReached: Phrase

    // Refusals.
    public let titleTooLong: String, searchTooLong: String
    public let files: FileWords

    /// Times with their `count`, as they stand behind “in”.
    struct TimeWords: Codable, Sendable {
        let minutes, hours, days: Phrase

        /// "3 hours", rounded up, so that nobody comes back too early.
        func words(forSeconds seconds: Int) -> String {
            let (size, unit) = [(86_400, days), (3_600, hours)].first { seconds > $0.0 } ?? (60, minutes)
            return unit.with(["count": max(1, (seconds + size - 1) / size)])
        }
    }
}

extension PersonalChatWords {
    func activity(_ messages: Int, _ chats: Int, _ days: Int) -> String {
        activity.with(["messages": messages, "chats": chats, "days": days])
    }

    /// `12 of 50 messages used, more in 2 hours`
    func usage(_ used: Int, of limit: Int, secondsLeft: Int?) -> String {
        let more = secondsLeft.map { moreIn.with(["time": times.words(forSeconds: $0)]) }
        return used < limit
            ? [self.used.with(["count": used, "limit": limit]), more].compactMap(\.self).joined(separator: ", ")
            : usedUp.with(["limit": limit]) + (more.map { "; \($0)" } ?? "") + "."
    }

    /// That no more messages are taken for so many seconds.
    public func limitReached(_ limit: Int, secondsLeft: Int) -> String {
        limitReached.with(["limit": limit, "time": times.words(forSeconds: secondsLeft)])
    }
}
