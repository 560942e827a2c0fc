/// Compares words as the answerer reads them: without capitals, accents and marks, and times and prices as one word.
public enum Wording {
    /// What a question shares with others that ask the same with the same words, in whatever order and form.
    public static func key(of question: String) -> String {
        let words = words(of: question).map(\.text)
        let telling = Set(words.map(stem)).subtracting(CommonWords.stop)
        return telling.isEmpty ? words.joined(separator: " ") : telling.sorted().joined(separator: " ")
    }

    /// Whether these words stand in a text, side by side. Words without letters and digits, such as "€", don't count.
    public static func contains(_ words: String, in text: String) -> Bool {
        let sought = Answering.words(of: words).map(\.text), all = Answering.words(of: text).map(\.text)
        guard !sought.isEmpty, sought.count <= all.count else { return sought.isEmpty }
        return all.indices.dropLast(sought.count - 1).contains { all[$0..<($0 + sought.count)].elementsEqual(sought) }
    }
}
