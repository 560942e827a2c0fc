/// What a visitor reads around a chat, in one language. Shared, as a copy would count each of its sentences.
public final class ChatWords: Codable, Sendable {
    /// Of the page, as `de`.
    public let language: String
    public let answer: AnswerWords
    let welcome, conversation, message, send, sending, notSent, offline, newConversation: String
    let yourChats: String
    let talkToPerson, personIsAsked, youTalkWith, youTalkWithUs, aPerson, poweredBy: String
    /// Of the launcher.
    public let openChat: String, close: String
    /// What a visitor reads who writes while a person has the conversation.
    public let personWillAnswer: String
    /// Refusals: an empty message, one that is too long, too many at once, one while others are being answered.
    public let writeFirst: String, tooLong: String, tooMany: String, stillAnswering: String
    /// Of what isn't a message, for an hour.
    public let tooOften: String
    /// To whoever isn't the visitor whom the business has signed, or can't show it any more.
    public let signInAgain: String
    /// That the text doesn't hold the answer.
    public let decline: String
    /// Where a model fails before its first word, or after it, and where it goes on for too long.
    public let cannotPhrase: String, interrupted: String, cutShort: String
    /// Of the chats of somebody who is signed in.
    public let personal: PersonalChatWords
    public let data: ChatDataWords
    public let handOff: HandOffWords
}

extension ChatWords {
    static var all: [ChatWords] { LanguageFiles.read.spoken }
    static var english: ChatWords { LanguageFiles.read.english }

    /// In the bot's language if it has one and we speak it; else in the one that the visitor's browser likes best.
    /// - Parameter accepted: the value of `Accept-Language`.
    public static func spoken(language: String?, accepted: String?) -> ChatWords {
        let wanted = [language].compactMap(\.self) + languages(accepted ?? "")
        return wanted.lazy.compactMap(spoken).first ?? english
    }

    /// nil for a language that isn't spoken here.
    public static func spoken(_ language: String) -> ChatWords? {
        let code = language.split(separator: "-").first.map { $0.lowercased() }
        return all.first { $0.language == code }
    }

    /// What `Accept-Language` names, best first.
    private static func languages(_ accepted: String) -> [String] {
        let named = accepted.split(separator: ",").prefix(16).enumerated().map { place, part in
            let parts = part.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            return (name: parts.first ?? "", weight: weight, place: place)
        }
        return named.filter { $0.weight > 0 }.sorted { ($1.weight, $0.place) < ($0.weight, $1.place) }.map(\.name)
    }
}
