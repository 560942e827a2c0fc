import Testing

@testable import Templates

@Suite("The chat page")
struct ChatTests {
    @Test(
        "It speaks the bot's language, or else the one that the visitor likes best",
        arguments: [
            (nil, nil, "en"), ("de", "fr", "de"), (nil, "fr-CH, fr;q=0.9, en;q=0.8", "fr"), (nil, "en;q=0.1, nl;q=0.5", "nl"),
            ("pl", "it", "it"),
            (nil, "pl, uk", "en"), (nil, "DE-at", "de"), (nil, "es;q=0, pt;q=0.1", "pt"), (nil, ",;=,q", "en"),
        ] as [(String?, String?, String)])
    func language(_ bot: String?, _ accepted: String?, _ expected: String) {
        #expect(ChatWords.spoken(language: bot, accepted: accepted).language == expected)
    }

    @Test("Every language has every sentence, and says it in its own way", arguments: ChatWords.all)
    func complete(_ words: ChatWords) {
        let sentences =
            Mirror(reflecting: words).children.compactMap { $0.value as? String }
            + Mirror(reflecting: words.answer).children.compactMap { $0.value as? String }
        #expect(sentences.count >= 38 && sentences.allSatisfy { !$0.isEmpty })
        if words.language != "en" {
            #expect(words.answer.sources != ChatWords.english.answer.sources && words.decline != ChatWords.english.decline)
        }
    }

    @Test("So have the chats of somebody who is signed in", arguments: ChatWords.all)
    func completeForPersons(_ words: ChatWords) {
        let all = sentences(words.personal), english = sentences(ChatWords.english.personal)
        #expect(
            all.count == english.count && all.allSatisfy { !$0.isEmpty }
                && Set(all.filter { $0.count > 30 }).count == all.count { $0.count > 30 })
        #expect(words.language == "en" || zip(all, english).allSatisfy { $0 != $1 || $0.count < 12 })
        #expect(words.personal.activity(4_711, 815, 30).contains("4711") && words.personal.activity(4_711, 815, 30).contains("815"))
    }

    /// The fixed ones, and those that are made, with numbers.
    private func sentences(_ words: PersonalChatWords) -> [String] {
        let problems: [FileWords.Problem] = [
            .tooMany, .tooLarge, .tooSlow, .tooMuchText, .damagedPicture, .otherPicture, .withoutText, .scanned, .password, .damaged,
            .other, .misnamed("pdf"),
            .later, .noRoom, .full,
        ]
        let fixed =
            Mirror(reflecting: words).children.compactMap { $0.value as? String }
            + Mirror(reflecting: words.times).children.compactMap { $0.value as? String }
        return fixed + problems.map { words.files.sentence($0, of: "a.pdf") }
            + [
                words.activity(1, 1, 30), words.activity(2, 2, 30), words.limitReached(50, secondsLeft: 1),
                words.usage(50, of: 50, secondsLeft: 7_000), words.usage(2, of: 50, secondsLeft: nil),
            ]
    }

    @Test("What was said stands in a log that isn't announced as it grows", arguments: [true, false])
    func page(_ isFramed: Bool) {
        let page = Markup(ChatPage.example(isFramed: isFramed, "Why <x>?").html)
        #expect(page.problems.isEmpty && page.value("aria-live", where: "role", "log") == "off")
        #expect(page.text.contains("Why &lt;x&gt;?") && !page.text.contains("<x>"))
        #expect((page.value("type", where: "id", "close") != nil) == isFramed)
    }
}

extension ChatPage {
    /// A chat in which everything was said, with this text in all places.
    static func example(isFramed: Bool = true, _ text: String) -> ChatPage {
        let words = ChatWords.english
        let surface = AnswerSurface(
            words: words.answer, path: "/chat/t/s/messages", again: .init(action: "/chat/t/messages", field: "message", session: "s"),
            hasThumbs: true)
        let reply = AnswerReply(
            answer: text, citations: [.init(number: 1, title: text, quote: text, sourceID: "1", url: text)], basis: .basedOn,
            conversationID: "c",
            messageID: "m1", usage: .init(), surface: surface, thumb: Thumb(isUp: false, hasReason: false))
        let chat = ChatView(
            address: "/chat/t", session: "s", place: 3, isNew: false, handling: .person, personName: text,
            messages: [
                .exchange(AnswerArticle(messageID: "m1", conversationID: "c", question: text, reply: reply, surface: surface)),
                .exchange(AnswerArticle(messageID: "m2", conversationID: "c", question: text, problem: text, surface: surface)),
                .exchange(AnswerArticle(messageID: "m3", conversationID: "c", question: text, surface: surface)),
                .visitor(VisitorMessage(id: "m4", text: text, note: text, words: words)),
                .person(PersonMessage(id: "m5", author: text, text: text, words: words)),
            ])
        return ChatPage(
            bot: ChatBot(name: text, welcome: text, contactLine: text, color: "c2185b", offersPerson: true), isFramed: isFramed, chat: chat,
            refusal: (text, text), words: words,
            assets: Assets(css: "a.css", js: "a.js", htmx: "h.js", sse: "s.js", icon: "i.svg", chatCSS: "c.css", chatJS: "c.js"))
    }
}
