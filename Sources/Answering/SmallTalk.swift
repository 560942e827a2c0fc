/// Greetings and thanks, which deserve a kind word rather than a search.
enum SmallTalk {
    /// The reply, if the words are nothing but small talk.
    static func reply(to words: [Word]) -> String? {
        let texts = words.map(\.text)
        guard !texts.isEmpty, texts.count <= 10 else { return nil }
        if texts.count <= 6, isHowAreYou(texts) { return "Thank you, all is well here. What would you like to know?" }
        guard texts.allSatisfy({ word in openers.contains(word) || replies.contains { $0.words.contains(word) } }) else { return nil }
        return replies.first { !$0.words.isDisjoint(with: texts) }?.reply
    }

    private static func isHowAreYou(_ texts: [String]) -> Bool {
        guard texts.allSatisfy({ openers.contains($0) || greetings.contains($0) || asking.contains($0) }) else { return false }
        let joined = texts.joined(separator: " ")
        return ["how are you", "how are u", "hows it going", "how is it going", "how do you do", "whats up"].contains(
            where: joined.contains)
    }

    private static let greetings = list(
        "hi hello hey hiya howdy greetings yo morning afternoon evening hallo hola bonjour ciao servus moin salut namaste")
    private static let thanks = list(
        "thanks thank thx ty cheers great perfect awesome super nice cool wonderful brilliant danke merci gracias grazie")
    private static let farewells = list("bye goodbye ciao farewell later tschuss adios")
    private static let openers = list(
        """
        good day there you very much so everyone all for the your a lot again today team guys that is was it dear sir madam
        ok okay alright and to my friend night see help answer have well oh
        """)

    private static let asking = list("how are you u hows is it going do whats what up today")

    private static let replies: [(words: Set<String>, reply: String)] = [
        (thanks, "You're welcome! Is there anything else you would like to know?"),
        (greetings, "Hello! What would you like to know?"),
        (farewells, "Goodbye, and thank you for stopping by."),
    ]

    private static func list(_ words: String) -> Set<String> { Set(words.split(whereSeparator: \.isWhitespace).map(String.init)) }
}
