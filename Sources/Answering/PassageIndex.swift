/// Finds passages by their words: BM25F over the title and the text of each passage, with stems, near spellings and
/// common synonyms of the question's words. The questions that a passage begins with count like its title.
///
/// An index is built once for a text and is immutable. 5,000 passages of 170 words take a second to build, and a
/// question well under a millisecond.
public struct PassageIndex: Sendable {
    static let saturation: Float = 1.2
    static let lengthShare: Float = 0.6
    static let titleWeight: Float = 1.5
    static let titleLengthShare: Float = 0.3
    /// Few passages would make every word look rare or frequent by chance.
    static let minimumCollection: Float = 30

    public private(set) var passages: [Passage]
    let lexicon: Lexicon
    /// Terms that are everyday English.
    let everydayCount: Int
    /// What the whole text is about: of the words of the first title the one that most passages have.
    private(set) var subject: Term?
    /// For each term, where its postings begin, and at the end their count.
    private let starts: [Int32]
    private let postings: [Posting]
    private var titles = Titles()

    public init(_ passages: [Passage]) {
        var builder = IndexBuilder()
        for passage in passages { builder.add(passage) }
        self.passages = passages
        (starts, postings) = builder.postings()
        lexicon = Lexicon(terms: builder.numbered, surfaces: builder.surfaces)
        let everyday = Set(CommonWords.stop.union(CommonWords.light).compactMap { builder.terms[$0] })
        everydayCount = everyday.count
        subject = builder.titles.first?.first?.subtracting(everyday).max {
            (postings(of: $0).count, $1) < (postings(of: $1).count, $0)
        }
        titles = Titles(builder.titles) { term in
            let isEveryday = everyday.contains(term)
            let share = isEveryday || term == subject ? Question.lightNeed : 1
            return TitleTerm(term: term, weight: share * rarity(of: term), isEveryday: isEveryday)
        }
    }

    /// Of memory, about.
    public var bytes: Int {
        Heap.bytes(passages) + passages.reduce(0) { $0 + Heap.bytes($1.title) + Heap.bytes($1.text) } + lexicon.bytes
            + Heap.bytes(starts) + Heap.bytes(postings) + titles.bytes
    }

    /// The terms of a passage's title and those of each question that its text begins with.
    func titles(of passage: Int) -> some RandomAccessCollection<ArraySlice<TitleTerm>> { titles.of(passage) }

    /// The same index for passages that say the same under other numbers; nil where they say anything else.
    public func renumbered(as others: [Passage]) -> PassageIndex? {
        guard passages.elementsEqual(others, by: { $0.title == $1.title && $0.text == $1.text }) else { return nil }
        var index = self
        index.passages = others
        return index
    }

    /// Whether the two are one that was renumbered.
    public func isShared(with other: PassageIndex) -> Bool {
        postings.withUnsafeBufferPointer { ours in other.postings.withUnsafeBufferPointer { ours.baseAddress == $0.baseAddress } }
    }

    /// The best passages for a question, best first. Says nothing about whether they answer it: see `BuiltInAnswerer`.
    public func search(_ question: String, limit: Int) -> [Hit] {
        let question = Question(question, in: self)
        return candidates(for: question, limit: limit).map {
            Hit(passage: passages[$0.passage], score: $0.score, coverage: $0.coverage)
        }
    }

    func postings(of term: Term) -> ArraySlice<Posting> {
        postings[Int(starts[Int(term)])..<Int(starts[Int(term) + 1])]
    }

    /// Postings are in the order of their passages.
    func contains(_ term: Term, _ passage: Int) -> Bool {
        let all = postings(of: term)
        let place = all.partitioningIndex { Int($0.passage) >= passage }
        return place < all.endIndex && Int(all[place].passage) == passage
    }

    /// How telling a term is that stands in this many passages.
    func rarity(passages count: Int) -> Float {
        let all = max(Float(passages.count), Self.minimumCollection)
        return log(1 + (all - Float(count) + 0.5) / (Float(count) + 0.5))
    }

    func rarity(of term: Term) -> Float { rarity(passages: postings(of: term).count) }
}

struct Posting: Sendable {
    var passage: Int32
    /// The term's saturated, length-normalised frequency in the passage.
    var impact: Float
}

private struct IndexBuilder {
    var terms: [String: Term] = [:]
    /// In the order of their numbers.
    var numbered: [String] = []
    var surfaces: Set<String> = []
    var titles: [[Set<Term>]] = []
    private var stems: [String: String] = [:]
    private var counts: [(term: Term, passage: Int32, title: Float, text: Float)] = []
    private var titleLengths: [Float] = []
    private var textLengths: [Float] = []

    mutating func add(_ passage: Passage) {
        let number = Int32(titles.count)
        let (questions, answer) = asked(in: passage.text)
        var frequencies: [Term: (title: Float, text: Float)] = [:]
        let titles = ([passage.title] + questions).map { title in
            let terms = read(title)
            for term in terms.words + terms.others { frequencies[term, default: (0, 0)].title += 1 }
            return terms.words
        }
        let text = read(answer)
        for term in text.words + text.others { frequencies[term, default: (0, 0)].text += 1 }
        titleLengths.append(Float(titles.reduce(0) { $0 + $1.count }))
        textLengths.append(Float(text.words.count))
        self.titles.append(titles.map { Set($0) })
        for (term, frequency) in frequencies { counts.append((term, number, frequency.title, frequency.text)) }
    }

    /// The terms of a text's words in their order, and of its compounds and marks.
    private mutating func read(_ text: String) -> (words: [Term], others: [Term]) {
        let read = Terms(text, stems: &stems)
        var words: [Term] = []
        for (word, stem) in zip(read.words, read.stems) {
            let term = number(of: stem)
            surfaces.insert(word.text)
            words.append(term)
        }
        return (words, (read.compounds.map(\.stem) + read.marks).map { number(of: $0) })
    }

    private mutating func number(of stem: String) -> Term {
        if let known = terms[stem] { return known }
        let next = Term(terms.count)
        terms[stem] = next
        numbered.append(stem)
        return next
    }

    func postings() -> (starts: [Int32], postings: [Posting]) {
        let averageTitle = max(average(titleLengths), 1)
        let averageText = max(average(textLengths), 1)
        var starts = [Int32](repeating: 0, count: terms.count + 1)
        for count in counts { starts[Int(count.term) + 1] += 1 }
        for index in 0..<terms.count { starts[index + 1] += starts[index] }
        var next = starts
        var postings = [Posting](repeating: Posting(passage: 0, impact: 0), count: counts.count)
        for count in counts {
            let passage = Int(count.passage)
            let title = normal(count.title, titleLengths[passage] / averageTitle, share: PassageIndex.titleLengthShare)
            let text = normal(count.text, textLengths[passage] / averageText, share: PassageIndex.lengthShare)
            let frequency = PassageIndex.titleWeight * title + text
            let impact = (PassageIndex.saturation + 1) * frequency / (PassageIndex.saturation + frequency)
            let slot = Int(next[Int(count.term)])
            postings[slot] = Posting(passage: count.passage, impact: impact)
            next[Int(count.term)] += 1
        }
        return (starts, postings)
    }

    private func normal(_ frequency: Float, _ relativeLength: Float, share: Float) -> Float {
        frequency / (1 - share + share * relativeLength)
    }

    private func average(_ lengths: [Float]) -> Float {
        lengths.isEmpty ? 0 : lengths.reduce(0, +) / Float(lengths.count)
    }
}

/// The natural logarithm, without a C library: halving and a series that converges quickly on 1…2.
private func log(_ value: Float) -> Float {
    guard value > 0, value.isFinite else { return 0 }
    let fraction = value.significand
    let ratio = (fraction - 1) / (fraction + 1)
    let square = ratio * ratio
    let series = 1 + square * (1 / 3 + square * (1 / 5 + square * (1 / 7 + square / 9)))
    return Float(value.exponent) * 0.693_147_18 + 2 * ratio * series
}
