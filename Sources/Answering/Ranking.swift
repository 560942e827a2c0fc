/// A passage in the running for an answer.
struct Candidate {
    var passage: Int
    var score: Float
    /// How much of the question's need the passage meets, 0…1.
    var coverage: Float
    /// How well its title repeats the question, grammar included, 0…1.
    var titleMatch: Float
    /// The share of its title's telling words that the question asks about, 0…1.
    var titleAsked: Float
    /// Which concepts it has, and which its title has, by their place in the question's list.
    var covered: Set<Int>
    var titleCovered: Set<Int>
}

extension PassageIndex {
    /// Passages beyond these are not compared more closely.
    private static let closelyCompared = 24

    func candidates(for question: Question, limit: Int) -> [Candidate] {
        guard limit > 0 else { return [] }
        let comparison = Comparison(question, self)
        let scores = wordScores(for: question)
        return places(ofHighest: scores, count: max(limit, Self.closelyCompared))
            .map { comparison.candidate($0, wordScore: scores[$0]) }
            .sorted { ($1.score, $0.passage) < ($0.score, $1.passage) }
            .prefix(limit).map { $0 }
    }

    /// BM25F, where a concept counts once by its best word and a little by the others.
    private func wordScores(for question: Question) -> [Float] {
        let furtherWordShare: Float = 0.2
        let lightImportance: Float = 0.5
        var scores = [Float](repeating: 0, count: passages.count)
        var best = scores
        var touched: [Int] = []
        for concept in question.concepts {
            for (term, closeness) in concept.alternatives {
                let importance = concept.kind == .content ? closeness : closeness * lightImportance
                let weight = min(rarity(of: term), concept.rarity) * importance
                for posting in postings(of: term) {
                    let passage = Int(posting.passage)
                    let known = best[passage], new = weight * posting.impact
                    if known == 0 { touched.append(passage) }
                    best[passage] = max(known, new) + furtherWordShare * min(known, new)
                }
            }
            for passage in touched {
                scores[passage] += best[passage]
                best[passage] = 0
            }
            touched.removeAll(keepingCapacity: true)
        }
        return scores
    }

    private func places(ofHighest scores: [Float], count: Int) -> [Int] {
        var best: [(place: Int, score: Float)] = []
        for (place, score) in scores.enumerated() where score > 0 {
            if best.count == count, let last = best.last, score <= last.score { continue }
            let slot = best.firstIndex { $0.score < score } ?? best.count
            best.insert((place, score), at: slot)
            if best.count > count { best.removeLast() }
        }
        return best.map(\.place)
    }
}

/// What stands for the business itself in a question to it.
let pronouns: Set<String> = ["it", "this", "you"]

/// Looks closely at a passage: what it covers, and what its title and its questions say.
private struct Comparison {
    private static let coverageWeight: Float = 0.5
    private static let titleMatchWeight: Float = 2
    /// A synonym must be this close for a title to count as asked about.
    private static let askedCloseness: Float = 0.6

    private let index: PassageIndex
    private let concepts: [Concept]
    private let need: Float
    /// The terms that the question knows, by their number: each passage's titles are looked up in them.
    private let known: [Known]
    /// What those of its words weigh that are no concept.
    private let grammarWeight: Float

    private struct Known {
        let term: Term
        /// Whether it is one of the question's words, or what the text is about where they say "it" or "you".
        let isAsked: Bool
        /// Which concepts it may stand for, and how closely.
        let meanings: [(concept: Int, closeness: Float)]
        let closest: Float
    }

    init(_ question: Question, _ index: PassageIndex) {
        self.index = index
        concepts = question.concepts
        need = max(concepts.reduce(0) { $0 + $1.need }, .leastNormalMagnitude)
        var asked = Set(question.stems.compactMap { index.lexicon.terms[$0] })
        if let subject = index.subject, question.stems.contains(where: pronouns.contains) { asked.insert(subject) }
        var meanings: [Term: [(concept: Int, closeness: Float)]] = [:]
        for (number, concept) in concepts.enumerated() {
            for (term, closeness) in concept.alternatives { meanings[term, default: []].append((number, closeness)) }
        }
        grammarWeight = asked.filter { meanings[$0] == nil }.reduce(0) { $0 + Question.lightNeed * index.rarity(of: $1) }
        known = asked.union(meanings.keys).sorted().map { term in
            let meanings = meanings[term] ?? []
            return Known(
                term: term, isAsked: asked.contains(term), meanings: meanings, closest: meanings.map(\.closeness).max() ?? 0)
        }
    }

    private func known(_ word: TitleTerm) -> Known? {
        let place = known.partitioningIndex { $0.term >= word.term }
        return place < known.endIndex && known[place].term == word.term ? known[place] : nil
    }

    func candidate(_ passage: Int, wordScore: Float) -> Candidate {
        let titles = index.titles(of: passage)
        let heading = titles.first ?? []
        let met = concepts.map { closeness(of: $0, in: passage) }
        let coverage = coverage(met)
        let titleMatch = titles.map(likeness).max() ?? 0
        let titleFactor = 1 + Self.titleMatchWeight * titleMatch * titleMatch
        let factor = (1 - Self.coverageWeight + Self.coverageWeight * coverage) * titleFactor
        return Candidate(
            passage: passage, score: wordScore * factor, coverage: coverage, titleMatch: titleMatch,
            titleAsked: shareAsked(of: heading), covered: Set(met.indices.filter { met[$0] > 0 }),
            titleCovered: Set(heading.flatMap { known($0)?.meanings ?? [] }.filter { $0.closeness >= Self.askedCloseness }.map(\.concept)))
    }

    private func closeness(of concept: Concept, in passage: Int) -> Float {
        concept.alternatives.reduce(0) { best, alternative in
            alternative.closeness > best && index.contains(alternative.term, passage) ? alternative.closeness : best
        }
    }

    private func coverage(_ met: [Float]) -> Float {
        zip(met, concepts).reduce(Float(0)) { $0 + $1.0 * $1.1.need } / need
    }

    /// How much of the question and of a title is found in the other, grammar included, 0…1.
    private func likeness(to title: ArraySlice<TitleTerm>) -> Float {
        var met = [Float](repeating: 0, count: concepts.count)
        var found: Float = 0, all = need + grammarWeight
        for word in title {
            all += word.weight
            guard let known = known(word) else { continue }
            for meaning in known.meanings { met[meaning.concept] = max(met[meaning.concept], meaning.closeness) }
            if known.isAsked {
                found += known.meanings.isEmpty ? 2 * word.weight : word.weight
            } else {
                found += word.weight * known.closest
            }
        }
        found += zip(met, concepts).reduce(0) { $0 + $1.0 * $1.1.need }
        return all > 0 ? min(found / all, 1) : 0
    }

    private func shareAsked(of title: ArraySlice<TitleTerm>) -> Float {
        let telling = title.filter { !$0.isEveryday }
        guard !telling.isEmpty else { return 0 }
        let found = telling.count { known($0)?.closest ?? 0 >= Self.askedCloseness }
        return Float(found) / Float(telling.count)
    }
}
