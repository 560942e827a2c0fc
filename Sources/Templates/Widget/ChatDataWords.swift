/// The words of the page of a visitor's own data, as `ChatWords.data`.
public final class ChatDataWords: Codable, Sendable {
    /// What leads here.
    let link: String
    let title, back, nothing, about, asText, asJSON, erase, sure, eraseForGood, more: String
    let you, aPerson: String
    let helpful, notHelpful: String

    /// Who said it.
    public func name(of message: TranscriptMessage, bot: String) -> String {
        switch message.role {
        case "visitor": you
        case "bot": bot
        default: message.author ?? aPerson
        }
    }

    /// What its visitor thought of it, in words; nil: nothing was said.
    public func opinion(of message: TranscriptMessage) -> String? {
        message.thumb.map { ($0 == "up" ? helpful : notHelpful) + (message.thumbReason.isEmpty ? "" : " " + message.thumbReason) }
    }
}
