import Testing

@testable import Answering

@Suite("The owner's own answers")
struct OwnAnswersTests {
    private let answers = OwnAnswers([
        Passage(id: 1, title: "Do you deliver on Sundays?", text: "No, never on a Sunday."),
        Passage(id: 2, title: "Can I return a cake?", text: "Only if it was our mistake."),
        Passage(id: 3, title: "What does delivery cost from 40 euros?", text: "Nothing."),
        Passage(id: 4, title: "¿?", text: "never"),
    ])

    @Test(
        "The same question gets the answer, however it is dressed",
        arguments: [
            "Do you deliver on Sundays?", "do you deliver on sundays", "DO YOU DELIVER ON SUNDAYS???",
            "Hi, do you deliver on Sundays please?",
            "Do you deliver on Sunday", "Do you delivr on Sundays?", "do you deilver on sundays",
        ])
    func same(_ question: String) { #expect(answers.pair(for: question)?.id == 1) }

    @Test(
        "Another question doesn't",
        arguments: [
            "Do you deliver on Mondays?", "Do you deliver?", "Do they deliver on Sundays and holidays?", "", "?", "a the",
            "Can I return a lake?",
            "What does delivery cost from 50 euros?", "Sundays on deliver you do?",
        ])
    func other(_ question: String) { #expect(answers.pair(for: question) == nil) }

    @Test("Without pairs there is none") func none() { #expect(OwnAnswers([]).pair(for: "Do you deliver?") == nil) }
}
