import StreamSafe

/// A sentence, a list's item or a table's row, in a form in which the wording counts little.
struct Statement {
    let title: String
    /// As it was written.
    let text: String
    let clauses: [Clause]
    /// Of all clauses and the title.
    let terms: Set<String>
    /// Without the title's.
    let ownTerms: Set<String>
    /// Of what is enumerated, with "and" or commas.
    let listed: Set<String>
    /// Equal where nothing but marks and blanks differs.
    let key: String
}

/// A part of a statement that says one thing: what is about what.
struct Clause {
    let terms: Set<String>
    let facts: Set<Fact>
    /// Terms that say what its facts are about: its own, or else its statement's.
    var context: Set<String>
    let isNegated: Bool

    var numbers: Set<Fact> { facts.filter { $0.kind == .number } }
}

extension Statement {
    /// What a text says; nothing where it asks.
    static func all(of passages: [Passage]) -> [Statement] {
        passages.flatMap { passage in
            let answer = Array(passage.answer.utf8)
            return sentences(in: answer, answer.indices).filter { !asksOnly(answer, $0) }.compactMap { range in
                Statement(String(decoding: answer[range], as: UTF8.self), title: passage.title)
            }
        }
    }

    /// nil where it says nothing.
    init?(_ text: String, title: String) {
        let bare = String(text.unicodeScalars.filter { !"*_`#".unicodeScalars.contains($0) }).streamSafe
        var clauses = clausePieces(of: bare).map(Clause.init)
        let own = clauses.reduce(into: Set<String>()) { $0.formUnion($1.terms) }
        guard !own.isEmpty || clauses.contains(where: { !$0.facts.isEmpty }) else { return nil }
        for place in clauses.indices where clauses[place].context.isEmpty { clauses[place].context = own }
        self.title = title
        self.text = text
        self.clauses = clauses
        ownTerms = own
        terms = own.union(Clause(Substring(title)).terms)
        listed = enumerated(in: bare)
        key = title + "\n" + bare.split(whereSeparator: { $0.isWhitespace || $0 == "|" }).joined(separator: " ")
    }
}

extension Clause {
    init(_ text: Substring) {
        let read = Facts(text)
        var terms: Set<String> = []
        var isNegated = false
        for word in read.words {
            if negations.contains(word.text) { isNegated.toggle() }
            if let positive = opposites[word.text] {
                isNegated.toggle()
                terms.insert(stem(positive))
            } else {
                let stem = stem(word.text)
                if !CommonWords.stopWords.contains(word.text), !negations.contains(word.text) { terms.insert(stem) }
            }
        }
        // "Check-in" isn't "check-out".
        for compound in Terms(String(text)).compounds { terms.insert(compound.stem) }
        for day in read.facts where day.kind == .day { terms.insert(day.value) }
        self.init(terms: terms, facts: Set(read.facts), context: terms, isNegated: isNegated)
    }
}

/// Cuts at commas and the like, and at "and" where numbers stand on both sides.
private func clausePieces(of text: String) -> [Substring] {
    var pieces: [Substring] = []
    var start = text.startIndex
    var index = text.startIndex
    while index < text.endIndex {
        let next = text.index(after: index)
        let ends =
            text[index] == "|" || text[index].isNewline || ",;".contains(text[index]) && (next == text.endIndex || text[next].isWhitespace)
        if ends {
            pieces.append(text[start..<index])
            start = next
        }
        index = next
    }
    pieces.append(text[start...])
    return pieces.flatMap(halves)
}

private func halves(_ piece: Substring) -> [Substring] {
    for word in [" and ", " und ", " but "] {
        guard let range = piece.firstRange(of: word) else { continue }
        let halves = [piece[..<range.lowerBound], piece[range.upperBound...]]
        if word == " but " || halves.allSatisfy({ Facts($0).facts.contains { $0.kind == .number } }) { return halves }
    }
    return [piece]
}

/// The stems of words that stand beside "and", "or" or a comma.
private func enumerated(in text: String) -> Set<String> {
    var found: Set<String> = []
    let words = text.split(whereSeparator: \.isWhitespace)
    for (place, word) in words.enumerated() {
        let follows = place > 0 && (joiners.contains(words[place - 1].lowercased()) || words[place - 1].hasSuffix(","))
        let precedes = place + 1 < words.count && joiners.contains(words[place + 1].lowercased()) || word.hasSuffix(",")
        guard follows || precedes else { continue }
        let stems = Facts(word).words.map { stem($0.text) }
        found.formUnion(stems.filter { !CommonWords.stop.contains($0) && !CommonWords.light.contains($0) })
    }
    return found
}

private let joiners: Set<String> = ["and", "or", "und", "oder", "&"]
private let negations: Set<String> = [
    "not", "no", "never", "none", "nobody", "nothing", "without", "non", "neither", "nor", "cannot", "isnt", "arent", "wasnt", "werent",
    "dont", "doesnt",
    "didnt", "hasnt", "havent", "cant", "couldnt", "wont", "wouldnt", "shouldnt", "mustnt", "nicht", "kein", "keine", "keinen", "keiner",
    "keinem", "nie", "ohne",
    "pas", "jamais", "sans", "nunca", "sin",
]
/// Said the other way round.
private let opposites: [String: String] = [
    "closed": "open", "close": "open", "closes": "open", "shut": "open", "geschlossen": "geoffnet", "forbidden": "allowed",
    "prohibited": "allowed", "banned": "allowed",
    "refuse": "accept", "refused": "accept", "reject": "accept", "excluded": "included", "excluding": "included", "exclude": "include",
    "unavailable": "available", "impossible": "possible", "unlimited": "limited", "refunded": "refund", "nonrefundable": "refundable",
]
