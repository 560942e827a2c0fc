extension BuiltInAnswerer {
    /// How many words of its own a question may have and still lean on the one before.
    private static let maximumOwnWords = 4
    private static let earlierImportance: Float = 0.5

    /// "And on Sundays?" takes its subject from the question before. Nil where the question stands by itself.
    func followUp(_ question: Question, to earlier: Question) -> Verdict? {
        let own = question.concepts.filter { $0.kind != .hint }
        guard leansBack(question), own.count <= Self.maximumOwnWords else { return nil }
        guard own.allSatisfy({ $0.kind != .content || !$0.alternatives.isEmpty }) else { return nil }
        var joined = question
        joined.concepts += earlier.concepts.map { concept in
            var concept = concept
            concept.need *= Self.earlierImportance
            return concept
        }
        return verdict(on: joined)
    }

    private func leansBack(_ question: Question) -> Bool {
        let texts = question.words.map(\.text)
        let opens = ["and", "also", "or", "but", "then"].contains(texts.first ?? "")
        let asksAbout = texts.count > 1 && ["what about", "how about", "ok and"].contains(texts.prefix(2).joined(separator: " "))
        let points = texts.contains { ["it", "that", "they", "them", "those", "these", "this", "there", "one", "ones"].contains($0) }
        return opens || asksAbout || points || question.concepts.allSatisfy { $0.kind != .content }
    }
}
