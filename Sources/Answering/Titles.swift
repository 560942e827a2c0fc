/// A term of a title or a question. What doesn't depend on who asks is worked out once: each question meets hundreds.
struct TitleTerm: Sendable {
    let term: Term
    /// How telling it is.
    let weight: Float
    let isEveryday: Bool
}

/// The titles of passages, one after the other.
struct Titles: Sendable {
    private var terms: [TitleTerm] = []
    /// Where each title's terms end, and where each passage's titles end.
    private var endsOfTitles: [Int32] = []
    private var endsOfPassages: [Int32] = []

    init() {}

    init(_ titles: [[Set<Term>]], _ term: (Term) -> TitleTerm) {
        terms.reserveCapacity(titles.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } })
        endsOfTitles.reserveCapacity(titles.reduce(0) { $0 + $1.count })
        endsOfPassages.reserveCapacity(titles.count)
        for passage in titles {
            for title in passage {
                for number in title.sorted() { terms.append(term(number)) }
                endsOfTitles.append(Int32(terms.count))
            }
            endsOfPassages.append(Int32(endsOfTitles.count))
        }
    }

    func of(_ passage: Int) -> some RandomAccessCollection<ArraySlice<TitleTerm>> {
        range(passage, in: endsOfPassages).lazy.map { terms[range($0, in: endsOfTitles)] }
    }

    var bytes: Int { Heap.bytes(terms) + Heap.bytes(endsOfTitles) + Heap.bytes(endsOfPassages) }

    private func range(_ place: Int, in ends: [Int32]) -> Range<Int> { (place > 0 ? Int(ends[place - 1]) : 0)..<Int(ends[place]) }
}
