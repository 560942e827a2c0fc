/// Why a file that came with a question isn't taken, as `PersonalChatWords.files`.
public final class FileWords: Codable, Sendable {
    public enum Problem: Hashable, Sendable {
        case tooMany, tooLarge, tooSlow, tooMuchText
        case damagedPicture, otherPicture
        case withoutText, scanned, password, damaged, other
        /// An ending that the content doesn't bear out, such as "pdf".
        case misnamed(String)
        /// It is nothing about the file.
        case later
        /// The person's files are too many, or the bot's.
        case noRoom, full
    }

    /// With the `file` and the `problem`.
    let named: Phrase
    let tooMany, tooLarge, tooSlow, damagedPicture, otherPicture, tooMuchText, withoutText, scanned, password, damaged: String
    /// With the `ending` that it has, and the `kind` that it says.
    let misnamed: Phrase
    let other, later, noRoom, full: String

    /// - Parameter file: its name; nil: all that came.
    public func sentence(_ problem: Problem, of file: String? = nil) -> String {
        let sentence =
            switch problem {
            case .tooMany: tooMany
            case .tooLarge: tooLarge
            case .tooSlow: tooSlow
            case .tooMuchText: tooMuchText
            case .damagedPicture: damagedPicture
            case .otherPicture: otherPicture
            case .withoutText: withoutText
            case .scanned: scanned
            case .password: password
            case .damaged: damaged
            case .other: other
            case .misnamed(let ending): misnamed.with(["ending": ending, "kind": ending.uppercased()])
            case .later: later
            case .noRoom: noRoom
            case .full: full
            }
        return file.map { named.with(["file": $0, "problem": sentence]) } ?? sentence
    }
}
