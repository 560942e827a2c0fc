/// Groups of questions that are alike: the same words but for their order, form, synonyms and slips of the finger.
/// Grows by one question after the other, so that a group once made stays.
public struct QuestionGroups<ID: Hashable & Sendable>: Sendable {
    /// The share of two questions' words, by their weight, that they must have in common.
    static var alike: Float { 0.62 }
    static var lightWeight: Float { 0.3 }

    private struct Known: Sendable {
        let terms: Set<String>
        let group: ID
    }

    private var known: [Known] = []

    public init() {}

    public mutating func add(_ question: String, to group: ID) {
        known.append(Known(terms: Self.terms(question), group: group))
    }

    /// The group with the question that is most like this one.
    public func group(like question: String) -> ID? {
        let terms = Self.terms(question)
        let best = known.lazy.map { (group: $0.group, likeness: Self.likeness(terms, $0.terms)) }.max { $0.likeness < $1.likeness }
        return best.flatMap { $0.likeness >= Self.alike ? $0.group : nil }
    }

    private static func terms(_ question: String) -> Set<String> {
        let terms = Terms(String(question.unicodeScalars.prefix(Question.maximumWords * 20)))
        let telling = CommonWords.telling(terms.stems)
        return telling.isEmpty ? Set(terms.stems) : telling
    }

    private static func likeness(_ a: Set<String>, _ b: Set<String>) -> Float {
        let all = weight(of: a) + weight(of: b)
        guard all > 0 else { return 0 }
        let common = weight(of: a.filter { isSaid($0, in: b) }) + weight(of: b.filter { isSaid($0, in: a) })
        return common / all
    }

    private static func isSaid(_ term: String, in others: Set<String>) -> Bool {
        if others.contains(term) { return true }
        let meanings = Synonyms.of(term).lazy.filter { $0.closeness > Synonyms.near }
        return meanings.contains { others.contains($0.stem) } || others.contains { OwnAnswers.isNearly(term, $0) }
    }

    private static func weight(of terms: Set<String>) -> Float {
        terms.reduce(0) { $0 + (CommonWords.light.contains($1) || trade.contains($1) ? lightWeight : 1) }
    }
}

/// Whether somebody sells a thing or one can buy it: the thing is what is asked about.
private let trade: Set<String> = ["buy", "purchas", "sale", "stock"]
