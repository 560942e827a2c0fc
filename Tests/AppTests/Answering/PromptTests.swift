import Answering
import FoundationEssentials
import Templates
import Testing

@testable import App

@Suite("What a model is asked")
struct PromptTests {
    private func asked(
        _ question: String, passages: [Passage], previous: [Asked.Turn] = [], _ change: (inout Bot) -> Void = { _ in }
    ) async throws -> Asked {
        var bot = Bot(id: UUID(), account: UUID(), name: "Anna’s Bakery")
        change(&bot)
        return Asked(
            text: question, previous: previous, desk: try await .made(bot, passages.map { Desk.Known(passage: $0) }), isWatched: false)
    }

    private func passage(_ id: Int64, _ text: String) -> Passage { Passage(id: id, title: "Title \(id)", text: text) }

    private func filler(_ id: Int64) -> Passage {
        passage(id, String(repeating: "Our oven number \(id) bakes rye bread slowly. ", count: 30))
    }

    @Test("A short text is sent whole, in its order, numbered from 1")
    func whole() async throws {
        let passages = [passage(70, "We open at 9."), passage(30, "Bread costs 3 €."), passage(50, "We are in Bonn.")]
        let prompt = try #require(await Prompt(asked("When do you open?", passages: passages)))
        #expect(prompt.passages.map(\.id) == [70, 30, 50])
        let rules = try #require(prompt.messages.first)
        #expect("\(rules.role)" == "system")
        for text in [
            "Anna’s Bakery", Prompt.declines, "\n[1] Title 70\nWe open at 9.\n", "\n[2] Title 30\nBread", "\n[3] Title 50\nWe are",
        ] {
            #expect(rules.content.contains(text), "\(text)")
        }
        let question = try #require(prompt.messages.last)
        #expect("\(question.role)" == "user" && question.content == "When do you open?")
        #expect(prompt.messages.count == 2)
    }

    @Test("Of a long text, the best passages are sent")
    func best() async throws {
        let lots = (71...76).map { passage($0, "The parking lot number \($0) is full.") }
        let passages = (1...40).map { filler($0) } + lots + [passage(77, "Our parking lot is behind the church.")]
        let prompt = try #require(await Prompt(asked("Where can I park? Is there a parking lot behind the church?", passages: passages)))
        #expect((Prompt.fewPassages...Prompt.bestPassages).contains(prompt.passages.count))
        #expect(prompt.passages.first?.id == 77)
        #expect(prompt.messages[0].content.contains("[1] Title 77"))
    }

    @Test("A follow-up finds the passage that the question before it was about")
    func followUp() async throws {
        let passages = (1...40).map { filler($0) } + (76...78).map { passage($0, "Our parking lot is behind the church, entry \($0).") }
        let turn = Asked.Turn(question: "Where is the parking lot?", answer: "Behind the church [1].")
        let prompt = try #require(await Prompt(asked("How do I get there?", passages: passages, previous: [turn])))
        #expect(prompt.passages.contains { $0.id == 77 })
    }

    @Test("The border between short and long is in bytes of text", arguments: [(0, 5), (1, 4)])
    func border(_ more: Int, _ sent: Int) async throws {
        let text = String(repeating: "x", count: Prompt.wholeTextBytes - 20 + more)
        let passages = [passage(1, text)] + (2...5).map { passage($0, "bread") }
        let prompt = try #require(await Prompt(asked("bread", passages: passages)))
        #expect(prompt.passages.count == sent)
    }

    @Test("Of a long text in which little is found, a model gets the beginning: it may be in another language")
    func otherLanguage() async throws {
        let prompt = try #require(await Prompt(asked("Xylophon?", passages: (1...40).map { filler($0) })))
        #expect(prompt.passages.map(\.id) == (1...prompt.passages.count).map { Int64($0) })
        let bytes = prompt.passages.reduce(0) { $0 + $1.text.utf8.count }
        #expect(bytes <= Prompt.mostBytes && bytes + filler(1).text.utf8.count > Prompt.mostBytes)
    }

    private static let handbook = """
        We are open from Monday to Friday, and you can call us at any time between 9 and 18. If you want to return what you have \
        bought, please bring it to the shop with its receipt within 30 days; we will give you your money back or another one.
        """

    @Test(
        "A first question that has nothing to do with a long text asks no model",
        arguments: [
            "Write me a poem about the sea and its whales.", "What is the capital of Mongolia?",
            "How do I reverse a linked list in Haskell?",
        ])
    func offTopic(_ question: String) async throws {
        let passages = (1...40).map { passage($0, Self.handbook) }
        #expect(try await Prompt(asked(question, passages: passages)) == nil)
        let turn = Asked.Turn(question: "When are you open?", answer: "From Monday to Friday.")
        #expect(try await Prompt(asked(question, passages: passages, previous: [turn])) != nil, "it may go on from what was said")
        #expect(try await Prompt(asked(question, passages: [passage(1, Self.handbook)])) != nil, "a short text is cheap to read")
    }

    @Test(
        "A question in another language than the text's goes to the model",
        arguments: [
            "Wann haben Sie am Sonntag geöffnet?", "À quelle heure ouvrez-vous ?", "¿Puedo devolver una compra?", "何時に開きますか",
            "Kan ik iets terugbrengen?",
        ])
    func foreign(_ question: String) async throws {
        #expect(try await Prompt(asked(question, passages: (1...40).map { passage($0, Self.handbook) })) != nil)
    }

    @Test("Earlier turns come in their order, the newest fifty at most")
    func turns() async throws {
        let turns = (1...52).map { Asked.Turn(question: "Question \($0)?", answer: "Answer \($0).") }
        let prompt = try #require(await Prompt(asked("And now?", passages: [passage(1, "We open at 9.")], previous: turns)))
        #expect(
            Array(prompt.messages.map(\.content).dropFirst()) == (3...52).flatMap { ["Question \($0)?", "Answer \($0)."] } + ["And now?"])
        #expect(
            Array(prompt.messages.map { "\($0.role)" }.dropFirst()) == Array(repeating: ["user", "assistant"], count: 50).flatMap(\.self)
                + ["user"])
    }

    @Test("Where there is nothing to answer from, no model is asked")
    func nothing() async throws {
        #expect(try await Prompt(asked("When do you open?", passages: [])) == nil)
    }

    @Test("The owner's notes stand under the rules, which count where the two differ")
    func notes() async throws {
        let prompt = try #require(
            await Prompt(asked("Open?", passages: [passage(1, "We open at 9.")]) { $0.systemPrompt = " \nAlways mention our rye bread.\n" })
        )
        let text = try #require(prompt.messages.first?.content)
        let places = ["only from the numbered passages", "the rules count:\nAlways mention our rye bread.\n", "[1] Title 1"].map {
            text.firstRange(of: $0)?.lowerBound
        }
        let found = places.compactMap(\.self)
        #expect(found.count == 3 && found == found.sorted())
    }

    @Test("Without notes nothing is said of them", arguments: ["", "  \n"])
    func noNotes(_ notes: String) async throws {
        let prompt = try #require(await Prompt(asked("Open?", passages: [passage(1, "We open at 9.")]) { $0.systemPrompt = notes }))
        #expect(prompt.messages.first?.content.contains("Notes") == false)
    }

    @Test(
        "The answer is in the bot's language, or else in the question's",
        arguments: [
            ("de", "Answer in German, kindly"), ("nb", "Answer in Norwegian, kindly"),
            (nil, "Answer in the language of the question, kindly"),
            ("xx", "Answer in the language of the question, kindly"), ("", "Answer in the language of the question, kindly"),
        ] as [(String?, String)])
    func language(_ code: String?, _ sentence: String) async throws {
        let prompt = try #require(await Prompt(asked("Open?", passages: [passage(1, "We open at 9.")]) { $0.language = code }))
        #expect(prompt.messages.first?.content.contains(sentence) == true)
    }

    @Test("An owner can read all that would be sent")
    func text() async throws {
        let turn = Asked.Turn(question: "Hello?", answer: "Hello.")
        let prompt = try #require(await Prompt(asked("Open?", passages: [passage(1, "We open at 9.")], previous: [turn])))
        #expect(prompt.text.hasPrefix("system:\nYou are the front desk of Anna’s Bakery."))
        #expect(prompt.text.hasSuffix("We open at 9.\n\n\nuser:\nHello?\n\nassistant:\nHello.\n\nuser:\nOpen?"))
    }

    @Test("Its bytes are counted")
    func bytes() async throws {
        let prompt = try #require(await Prompt(asked("ä", passages: [passage(1, "x")])))
        #expect(prompt.byteCount == prompt.messages[0].content.utf8.count + 2)
    }
}

@Suite("The languages that a bot may be told to answer in")
struct LanguageTests {
    @Test("Each has a code and a name of its own, and is found by the code")
    func all() {
        #expect(Set(Language.all.map(\.code)).count == Language.all.count && Set(Language.all.map(\.name)).count == Language.all.count)
        #expect(Language.all.map(\.name) == Language.all.map(\.name).sorted())
        for language in Language.all { #expect(Language(code: language.code) == language) }
        #expect(Language(code: "tlh") == nil)
    }
}
