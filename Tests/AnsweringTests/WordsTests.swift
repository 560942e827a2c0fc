import Testing

@testable import Answering

@Suite("Words") struct WordsTests {
    @Test(
        "are folded to lower case without accents",
        arguments: [
            ("Crème BRÛLÉE", ["creme", "brulee"]), ("e\u{301}te\u{301}", ["ete"]), ("Straße", ["strasse"]), ("Łódź", ["lodz"]),
            ("don't owner's we're I'm", ["dont", "owner", "we", "i"]), ("l'atelier", ["l", "atelier"]),
            ("at 6:30, 4,000 or 3.50!", ["at", "6.30", "4000", "or", "3.50"]),
            ("снег Йод", ["снег", "иод"]), ("soft\u{AD}hyphen", ["softhyphen"]), ("٣", ["3"]),
        ])
    func fold(_ text: String, _ expected: [String]) { #expect(words(of: text).map(\.text) == expected) }

    @Test("of scripts without spaces are single characters and pairs")
    func ideographs() { #expect(words(of: "営業時").map(\.text) == ["営", "業", "営業", "時", "業時"]) }

    @Test("joined by a hyphen are known as one word too")
    func hyphens() {
        #expect(Terms("e-mail").compounds.map(\.stem).contains("email"))
        #expect(Terms("state-of-the-art").compounds.map(\.stem).contains("stateoftheart"))
    }

    @Test("typed in a hurry are the words that are meant, in questions and in texts")
    func texting() {
        #expect(Terms("hw much 4 appt tmrw, Fri").words.map(\.text) == ["how", "much", "4", "appointment", "tomorrow", "friday"])
        let answerer = BuiltInAnswerer(Splitter.passages(ofMarkdown: "## When\n\nMon to Thu from 9 to 17, Fri closed."))
        #expect(firstHeading(answerer.answer("r u open on friday")) == "When")
    }

    @Test("that are misspelt are put right before phrases are looked for")
    func misspeltPhrases() {
        let answerer = BuiltInAnswerer(Splitter.passages(ofMarkdown: "## Sauna\n\nIt is there daily from 4 to 9 pm.\n\n## Lake\n\nSwim."))
        #expect(firstHeading(answerer.answer("sauna opning times")) == "Sauna")
    }

    @Test(
        "have the stems of the Porter2 algorithm",
        arguments: [
            ("consistency", "consist"), ("consigned", "consign"), ("knightly", "knight"), ("deliveries", "deliveri"),
            ("delivery", "deliveri"),
            ("hopping", "hop"), ("added", "add"), ("hoping", "hope"), ("opening", "open"), ("cries", "cri"), ("ties", "tie"),
            ("generously", "generous"),
            ("relational", "relat"), ("happiness", "happi"), ("national", "nation"), ("controlling", "control"), ("adjustable", "adjust"),
            ("news", "news"), ("gas", "gas"), ("kiwis", "kiwi"), ("agreed", "agre"), ("say", "say"), ("by", "by"), ("skies", "sky"),
            ("sold", "sell"),
        ])
    func stems(_ word: String, _ expected: String) { #expect(stem(word) == expected) }

    @Test("that are misspelt are found within one slip, or two when long, and no further")
    func spelling() {
        let spelling = Spelling(["delivery", "price", "cost", "reservations", "whatsapp"])
        #expect(spelling.nearest(to: "delivry").words == ["delivery"])
        #expect(spelling.nearest(to: "dleivery").words == ["delivery"])
        #expect(spelling.nearest(to: "prise").words == ["price"])
        #expect(spelling.nearest(to: "resevatoins").words == ["reservations"])
        #expect(spelling.nearest(to: "watsapp").words == ["whatsapp"])
        #expect(spelling.nearest(to: "cos").words.isEmpty)
        #expect(spelling.nearest(to: "most").words.isEmpty)
        #expect(spelling.nearest(to: "preis").words.isEmpty)
    }
}
