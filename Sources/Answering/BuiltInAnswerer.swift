/// What the built-in answerer has to say.
public enum Verdict: Sendable, Equatable {
    /// The passages that answer, best first, numbered from 1.
    case quoted([Citation])
    /// Nothing in the text answers the question.
    case declined
    /// A kind word in return for a greeting or thanks.
    case smallTalk(String)
}

/// Answers from the owner's text by quoting it, or declines. Deterministic, and never leaves the process.
public struct BuiltInAnswerer: Sendable {
    /// A passage must meet this share of what a question needs.
    static let enoughCoverage: Float = 0.51
    /// Less is enough where the whole title is asked about.
    static let titleCredit: Float = 0.15
    /// A question of everyday words must be covered like this, and by one passage this much better than the next.
    static let plainCoverage: Float = 0.85
    static let plainMargin: Float = 1.5
    /// Several matching things are hardly a coincidence.
    static let manyFound = 3
    static let manyFoundCredit: Float = 0.08
    /// A question of everyday words only must nearly be a title.
    static let enoughTitleMatch: Float = 0.65
    /// A further passage is quoted when it scores this share of the best one.
    static let nearlyAsGood: Float = 0.93
    /// A passage that scores less than this share of the best one is not the answer, whatever it covers.
    static let contender: Float = 0.75
    /// Another topic that is asked about is quoted when this share of its title is.
    static let otherTopic: Float = 0.5
    static let maximumCitations = 3
    static let maximumParts = 8

    public let index: PassageIndex

    public init(_ passages: [Passage]) { index = PassageIndex(passages) }

    public init(_ index: PassageIndex) { self.index = index }

    /// - Parameter previous: the visitor's earlier questions in the same conversation, newest last, so that
    ///   "and on Sundays?" is understood.
    public func answer(_ text: String, previous: [String] = []) -> Verdict {
        let question = Question(text, in: index)
        if let reply = SmallTalk.reply(to: question.words) { return .smallTalk(reply) }
        if question.words.isEmpty || isInstruction(question.words) { return .declined }
        if let last = previous.last, let followUp = followUp(question, to: Question(last, in: index)) { return followUp }
        if let found = verdict(on: question) { return found }
        if question.isAboutBusiness, !index.passages.isEmpty { return .quoted([citation(0, number: 1, question)]) }
        return verdictOnParts(of: text) ?? .declined
    }

    func verdict(on question: Question) -> Verdict? {
        let candidates = index.candidates(for: question, limit: 6)
        let contenders = candidates.prefix { $0.score >= candidates[0].score * Self.contender }
        guard let best = contenders.first(where: { answers(question, $0) }) ?? plainWinner(among: candidates, question) else { return nil }
        var chosen = [best]
        for candidate in candidates where candidate.passage != best.passage && chosen.count < Self.maximumCitations {
            if isWorthAdding(candidate, to: chosen, question) { chosen.append(candidate) }
        }
        return .quoted(chosen.enumerated().map { citation($1.passage, number: $0 + 1, question) })
    }

    private func answers(_ question: Question, _ candidate: Candidate) -> Bool {
        if candidate.titleMatch >= Self.enoughTitleMatch { return true }
        let found = candidate.covered.count { question.concepts[$0].kind == .content }
        let credit = Self.titleCredit * candidate.titleAsked + (found >= Self.manyFound ? Self.manyFoundCredit : 0)
        return found > 0 && candidate.coverage >= Self.enoughCoverage - credit
    }

    /// Everyday words answer too, when several of them stand in one passage and hardly in another.
    private func plainWinner(among candidates: [Candidate], _ question: Question) -> Candidate? {
        guard let best = candidates.first, best.covered.count > 1, best.coverage >= Self.plainCoverage,
            question.concepts.allSatisfy({ $0.kind == .light }),
            candidates.dropFirst().allSatisfy({ $0.score * Self.plainMargin <= best.score }) else { return nil }
        return best
    }

    /// A second passage is quoted if it says what the first doesn't, or is as good as the first.
    private func isWorthAdding(_ candidate: Candidate, to chosen: [Candidate], _ question: Question) -> Bool {
        guard let best = chosen.first else { return false }
        let said = chosen.reduce(into: Set<Int>()) { $0.formUnion($1.titleCovered) }
        let saysMore = candidate.titleCovered.subtracting(said).contains { question.concepts[$0].kind == .content }
        if saysMore, candidate.titleAsked >= Self.otherTopic { return true }
        return candidate.score >= best.score * Self.nearlyAsGood && candidate.coverage >= best.coverage * 0.95
    }

    private func citation(_ passage: Int, number: Int, _ question: Question) -> Citation {
        let passage = index.passages[passage]
        let terms = Set(question.concepts.flatMap { $0.alternatives.map(\.term) })
        let quote = quote(from: passage.text) { index.rarity(of: $0, among: terms) }
        return Citation(number: number, passage: passage.id, title: passage.title, quote: quote)
    }

    private func quote(from text: String, weight: (Term) -> Float) -> String {
        excerpt(of: text) { stem in index.lexicon.terms[stem].map(weight) ?? 0 }
    }

    /// A long or chatty message is understood by its sentences, questions first.
    private func verdictOnParts(of text: String) -> Verdict? {
        let bytes = Array(text.utf8)
        let parts = sentences(in: bytes, bytes.indices).flatMap { clauses(String(decoding: bytes[$0], as: UTF8.self)) }
        guard parts.count > 1 else { return nil }
        let questions = parts.filter { $0.hasSuffix("?") }
        for part in (questions + parts.filter { !$0.hasSuffix("?") }.reversed()).prefix(Self.maximumParts) {
            let question = Question(part, in: index)
            if question.concepts.contains(where: { $0.kind == .content }), let found = verdict(on: question) { return found }
        }
        return nil
    }
}

extension PassageIndex {
    func rarity(of term: Term, among terms: Set<Term>) -> Float { terms.contains(term) ? rarity(of: term) : 0 }
}

private let questionOpeners: Set<String> = [
    "how", "what", "whats", "where", "when", "who", "which", "why", "is", "are", "can", "could", "do", "does", "will", "would", "should",
]

/// "We bake every day, do you deliver on Sundays?" asks after the comma.
private func clauses(_ sentence: String) -> [String] {
    var clauses: [String] = []
    for piece in sentence.split(separator: ",") {
        let opens = words(of: piece.prefix(40)).first.map { questionOpeners.contains($0.text) } == true
        if opens || clauses.isEmpty { clauses.append(String(piece)) } else { clauses[clauses.count - 1] += "," + piece }
    }
    return clauses
}
