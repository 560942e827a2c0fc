/// What a text said that it doesn't say any more, or says otherwise. Another order, another form or other words are no
/// change; neither is what is new.
public struct TextChange: Sendable, Equatable {
    public enum Kind: String, Sendable {
        /// A number, a day or an address is another one, or no longer there.
        case fact
        /// It now says the opposite.
        case opposite
        /// Something of an enumeration, or much of a sentence, is missing.
        case listed
        /// Nothing like it is said any more.
        case gone
    }

    public var kind: Kind
    /// The headings that it stood under.
    public var title: String
    /// The sentence that was there.
    public var was: String
    /// The sentence that is there now, if any is about the same.
    public var now: String?
}

/// Compares what two texts say.
public struct TextComparison {
    /// Changes that are worth listing; a text with more is another text.
    public static let maximumChanges = 50
    /// Sentences that are looked at closely for each one that isn't there any more as it was.
    static let closelyCompared = 40
    /// The share of a sentence's words, by their weight, that another one about the same has.
    static let alike: Float = 0.4
    /// The same of a whole sentence with its title, where the words beside the fact differ.
    static let alikeElsewhere: Float = 0.65
    /// The same where both texts have a number once.
    static let alikeBySameNumber: Float = 0.25
    /// Of one that both texts have: it says nothing in another's place.
    static let alikeAlready: Float = 0.8
    /// Of a sentence that is otherwise the same: with less, it says less.
    static let cutShort: Float = 0.6
    static let opposite: Float = 0.6

    private let old: Statements
    private let new: Statements

    public init(old: [Passage], new: [Passage]) {
        self.old = Statements(Statement.all(of: old))
        self.new = Statements(Statement.all(of: new))
    }

    public func changes() -> [TextChange] {
        Array(old.all.lazy.filter { !new.has($0) }.compactMap(change).prefix(Self.maximumChanges))
    }

    /// Whether nothing of what the old text says is in the new one.
    public var isAllDifferent: Bool {
        !old.all.isEmpty && old.all.allSatisfy { !new.has($0) && change($0) != nil }
    }

    private func change(_ statement: Statement) -> TextChange? {
        let near = new.like(statement, limit: Self.closelyCompared)
        let best = best(near, for: statement)
        func change(_ kind: TextChange.Kind) -> TextChange {
            TextChange(kind: kind, title: statement.title, was: statement.text, now: best?.text)
        }
        if statement.clauses.contains(where: { isOpposed($0, of: statement, among: near) }) { return change(.opposite) }
        if statement.clauses.contains(where: { clause in clause.facts.contains { !isStated($0, clause, statement) } }) {
            return change(.fact)
        }
        guard let best else { return isSpread(statement, near) ? nil : change(.gone) }
        return isIncomplete(best, beside: statement) ? change(.listed) : nil
    }

    /// The new statement about the same. One that was there before says what it said before.
    private func best(_ near: [Int], for statement: Statement) -> Statement? {
        let fitting = near.map { (statement: new.all[$0], share: share(of: statement.ownTerms, in: new.all[$0].terms)) }
            .filter { $0.share >= (old.has($0.statement) ? Self.alikeAlready : Self.alike) }
        return fitting.reversed().max { $0.share < $1.share }?.statement
    }

    /// Whether a section now says in several sentences what was one, as a table does.
    private func isSpread(_ statement: Statement, _ near: [Int]) -> Bool {
        if statement.ownTerms.isEmpty { return true }
        return near.contains { number in
            !old.has(new.all[number]) && share(of: statement.ownTerms, in: new.terms(under: new.all[number].title)) >= Self.alikeAlready
        }
    }

    /// Whether something of an enumeration, or much of a sentence, is missing, with nothing said in its place.
    private func isIncomplete(_ other: Statement, beside statement: Statement) -> Bool {
        guard !old.has(other), share(of: other.ownTerms.subtracting(other.listed), in: statement.terms) >= Self.alikeAlready else {
            return false
        }
        let said = new.terms(under: other.title)
        return statement.listed.contains { !isMeant($0, in: said) } || isCutShort(statement, to: said)
    }

    /// A single word that is missing may have been one too many.
    private func isCutShort(_ statement: Statement, to said: Set<String>) -> Bool {
        statement.ownTerms.count { !isMeant($0, in: said) } > 1 && share(of: statement.ownTerms, in: said) < Self.cutShort
    }

    /// Whether the new text states a fact about the same.
    private func isStated(_ fact: Fact, _ clause: Clause, _ statement: Statement) -> Bool {
        if fact.kind == .contact { return !new.places(of: fact).isEmpty }
        let isOnlyOne = old.places(of: fact).count == 1 && new.places(of: fact).count == 1
        return new.places(of: fact).contains { place in
            let other = new.all[place.statement], otherClause = other.clauses[place.clause]
            if fact.kind == .number, isAnothers(otherClause) { return false }
            let context = fact.kind == .day ? clause.context.subtracting([fact.value]) : clause.context
            if context.isEmpty || share(of: context, in: otherClause.context) >= Self.alike { return true }
            if old.has(other) { return false }
            return share(of: statement.terms, in: other.terms) >= (isOnlyOne ? Self.alikeBySameNumber : Self.alikeElsewhere)
        }
    }

    /// Whether a clause of the new text is about what an old one gave other numbers for.
    private func isAnothers(_ clause: Clause) -> Bool {
        let near = old.clauses(like: clause, limit: Self.closelyCompared).map { old.all[$0.statement].clauses[$0.clause] }
            .map { (clause: $0, likeness: jaccard($0.context, clause.context)) }
        guard let best = near.map(\.likeness).max(), best > 0 else { return false }
        return near.filter { $0.likeness == best }.allSatisfy { !$0.clause.numbers.isSubset(of: clause.numbers) }
    }

    private func isOpposed(_ clause: Clause, of statement: Statement, among near: [Int]) -> Bool {
        guard !clause.terms.isEmpty else { return false }
        var same: Float = 0, opposed: Float = 0
        for other in near.lazy.flatMap({ new.all[$0].clauses }) {
            let likeness = min(share(of: clause.terms, in: other.context), share(of: other.terms, in: statement.terms))
            if other.isNegated == clause.isNegated { same = max(same, likeness) } else { opposed = max(opposed, likeness) }
        }
        return opposed >= Self.opposite && opposed > same
    }

    /// How much of what some terms weigh is meant by others, 0…1.
    private func share(of terms: Set<String>, in others: Set<String>) -> Float {
        var all: Float = 0, found: Float = 0
        for term in terms {
            let weight = old.weight(of: term)
            all += weight
            if isMeant(term, in: others) { found += weight }
        }
        return all > 0 ? found / all : 0
    }
}

/// A text's statements, found by their terms and facts.
private struct Statements {
    struct Place { var statement, clause: Int }

    let all: [Statement]
    private let keys: Set<String>
    private var byTerm: [String: [Int]] = [:]
    private var byFact: [Fact: [Place]] = [:]
    private var numbersByTerm: [String: [Place]] = [:]
    private var byTitle: [String: Set<String>] = [:]

    init(_ statements: [Statement]) {
        all = statements
        keys = Set(statements.map(\.key))
        for (number, statement) in statements.enumerated() {
            for term in statement.terms { byTerm[term, default: []].append(number) }
            byTitle[statement.title, default: []].formUnion(statement.terms)
            for (place, clause) in statement.clauses.enumerated() {
                for fact in clause.facts { byFact[fact, default: []].append(Place(statement: number, clause: place)) }
                guard !clause.numbers.isEmpty else { continue }
                for term in clause.context { numbersByTerm[term, default: []].append(Place(statement: number, clause: place)) }
            }
        }
    }

    func has(_ statement: Statement) -> Bool { keys.contains(statement.key) }
    func places(of fact: Fact) -> [Place] { byFact[fact] ?? [] }
    func terms(under title: String) -> Set<String> { byTitle[title] ?? [] }

    /// What stands in few statements weighs more, and everyday words little.
    func weight(of term: String) -> Float {
        let rarity = 1 / (1 + Float(byTerm[term]?.count ?? 0) / 4)
        return CommonWords.light.contains(term) ? rarity / 3 : rarity
    }

    /// Best first.
    func like(_ statement: Statement, limit: Int) -> [Int] {
        var scores: [Int: Float] = [:]
        for term in statement.terms {
            let weight = weight(of: term)
            for meaning in meanings(of: term) { for number in byTerm[meaning] ?? [] { scores[number, default: 0] += weight } }
        }
        return scores.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit).map(\.key)
    }

    /// Clauses with numbers.
    func clauses(like clause: Clause, limit: Int) -> [Place] {
        var counts: [Int: (place: Place, count: Int)] = [:]
        for term in clause.context {
            for place in numbersByTerm[term] ?? [] { counts[place.statement * 64 + place.clause, default: (place, 0)].count += 1 }
        }
        return counts.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(limit).map(\.value.place)
    }
}

private func meanings(of term: String) -> [String] { [term] + Synonyms.of(term).filter { $0.closeness > Synonyms.near }.map(\.stem) }

/// Whether a term, a synonym or another form of it is there.
private func isMeant(_ term: String, in terms: Set<String>) -> Bool {
    if terms.contains(term) || Synonyms.of(term).contains(where: { terms.contains($0.stem) }) { return true }
    let length = term.utf8.count
    guard length >= shortestForm else { return false }
    return terms.contains { isForm($0, of: term, length) }
}

private let shortestForm = 4

/// "driv" and "driver", "licens" and "licenc".
private func isForm(_ other: String, of term: String, _ length: Int) -> Bool {
    let otherLength = other.utf8.count
    guard otherLength >= shortestForm, abs(otherLength - length) <= 3 else { return false }
    let common = zip(term.utf8, other.utf8).prefix { $0 == $1 }.count
    return common >= min(length, otherLength) || length > 4 && common >= max(length, otherLength) - 1
}

private func jaccard(_ a: Set<String>, _ b: Set<String>) -> Float {
    let common = a.intersection(b).count
    return common == 0 ? 0 : Float(common) / Float(a.count + b.count - common)
}
