import Templates

/// How an answer ended, beside its text.
struct Outcome: Sendable {
    enum State: String, Sendable {
        /// Being made, by this process or another.
        case pending
        case answered
        /// The visitor left before the end; what there was is kept.
        case abandoned
        case failed
    }

    /// Why a model's words end before their end, as OpenAI names it.
    enum Cut: String, Sendable {
        case length
        case filter = "content_filter"
    }

    var state = State.answered
    var cut: Cut?
    /// nil for small talk, which rests on nothing and needs nothing.
    var basis: AnswerReply.Basis? = .notInMyInformation
    var citations: [AnswerReply.Citation] = []
    var usage = AnswerReply.Usage()
    /// Of the model, if one answered.
    var provider: Provider?
    var model: String?
    /// Millionths of a dollar; nil where nothing was asked for or the price isn't known.
    var costMicros: Int64?
    /// Whether a model should have answered and didn't, or not to its end: the owner's words stand in for it.
    var lacksModel = false
    /// Whether the bot's budget holds something for it, which is settled when it is stored.
    var isReserved = false

    static let abandoned = Outcome(state: .abandoned)
    static let failed = Outcome(state: .failed)

    /// What a visitor reads where no answer came.
    static let apology = "Something went wrong while answering. It’s not your fault; please ask again."
}

/// A question on its way to an answer.
struct Asked: Sendable {
    let text: String
    /// The visitor's earlier questions and what they were answered, oldest first.
    let previous: [Turn]
    let desk: Desk
    /// Whether somebody watches the words come.
    let isWatched: Bool

    struct Turn: Sendable {
        let question: String
        let answer: String
    }
}

/// Writes an answer, piece by piece. Every channel (page, API, and what comes) reads the same `LiveAnswer`.
protocol Answerer: Sendable {
    /// Returns early, with `.abandoned`, when the task is cancelled.
    func answer(_ asked: Asked, into live: LiveAnswer) async -> Outcome
}
