/// The terms of an index, and the words that can be misspelt.
struct Lexicon: Sendable {
    let terms: TermTable
    /// Words of the text alone.
    private let spelling: Spelling

    init(terms: [String], surfaces: Set<String>) {
        self.terms = TermTable(terms)
        spelling = Spelling(surfaces.filter { $0.utf8.count > 2 && !Self.common.contains($0) }.sorted())
    }

    var bytes: Int { terms.bytes + spelling.bytes }

    /// Of the text's words and of those that all know.
    func nearest(to word: String) -> (words: [String], slips: Int) { spelling.nearest(to: word, with: [Self.commonSpelling]) }

    /// The same for every text, and so in memory once.
    private static let common = Synonyms.vocabulary.union(CommonWords.stopWords).union(CommonWords.lightWords).union(CommonWords.plainWords)
    private static let commonSpelling = Spelling(common.sorted())
}
