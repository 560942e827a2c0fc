/// Everyday words of English that show that a text, or a question, is in it.
private let enoughOfText = 12
private let enoughOfQuestion = 2
private let enoughShare = 3

extension PassageIndex {
    /// Whether a question can't be about this text: both are in English, and no word of the question, nor any that means the
    /// same, stands in it. Of other languages, and of two of them, nothing is said: there, other words may mean the same.
    public func sharesNothing(with question: String) -> Bool {
        let stems = words(of: question).map { stem($0.text) }
        let english = stems.count { CommonWords.stop.contains($0) }
        guard everyday.count >= enoughOfText, english >= enoughOfQuestion, english * enoughShare >= stems.count else { return false }
        return search(question, limit: 1).isEmpty
    }
}
