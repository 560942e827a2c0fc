/// One thing a question asks about, with the terms that may stand for it in a text.
struct Concept {
    enum Kind { case content, light, hint, grammar }
    var kind: Kind
    /// How much of the question it makes up.
    var need: Float
    /// How telling it is; a rare synonym of a frequent word tells no more than the word.
    var rarity: Float
    /// Terms of the index with how close each is in meaning, 0…1. Empty when the text has nothing like it.
    var alternatives: [(term: Term, closeness: Float)]
    /// Where it stands among the question's words.
    var place: Int
}

/// A question as the index can look it up.
struct Question {
    /// Later words of a longer question are not read.
    static let maximumWords = 300
    /// Looking for a near spelling is the costly step, so a question of nonsense gets only so many.
    static let maximumCorrections = 24
    static let shortWord = 5
    /// Longer words are not tried as two written together.
    static let maximumSplitBytes = 30
    static let lightNeed: Float = 0.3
    static let hintAloneShare: Float = 0.6
    static let typoCloseness: Float = 0.92
    static let partCloseness: Float = 0.4
    static let unknownLightNeed: Float = 0.3

    var concepts: [Concept] = []
    /// Every word's stem, grammar included, for comparing with titles.
    var stems: [String]
    var words: [Word]

    init(_ text: String, in index: PassageIndex) {
        words = Array(Terms.words(of: String(text.unicodeScalars.prefix(Self.maximumWords * 20))).prefix(Self.maximumWords))
        stems = words.map { stem($0.text) }
        let reader = QuestionReader(index: index, words: words, stems: stems)
        var known = Dictionary(zip(words.map(\.text), stems)) { first, _ in first }
        let compounds = Terms(reader.spelledRight, stems: &known).compounds
        concepts = reader.concepts(compounds: compounds + writtenApart(in: index))
    }

    /// "Whats app", where the text has "WhatsApp". Not where it has both words too: they may be meant as they stand.
    private func writtenApart(in index: PassageIndex) -> [(range: Range<Int>, stem: String)] {
        words.indices.compactMap { place in
            guard let stem = stemJoined(words, at: place), index.lexicon.terms[stem] != nil,
                stems[place...].prefix(2).contains(where: { index.lexicon.terms[$0] == nil })
            else { return nil }
            return (place..<(place + 2), stem)
        }
    }

    /// Whether it asks about a well-known thing that the text doesn't have: the price of a coffee machine isn't ours.
    var namesSomethingElse: Bool { concepts.contains(where: isSomethingElse) }

    private func isSomethingElse(_ concept: Concept) -> Bool {
        concept.kind == .content && !concept.alternatives.contains { $0.closeness > Synonyms.near }
            && (CommonWords.plain.contains(stems[concept.place]) || !Synonyms.of(stems[concept.place]).isEmpty)
    }

    /// How much of it these concepts are, by their place in the list, 0…1. What the text doesn't have counts only where the
    /// heading has something near it.
    func shareKnown(among covered: Set<Int>, under heading: Set<Term>) -> Float {
        let need = concepts.reduce(Float(0)) { $0 + $1.need }
        let met = covered.reduce(Float(0)) { sum, number in
            let concept = concepts[number]
            let counts = !isSomethingElse(concept) || concept.alternatives.contains { heading.contains($0.term) }
            return sum + (counts ? concept.need : 0)
        }
        return need > 0 ? met / need : 0
    }

    /// "What can you do?" and the like, of which only grammar is left to look up.
    var isAboutBusiness: Bool {
        words.count <= 8 && concepts.allSatisfy { $0.kind == .grammar }
            && !Set(stems).isDisjoint(with: ["what", "who"]) && stems.contains(where: pronouns.contains)
    }
}

private struct QuestionReader {
    let index: PassageIndex
    let words: [Word]
    let stems: [String]
    /// Grammar, by the language that the question seems to be in.
    let isGrammar: [Bool]
    /// What words that nobody knows may stand for, by their place.
    private var corrections: [Int: (words: [String], slips: Int)] = [:]

    init(index: PassageIndex, words: [Word], stems: [String]) {
        (self.index, self.words, self.stems) = (index, words, stems)
        let foreign = words.map { CommonWords.foreignWords.contains($0.text) }
        let english = stems.map(CommonWords.stop.contains)
        let isForeign = foreign.count { $0 } > max(1, english.count { $0 })
        isGrammar = stems.indices.map { english[$0] || (isForeign && foreign[$0]) || hasHiragana(words[$0].text) }
        let unknown = stems.indices.filter { !isGrammar[$0] && !isKnown(stems[$0]) }
        for place in unknown.prefix(Question.maximumCorrections) { corrections[place] = index.lexicon.nearest(to: words[place].text) }
    }

    private func isKnown(_ stem: String) -> Bool {
        index.lexicon.terms[stem] != nil || Synonyms.stems.contains(stem) || CommonWords.light.contains(stem)
            || CommonWords.plain.contains(stem)
    }

    /// The words, with those put right that can only be one other.
    var spelledRight: [Word] {
        var right = words
        for (place, found) in corrections where words[place].text.utf8.count >= Question.shortWord && found.words.count == 1 {
            right[place].text = found.words[0]
        }
        return right
    }

    func concepts(compounds: [(range: Range<Int>, stem: String)]) -> [Concept] {
        var concepts: [Concept] = []
        var place = 0
        let chosen = compounds.sorted { ($1.range.count, $0.range.lowerBound) < ($0.range.count, $1.range.lowerBound) }
        while place < stems.count {
            if let compound = chosen.first(where: { $0.range.lowerBound == place }) {
                concepts.append(concept(of: compound, all: chosen))
                place = compound.range.upperBound
            } else {
                if let concept = concept(at: place) { concepts.append(concept) }
                place += 1
            }
        }
        if !concepts.contains(where: { $0.kind == .content }) { promoteOthers(in: &concepts) }
        if concepts.isEmpty { concepts = stems.indices.compactMap(grammarConcept) }
        return merged(concepts)
    }

    private func concept(of compound: (range: Range<Int>, stem: String), all: [(range: Range<Int>, stem: String)]) -> Concept {
        var found: [Term: Float] = [:]
        let isHint = questionPhrases.contains(compound.stem)
        for other in all where other.range == compound.range { add(other.stem, isHint ? 0.9 : 1, to: &found) }
        if isHint, let itself = index.lexicon.terms[compound.stem] { found[itself] = nil }
        let parts = compound.range.filter { !isGrammar[$0] }
        let isOneWord = index.lexicon.terms[compound.stem] != nil && !compound.stem.contains("_")
        let isCarriedByOne = parts.count == 1 && !isOneWord
        for part in parts { add(stems[part], isCarriedByOne ? 0.8 : Question.partCloseness, synonyms: isCarriedByOne, to: &found) }
        return make(isHint ? .hint : .content, found, at: compound.range.lowerBound)
    }

    private func concept(at place: Int) -> Concept? {
        let stem = stems[place]
        if isGrammar[place] || stem.utf8.count == 1 && !isNumber(stem) && index.lexicon.terms[stem] == nil { return nil }
        var found: [Term: Float] = [:]
        var isLight = CommonWords.light.contains(stem) || CommonWords.businesses.contains(stem) && index.lexicon.terms[stem] != nil
        add(stem, 1, to: &found)
        addJoined(at: place, to: &found)
        if let near = corrections[place] {
            var corrections = Set(near.words.map(Answering.stem)).sorted()
            let own = corrections.filter { index.lexicon.terms[$0] != nil }
            // A slip in a short word is too easily another word to look further than the text.
            if !own.isEmpty || words[place].text.utf8.count < Question.shortWord { corrections = own }
            if corrections.contains(where: CommonWords.stop.contains) { return nil }
            isLight = !corrections.isEmpty && corrections.allSatisfy(CommonWords.light.contains)
            for corrected in corrections {
                add(corrected, near.slips > 1 ? Question.typoCloseness * 0.9 : Question.typoCloseness, to: &found)
            }
        }
        // "We have 3 shops": how many says little, unless the text has that number. "12 times 14" is all about numbers.
        if found.isEmpty, isNumber(stem), stems.count(where: isNumber) == 1 { isLight = true }
        return make(isLight ? .light : .content, found, at: place)
    }

    /// "How much is it?" asks for nothing but the price.
    private func promoteOthers(in concepts: inout [Concept]) {
        for number in concepts.indices {
            let concept = concepts[number]
            let hasMeaning =
                concept.kind == .hint || concepts.count == 1 && !CommonWords.light.contains(stems[concept.place])
                || !Synonyms.of(stems[concept.place]).isEmpty
            guard hasMeaning, !concept.alternatives.isEmpty else { continue }
            concepts[number].kind = .content
            guard concept.kind == .hint else { continue }
            let rarity = concept.alternatives.map { index.rarity(of: $0.term) }.max() ?? 0
            concepts[number].need = Question.hintAloneShare * rarity
        }
    }

    /// For "Who is it for?", which has only grammar.
    private func grammarConcept(at place: Int) -> Concept? {
        guard let term = index.lexicon.terms[stems[place]] else { return nil }
        let rarity = index.rarity(of: term)
        return Concept(kind: .grammar, need: Question.lightNeed * rarity, rarity: rarity, alternatives: [(term, 1)], place: place)
    }

    private func add(_ stem: String, _ closeness: Float, synonyms: Bool = true, to found: inout [Term: Float]) {
        if let term = index.lexicon.terms[stem] { found[term] = max(found[term] ?? 0, closeness) }
        guard synonyms else { return }
        let isInText = index.lexicon.terms[stem] != nil
        for synonym in Synonyms.of(stem) where isInText || closeness == 1 || synonym.closeness > Synonyms.near {
            guard let term = index.lexicon.terms[synonym.stem] else { continue }
            found[term] = max(found[term] ?? 0, closeness * synonym.closeness)
        }
    }

    /// "web site" for "website", and "signup" for "sign up".
    private func addJoined(at place: Int, to found: inout [Term: Float]) {
        for stem in [place - 1, place].compactMap({ stemJoined(words, at: $0) }) { add(stem, 0.9, to: &found) }
        let word = words[place].text
        guard found.isEmpty, word.utf8.count <= Question.maximumSplitBytes else { return }
        for length in stride(from: 3, through: word.utf8.count - 3, by: 1) {
            let head = String(word.utf8.prefix(length)) ?? "", tail = String(word.utf8.dropFirst(length)) ?? ""
            guard let first = index.lexicon.terms[stem(head)], let second = index.lexicon.terms[stem(tail)] else { continue }
            for term in [first, second] { found[term] = Question.partCloseness }
        }
    }

    private func make(_ kind: Concept.Kind, _ found: [Term: Float], at place: Int) -> Concept {
        let alternatives = found.map { (term: $0.key, closeness: $0.value) }.sorted { $0.term < $1.term }
        let closest = alternatives.max { $0.closeness < $1.closeness }
        let rarity =
            closest.map { closest in
                alternatives.filter { $0.closeness >= closest.closeness }.map { index.rarity(of: $0.term) }.min() ?? 0
            } ?? index.rarity(passages: 0)
        let need =
            switch kind {
            case .light: found.isEmpty ? Question.unknownLightNeed : rarity * Question.lightNeed
            case .hint: Float(0)
            case .grammar, .content: rarity
            }
        return Concept(kind: kind, need: need, rarity: rarity, alternatives: alternatives, place: place)
    }

    /// What is asked twice, in the same or other words, counts once.
    private func merged(_ concepts: [Concept]) -> [Concept] {
        var merged: [Concept] = []
        for concept in concepts {
            let twin = merged.firstIndex {
                $0.alternatives.isEmpty
                    ? concept.alternatives.isEmpty && stems[$0.place] == stems[concept.place]
                    : $0.alternatives.elementsEqual(concept.alternatives) { $0.term == $1.term }
            }
            guard let twin else { merged.append(concept); continue }
            if merged[twin].kind != .content || (concept.kind == .content && concept.need > merged[twin].need) { merged[twin] = concept }
        }
        return merged
    }
}

/// The stem of a word and the next as one; nil where that is too short, or there is no next.
private func stemJoined(_ words: [Word], at place: Int) -> String? {
    guard place >= 0, place + 1 < words.count else { return nil }
    let pair = [words[place].text, words[place + 1].text]
    return pair.allSatisfy { $0.utf8.count > 2 } ? stem(pair.joined()) : nil
}

private func isNumber(_ stem: String) -> Bool { stem.utf8.allSatisfy { (0x30...0x39).contains($0) } }

/// Hiragana write the grammar of Japanese.
private func hasHiragana(_ word: String) -> Bool { word.unicodeScalars.contains { (0x3041...0x309F).contains($0.value) } }

/// Phrases that say what kind of answer is hoped for rather than what it is about.
private let questionPhrases: Set<String> = [
    "how_much", "how_mani", "how_long", "how_fast", "how_big", "what_time", "where_doe", "where_are_you", "where_is", "where_are",
]
