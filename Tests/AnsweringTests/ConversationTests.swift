import Testing

@testable import Answering

@Suite("In a conversation on the demo's text") struct ConversationTests {
    @Test(
        "a short follow-up is understood from the question before",
        arguments: [
            ("What does it cost?", "and with ChatGPT?", "What a model provider charges"),
            ("Do you work with WhatsApp?", "and Instagram?", "Instagram, Facebook, phone calls and e-mail"),
            ("Can I change the colours?", "what about my own logo?", "Name, colours and look"),
            ("Where is my data stored?", "and who can see it?", "Where data is stored"),
            ("Which languages does it speak?", "and German?", "Languages"),
            ("How do I make a backup?", "and how do I restore it?", "Backups"),
            ("Can I use my own domain?", "what about https?", "Web address and HTTPS"),
        ])
    func followUps(_ first: String, _ second: String, _ heading: String) throws {
        let answerer = BuiltInAnswerer(Splitter.passages(ofMarkdown: try demoText()))
        #expect(firstHeading(answerer.answer(second, previous: [first])) == heading)
    }

    @Test(
        "a follow-up about something else is declined as the question would be",
        arguments: ["and pizza?", "what about bicycles?", "and who won the world cup?"])
    func declinedFollowUps(_ second: String) throws {
        let answerer = BuiltInAnswerer(Splitter.passages(ofMarkdown: try demoText()))
        #expect(answerer.answer(second, previous: ["What does it cost?"]) == .declined)
    }

    @Test(
        "a question that has an answer of its own isn't taken for a follow-up",
        arguments: [
            "Can I bring it back if I don't like it?", "How long can I bring something back?",
        ])
    func standsAlone(_ question: String) {
        let answerer = BuiltInAnswerer(
            Splitter.passages(ofMarkdown: "## Returns\n\nBring it back within 30 days.\n\n## Bread\n\nGluten-free on Wednesdays."))
        #expect(firstHeading(answerer.answer(question, previous: ["Do you have gluten-free bread?"])) == "Returns")
    }

    @Test("a text and a question in German, French or Spanish meet, and a question in another language is declined")
    func otherLanguages() throws {
        let texts = [
            "## Öffnungszeiten\nWir haben montags bis freitags von 8 bis 18 Uhr geöffnet.\n\n## Rückgabe\nBringen Sie die Ware innerhalb von 14 Tagen mit dem Beleg zurück.",
            "## Horaires d'ouverture\nNous sommes ouverts du lundi au vendredi de 9 h à 18 h.\n\n## Livraison\nLa livraison est gratuite à partir de 30 euros.",
            "## Horario\nAbrimos de lunes a viernes de 9 a 18 h.\n\n## Devoluciones\nPuede devolver los productos durante 14 días con el recibo.",
        ]
        let asked = [
            [
                ("Wie sind Ihre Öffnungszeiten?", "Öffnungszeiten"), ("Wie ist das mit der Rückgabe?", "Rückgabe"),
                ("offnungszeiten", "Öffnungszeiten"),
            ],
            [("Quels sont vos horaires ?", "Horaires d'ouverture"), ("Combien coûte la livraison ?", "Livraison")],
            [("¿Cuál es el horario?", "Horario"), ("¿Cómo son las devoluciones?", "Devoluciones")],
        ]
        for (text, questions) in zip(texts, asked) {
            let answerer = BuiltInAnswerer(Splitter.passages(ofMarkdown: text))
            for (question, heading) in questions { #expect(firstHeading(answerer.answer(question)) == heading, "\(question)") }
            #expect(answerer.answer("Сколько стоит велосипед?") == .declined)
        }
        let demo = BuiltInAnswerer(Splitter.passages(ofMarkdown: try demoText()))
        for question in ["Wie wird das Wetter morgen?", "¿Dónde está mi paquete?", "Quel temps fait-il ?", "今日の天気は？", "ما هو الطقس"] {
            #expect(demo.answer(question) == .declined, "\(question)")
        }
    }
}
