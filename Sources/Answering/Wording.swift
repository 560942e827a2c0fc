/// What a question shares with others that ask the same with the same words, in whatever order and form.
public enum Wording {
    public static func key(of question: String) -> String {
        let words = words(of: question).map(\.text)
        let telling = Set(words.map(stem)).subtracting(CommonWords.stop)
        return telling.isEmpty ? words.joined(separator: " ") : telling.sorted().joined(separator: " ")
    }
}
