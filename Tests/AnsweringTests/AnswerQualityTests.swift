import Testing

@testable import Answering

@Suite("The built-in answerer quotes the right passage, or declines") struct AnswerQualityTests {
    @Test(
        "of 40 questions on the demo's text, half of them paraphrased or misspelt, at least 36 quote the right passage first, of 20 others at least 18 are declined",
        arguments: ["judged", "tuning", "heldout"])
    func demo(_ name: String) throws {
        let result = try JudgedQuestions(name).judge(BuiltInAnswerer(Splitter.passages(ofMarkdown: demoText())))
        #expect(result.answerable == 40 && result.unanswerable == 20)
        #expect(result.right >= 36, "missed: \(result.misses)")
        #expect(result.declined >= 18, "missed: \(result.misses)")
    }

    /// The shares are below what is reached, so that a change of the text may cost a question or two. "owners3" was
    /// written to be as far from the text's words as people are who have never seen it.
    @Test(
        "further questions on the demo's text keep the share that is answered, and that is declined",
        arguments: [
            ("tuning2", 0.95, 0.95), ("fresh", 0.95, 0.95), ("last", 0.9, 0.9), ("owners", 0.9, 0.85), ("owners2", 0.9, 0.85),
            ("owners3", 0.75, 0.9), ("owners4", 0.85, 0.85), ("owners5", 0.85, 0.8),
            ("owners6", 0.9, 0.85), ("owners7", 0.9, 0.85),
            ("strangers", 0.7, 0.6), ("strangers2", 0.9, 0.65), ("strangers3", 0.7, 0.7),
        ])
    func furtherDemo(_ name: String, _ right: Double, _ declined: Double) throws {
        let result = try JudgedQuestions(name).judge(BuiltInAnswerer(Splitter.passages(ofMarkdown: demoText())))
        #expect(Double(result.right) >= right * Double(result.answerable), "missed: \(result.misses)")
        #expect(Double(result.declined) >= declined * Double(result.unanswerable), "missed: \(result.misses)")
    }

    @Test(
        "other businesses' texts are answered from as well: a bakery's, a hair salon's, and a bike shop's without any Markdown",
        arguments: [("bakery", "bakery.md"), ("salon", "salon.md"), ("bikes", "bikes.txt")])
    func otherBusinesses(_ name: String, _ file: String) throws {
        let answerer = BuiltInAnswerer(Splitter.passages(ofMarkdown: try questionFile(file)))
        let result = try JudgedQuestions(name).judge(answerer)
        #expect(Double(result.right) >= 0.9 * Double(result.answerable), "missed: \(result.misses)")
        #expect(result.unanswerable - result.declined <= 1, "missed: \(result.misses)")
    }

    @Test("a guesthouse's questions, none of which the answerer was tuned on, are mostly answered")
    func guesthouse() throws {
        let answerer = BuiltInAnswerer(Splitter.passages(ofMarkdown: try questionFile("guesthouse.md")))
        let result = try JudgedQuestions("guesthouse").judge(answerer)
        #expect(Double(result.right) >= 0.75 * Double(result.answerable), "missed: \(result.misses)")
        #expect(result.unanswerable - result.declined <= 1, "missed: \(result.misses)")
    }

    /// How many were right at first, untuned: dentist 25, pizza 28, driving 18 of 40; groomer 23, camp 23, hair 24, hotel 22 of 30.
    @Test(
        "texts and questions that strangers wrote keep the share that is answered by the sentence they had in mind, and that is declined",
        arguments: [
            ("dentist", 0.65, 0.9), ("pizza", 0.55, 0.95), ("driving", 0.4, 0.7), ("groomer", 0.8, 0.95), ("camp", 0.75, 0.95),
            ("hair", 0.7, 0.95), ("hotel", 0.6, 0.95),
        ])
    func strangers(_ name: String, _ right: Double, _ declined: Double) throws {
        let answerer = BuiltInAnswerer(Splitter.passages(ofMarkdown: try questionFile("Strangers/\(name).md")))
        let result = try JudgedQuestions("Strangers/\(name)").judge { evidence in
            guard case .quoted(let citations) = answerer.answer(evidence.text) else { return nil }
            return evidence.headings.first { citations[0].quote.contains($0) } ?? citations[0].quote
        }
        #expect(Double(result.right) >= right * Double(result.answerable), "missed: \(result.misses)")
        #expect(Double(result.declined) >= declined * Double(result.unanswerable), "missed: \(result.misses)")
    }

    @Test(
        "every heading that a question names is in the text, so a renamed section is noticed",
        arguments: [
            "judged", "tuning", "tuning2", "heldout", "fresh", "last", "owners", "owners2", "owners3", "owners4", "owners5", "owners6",
            "owners7", "strangers", "strangers2", "strangers3",
        ])
    func headings(_ name: String) throws {
        let titles = Set(Splitter.passages(ofMarkdown: try demoText()).map(\.title))
        for question in try JudgedQuestions(name).questions {
            for heading in question.headings { #expect(titles.contains(heading), "\(heading)") }
        }
    }
}
