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
    static let enoughCoverage: Float = 0.54
    /// Of a question that names something which the text doesn't have, this share must be about what it has.
    static let enoughKnown: Float = 0.45
    /// Less is enough where the whole heading is asked about.
    static let headingCredit: Float = 0.1
    /// Or its title, or a question that it answers, must be this much like the question.
    static let enoughTitleMatch: Float = 0.54
    /// A further passage is quoted when it scores this share of the best one.
    static let nearlyAsGood: Float = 0.93
    /// Another topic that is asked about is quoted when this share of its title is.
    static let otherTopic: Float = 0.5
    public static let maximumCitations = 3
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
        let found = verdict(on: question)
        if found == nil || !standsAlone(question), let last = previous.last,
            let followUp = followUp(question, to: Question(last, in: index))
        {
            return followUp
        }
        if let found { return found }
        let clauses = sentences(of: text).flatMap(clauses)
        return clauses.count > 1 ? verdict(onFirstOf: clauses.reversed()) ?? .declined : .declined
    }

    func verdict(on question: Question) -> Verdict? {
        let candidates = index.candidates(for: question, limit: 6)
        guard let best = best(of: candidates, for: question) else {
            return question.isAboutBusiness && !index.passages.isEmpty ? .quoted([citation(0, number: 1, question)]) : nil
        }
        var chosen = [best]
        for candidate in candidates where candidate.passage != best.passage && chosen.count < Self.maximumCitations {
            if isWorthAdding(candidate, to: chosen, question) { chosen.append(candidate) }
        }
        return .quoted(chosen.enumerated().map { citation($1.passage, number: $0 + 1, question) })
    }

    /// The first, unless its heading alone has drawn it there.
    private func best(of candidates: [Candidate], for question: Question) -> Candidate? {
        guard let first = candidates.first else { return nil }
        if answers(question, first) { return first }
        return first.titleAsked >= Self.otherTopic ? candidates.dropFirst().first { answers(question, $0) } : nil
    }

    private func answers(_ question: Question, _ candidate: Candidate) -> Bool {
        let namesSomethingElse = question.namesSomethingElse
        if candidate.titleMatch >= Self.enoughTitleMatch, !namesSomethingElse { return true }
        guard candidate.covered.contains(where: { question.concepts[$0].kind == .content }) else { return false }
        if namesSomethingElse {
            let heading = Set((index.titles(of: candidate.passage).first ?? []).map(\.term))
            guard question.shareKnown(among: candidate.covered, under: heading) >= Self.enoughKnown else { return false }
        }
        let credit = namesSomethingElse ? 0 : Self.headingCredit * candidate.titleAsked
        return candidate.coverage >= Self.enoughCoverage - credit
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
        let sought = Set(question.concepts.flatMap { $0.alternatives.filter { $0.closeness > Synonyms.near }.map(\.term) })
        let quote = excerpt(of: asked(in: passage.text).answer) { stem in
            index.lexicon.terms[stem].map { sought.contains($0) ? index.rarity(of: $0) : 0 } ?? 0
        }
        return Citation(number: number, passage: passage.id, title: passage.title, quote: quote)
    }

    /// A long or chatty message is understood by its sentences.
    private func verdict(onFirstOf parts: [String]) -> Verdict? {
        parts.prefix(Self.maximumParts).lazy.map { Question($0, in: index) }.compactMap(verdict).first
    }

    private func sentences(of text: String) -> [String] {
        let bytes = Array(text.utf8)
        return Answering.sentences(in: bytes, bytes.indices).map { String(decoding: bytes[$0], as: UTF8.self) }
    }
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
