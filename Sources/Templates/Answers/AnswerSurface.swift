/// Where an answer is shown: in which words, and what can be done with it there.
@Memberwise
public struct AnswerSurface: Sendable {
    public var words: AnswerWords = .english
    /// Of the answers here, without their ids.
    public var path: String = "/ask"
    /// How a question that failed is asked once more; nil: not by a press.
    public var again: Again?
    /// Whether a visitor can say what they think of an answer.
    public var hasThumbs: Bool = false
    /// Where somebody can leave an address whose question wasn't answered; nil: nowhere.
    public var lead: (link: LeadLink, path: String)?

    /// The form by which a question is asked here.
    @Memberwise
    public struct Again: Sendable {
        let action: String
        /// The question's field.
        let field: String
        /// What goes with it.
        var session: String?
    }

    public static let landing = AnswerSurface(again: Again(action: "/ask", field: "question"))
}

/// The words around an answer, in the reader's language.
public final class AnswerWords: Codable, Sendable {
    let youAsked, quoted, basedOn, attached, ownAndAttached, notInMyInformation, sources, readThere, looking, reload, lost, showAnswer,
        brokeOff: String
    public let apology: String
    let tryAgain: String
    let wasItHelpful, yes, no, thanks, whatWasWrong, sendReason: String

    public static var english: AnswerWords { ChatWords.english.answer }
}
