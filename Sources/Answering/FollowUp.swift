extension BuiltInAnswerer {
    /// How many words of its own a question may have and still lean on the one before.
    private static let maximumOwnWords = 4
    private static let earlierImportance: Float = 0.5

    /// "And on Sundays?" takes its subject from the question before. Nil where the question stands by itself.
    func followUp(_ question: Question, to earlier: Question) -> Verdict? {
        let own = question.concepts.filter { $0.kind != .hint }
        guard leansBack(question), own.count <= Self.maximumOwnWords, !namesTopic(question) else { return nil }
        guard own.allSatisfy({ $0.kind != .content || !$0.alternatives.isEmpty }) else { return nil }
        var joined = question
        joined.concepts += earlier.concepts.map { concept in
            var concept = concept
            concept.need *= Self.earlierImportance
            concept.rarity *= Self.earlierImportance
            return concept
        }
        return verdict(on: joined)
    }

    /// "Can I bring it back?" has an answer whatever "it" is; "and on Sundays?" has none without what came before.
    func standsAlone(_ question: Question) -> Bool {
        let texts = question.words.map(\.text)
        return !pointsBack(texts) && texts.count > 3 && question.concepts.contains { $0.kind == .content && !$0.alternatives.isEmpty }
    }

    /// "What about returns?" asks about a topic that the text has, and so about nothing before.
    private func namesTopic(_ question: Question) -> Bool {
        let words = question.words.map(\.text)
        guard !words.contains(where: backward.contains), !words.contains("it") else { return false }
        return index.candidates(for: question, limit: 1).contains { $0.titleAsked == 1 && $0.coverage >= Self.enoughCoverage }
    }

    private func leansBack(_ question: Question) -> Bool {
        let texts = question.words.map(\.text)
        let asksAbout = texts.count > 1 && ["what about", "how about", "ok and"].contains(texts.prefix(2).joined(separator: " "))
        let points = texts.contains { ["it", "this", "there"].contains($0) }
        return asksAbout || points || pointsBack(texts) || question.concepts.allSatisfy { $0.kind != .content }
    }
}

private let backward: Set<String> = ["that", "they", "them", "those", "these", "one", "ones"]

/// Whether a sentence points to the one before it.
private func pointsBack(_ words: [String]) -> Bool {
    ["and", "also", "or", "but", "then"].contains(words.first ?? "") || words.contains(where: backward.contains)
}
