import Answering
import Templates

/// Answers in the owner's own words, without a model.
struct QuotingAnswerer: Answerer {
    /// Between two words, for somebody who watches: a whole paragraph at once is harder to follow.
    static let pause = Duration.milliseconds(12)
    /// Words after which the rest comes in larger pieces, so that nobody waits longer than 1.5 s.
    static let pauses = 120

    func answer(_ asked: Asked, into live: LiveAnswer) async -> Outcome {
        let outcome: Outcome
        let text: String
        if let pair = asked.desk.ownAnswers.pair(for: asked.text) {
            let own = AnswerReply.Citation(number: 1, title: pair.title, quote: pair.text, sourceID: String(pair.id))
            return await say(pair.text, Outcome(basis: .quoted, citations: [own]), asked, into: live)
        }
        switch await asked.verdict() {
        case .quoted(let citations):
            text = citations.map(\.quote).joined(separator: "\n\n")
            outcome = Outcome(basis: .quoted, citations: citations.map { AnswerReply.Citation($0) })
        case .declined:
            text = asked.desk.bot.decline
            outcome = Outcome()
        case .smallTalk(let sentence):
            text = sentence
            outcome = Outcome(basis: nil)
        }
        return await say(text, outcome, asked, into: live)
    }

    private func say(_ text: String, _ outcome: Outcome, _ asked: Asked, into live: LiveAnswer) async -> Outcome {
        guard asked.isWatched else {
            live.append(text)
            return outcome
        }
        return await write(text, into: live) ? outcome : .abandoned
    }

    private func write(_ text: String, into live: LiveAnswer) async -> Bool {
        let pieces = text.pieces(endingAtBlanks: Self.pauses)
        for piece in pieces {
            guard !Task.isCancelled, live.append(piece) else { return false }
            if pieces.count > 1 { try? await Task.sleep(for: Self.pause) }
        }
        return true
    }
}

extension Asked {
    /// What is quoted.
    func verdict() async -> Verdict { await desk.apart { $0.answer(text, previous: previous.map(\.question)) } }
}

extension AnswerReply.Citation {
    init(_ citation: Citation, number: Int? = nil) {
        self.init(
            number: number ?? citation.number, title: citation.title, quote: citation.quote,
            sourceID: String(citation.passage), url: nil)
    }
}

extension String {
    /// The text in at most `count` pieces of about as many words each; joined, they are the text again.
    func pieces(endingAtBlanks count: Int) -> [Substring] {
        let words = self.count { $0.isWhitespace } + 1
        let wordsEach = (words + count - 1) / max(count, 1)
        var pieces: [Substring] = []
        var start = startIndex
        var blanks = 0
        for index in indices where self[index].isWhitespace {
            blanks += 1
            guard blanks % wordsEach == 0 else { continue }
            let end = self.index(after: index)
            pieces.append(self[start..<end])
            start = end
        }
        if start < endIndex { pieces.append(self[start...]) }
        return pieces
    }
}
