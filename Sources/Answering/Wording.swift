/// Compares words as the answerer reads them: without capitals, accents and marks, and times and prices as one word.
public enum Wording {
    /// What questions share that ask the same with the same words, in whatever order and form.
    public struct Keys {
        /// The words of many questions are mostly the same.
        private var stems: [String: String] = [:]

        public init() {}

        public mutating func key(of question: String) -> String {
            let words = Answering.words(of: question).map(\.text)
            let telling = CommonWords.telling(words.map { stem(of: $0) })
            return telling.isEmpty ? words.joined(separator: " ") : telling.sorted().joined(separator: " ")
        }

        private mutating func stem(of word: String) -> String {
            if let known = stems[word] { return known }
            let stem = Answering.stem(word)
            stems[word] = stem
            return stem
        }
    }

    /// As they are compared.
    public static func words(of text: some StringProtocol) -> [String] { Answering.words(of: text).map(\.text) }

    /// Whether one can stand for the other: two numbers with the same unit, or two days.
    public static func isSameKind(_ one: some StringProtocol, _ other: some StringProtocol) -> Bool {
        let (one, other) = (Facts(one), Facts(other))
        guard one.facts.count == 1, other.facts.count == 1, one.facts[0].kind != .contact else { return false }
        return one.facts[0].kind == other.facts[0].kind && one.words == other.words
    }

    /// Whether these words stand in a text, side by side. Words without letters and digits, such as "€", don't count.
    public static func contains(_ words: String, in text: String) -> Bool {
        let sought = Answering.words(of: words).map(\.text), all = Answering.words(of: text).map(\.text)
        guard !sought.isEmpty, sought.count <= all.count else { return sought.isEmpty }
        return all.indices.dropLast(sought.count - 1).contains { all[$0..<($0 + sought.count)].elementsEqual(sought) }
    }
}
