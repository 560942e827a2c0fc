/// Where an answer is shown: in which words, and what can be done with it there. A class, as each view of an answer holds one.
public final class AnswerSurface: Sendable {
    public let words: AnswerWords
    /// Of the answers here, without their ids.
    public let path: String
    /// How a question that failed is asked once more; nil: not by a press.
    public let again: Again?
    /// Whether a visitor can say what they think of an answer.
    public let hasThumbs: Bool
    /// Where somebody can leave an address whose question wasn't answered; nil: nowhere.
    public let lead: (link: LeadLink, path: String)?

    public init(
        words: AnswerWords = .english, path: String = "/ask", again: Again? = nil, hasThumbs: Bool = false,
        lead: (link: LeadLink, path: String)? = nil
    ) {
        self.words = words
        self.path = path
        self.again = again
        self.hasThumbs = hasThumbs
        self.lead = lead
    }

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
