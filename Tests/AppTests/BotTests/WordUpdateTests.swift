import Templates
import Testing

@testable import App

@Suite("What a test can expect after a change on purpose")
struct WordUpdateTests {
    static let clear: [(words: String, old: String, new: String, now: String)] = [
        ("3.50", "We deliver within the city for 3.50.", "We deliver within the city for 4.50.", "4.50"),
        ("3,50 €", "Delivery is 3,50 € within the city.", "Delivery is 4,20 € within the city.", "4,20 €"),
        ("€3.50", "Delivery is €3.50.", "Delivery is €4.", "€4"),
        ("3.50", "We deliver for 3.50.", "We deliver for 4.50 within the city.", "4.50"),
        ("9 to 18", "We are open Monday to Friday from 9 to 18 o’clock.", "We are open Monday to Friday from 8 to 17 o’clock.", "8 to 17"),
        ("18", "Open from 9 to 18 o’clock.", "Open from 9 to 17:30 o’clock.", "17:30"),
        ("Monday to Friday", "Open Monday to Friday from 9.", "Open Tuesday to Saturday from 9.", "Tuesday to Saturday"),
        ("sunday", "Closed on Sunday.", "Closed on Monday.", "Monday"),
        ("10", "Adults pay 10, children 5.", "Adults pay 12, children 6.", "12"),
        ("3.50", "Delivery is 3.50. Yes, 3.50.", "Delivery is 4.50. Yes, 4.50.", "4.50"),
        ("3.50 within the city", "We deliver for 3.50 within the city.", "We deliver for 4.50 within the city.", "4.50 within the city"),
        ("3.50", "## Prices\n\n| Delivery | 3.50 |\n| Bread | 4 |", "## Prices\n\n| Delivery | 4.50 |\n| Bread | 4 |", "4.50"),
    ]

    @Test("A value that took another's place takes it in the test too", arguments: clear)
    func becomes(words: String, old: String, new: String, now: String) {
        let result = BotTest(question: "?", words: [words]).result(from: given(old), to: given(new))
        #expect(result.updates == [WordUpdate(was: words, now: now)])
    }

    static let unclear: [(words: String, old: String, new: String)] = [
        ("3.50", "We deliver for 3.50.", "We deliver free."),
        ("3.50", "We deliver for 3.50.", "We don’t deliver any more."),
        ("3.50", "We deliver for 3.50.", "We deliver until 20."),
        ("3.50", "We deliver for 3.50.", "We deliver for 2 days and more."),
        ("3.50", "Delivery is 3.50, pickup is 3.50.", "Delivery is 4.50, pickup is 5.50."),
        ("free", "Parking is free.", "Parking is forbidden."),
        ("Friday", "Open on Friday.", "Open on 4 days."),
        ("500g", "A loaf has 500g.", "A loaf has 2kg."),
        ("5550100", "Call 5550100.", "Call 5550199."),
        ("3.50", "It is 3.50 by bike.", "A courier takes it wherever you live, for 4.50 or more, depending on where."),
        ("rye 3.50", "We have rye 3.50.", "We have wheat 4.50."),
        ("3.50", "", "We deliver for 4.50."),
    ]

    @Test("Where that isn't clear, the test stays as it is", arguments: unclear)
    func stays(words: String, old: String, new: String) {
        let result = BotTest(question: "?", words: [words]).result(from: given(old), to: given(new))
        #expect(result.updates.isEmpty)
    }

    @Test("A test is brought up to date as a whole, or not at all")
    func whole() {
        let (old, new) = ("Open Monday from 9 to 18, delivery 3.50.", "Open Monday from 8 to 18, we deliver nothing.")
        #expect(BotTest(question: "?", words: ["9", "3.50"]).result(from: given(old), to: given(new)).updates.isEmpty)
        #expect(
            BotTest(question: "?", words: ["9", "18"]).result(from: given(old), to: given(new)).updates == [WordUpdate(was: "9", now: "8")])
        let forbids = BotTest(question: "?", words: ["9"], forbidden: ["8"])
        #expect(forbids.result(from: given(old), to: given(new)).updates.isEmpty, "it would fail all the same")
        let elsewhere = BotTest(question: "?", expectedSource: "gone", words: ["9"])
        #expect(elsewhere.result(from: given(old), to: given(new)).updates.isEmpty)
        #expect(BotTest(question: "?", words: ["7"]).result(from: given(old), to: given(new)).updates.isEmpty, "it failed before")
    }

    private func given(_ text: String) -> GivenAnswer { GivenAnswer(text: text, isDeclined: text.isEmpty, sources: ["context"]) }
}
