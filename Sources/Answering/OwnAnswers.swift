/// Questions that an owner has answered themselves. Asked again, in the same words or with a slip of the finger, they get
/// that answer word for word.
public struct OwnAnswers: Sendable {
    /// Words that make no other question of one.
    private static let fillers: Set<String> = ["a", "an", "the", "please", "hi", "hello", "hey", "thanks", "thank"]
    /// Wrong letters that a word of this many may have. Shorter ones are other words soon: "fee", "free".
    private static let lettersForOneSlip = 5
    private static let lettersForTwoSlips = 9

    private let known: [(words: [String], passage: Passage)]
    private let exact: [[String]: Int]

    /// - Parameter pairs: passages whose title is the question and whose text is the answer.
    public init(_ pairs: [Passage]) {
        known = pairs.map { (Self.words($0.title), $0) }.filter { !$0.0.isEmpty }
        exact = Dictionary(known.enumerated().map { ($1.words, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public var isEmpty: Bool { known.isEmpty }

    /// Of memory, about; of the passages only what the index of them hasn't.
    public var bytes: Int {
        Heap.bytes(known) + Heap.bytes(exact) + known.reduce(0) { $0 + Heap.bytes($1.words) + $1.words.reduce(0) { $0 + Heap.bytes($1) } }
    }

    public var pairs: [Passage] { known.map(\.passage) }

    /// As the owner wrote them.
    public var questions: [String] { known.map(\.passage.title) }

    /// The pair whose question this is.
    public func pair(for question: String) -> Passage? {
        if isEmpty { return nil }
        let asked = Self.words(question)
        if let place = exact[asked] { return known[place].passage }
        return known.first { Self.isNearly(asked, $0.words) }?.passage
    }

    private static func words(_ text: String) -> [String] {
        Answering.words(of: text).map(\.text).filter { !fillers.contains($0) }
    }

    private static func isNearly(_ asked: [String], _ known: [String]) -> Bool {
        asked.count == known.count && zip(asked, known).allSatisfy { isNearly($0, $1) }
    }

    static func isNearly(_ asked: String, _ known: String) -> Bool {
        if asked == known || stem(asked) == stem(known) { return true }
        // A number is right or wrong.
        guard !known.contains(where: \.isNumber) else { return false }
        let length = known.unicodeScalars.count
        let slips = length >= lettersForTwoSlips ? 2 : length >= lettersForOneSlip ? 1 : 0
        return slips > 0 && distance(Array(asked.unicodeScalars), Array(known.unicodeScalars), atMost: slips)
    }

    /// Whether so many letters put in, left out, exchanged or swapped with their neighbour make one word of the other.
    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar], atMost limit: Int) -> Bool {
        guard abs(a.count - b.count) <= limit else { return false }
        var before: [Int] = []
        var previous = Array(0...b.count)
        for (row, letter) in a.enumerated() {
            var current = [row + 1]
            for (column, other) in b.enumerated() {
                var best = min(previous[column] + (letter == other ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, letter == b[column - 1], a[row - 1] == other { best = min(best, before[column - 1] + 1) }
                current.append(best)
            }
            (before, previous) = (previous, current)
        }
        return previous[b.count] <= limit
    }
}
