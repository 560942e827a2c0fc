/// Everyday words of English that show that a text, or a question, is in it.
private let enoughOfText = 12
private let enoughOfQuestion = 2
private let enoughShare = 3

extension PassageIndex {
    /// Whether text and question both are in English. Then a question that shares no word with the text, nor any that means the
    /// same, can't be about it. Of other languages, and of two of them, nothing is said: there, other words may mean the same.
    public func isInEnglish(with question: String) -> Bool {
        let stems = words(of: question).map { stem($0.text) }
        let english = stems.count { CommonWords.stop.contains($0) }
        return everydayCount >= enoughOfText && english >= enoughOfQuestion && english * enoughShare >= stems.count
    }
}
