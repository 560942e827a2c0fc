/// What nearly every customer asks, and the texts don't say.
enum BasicsCheck {
    private static let basics: [(missing: String, words: Set<String>)] = [
        (
            "when you are open",
            stems(
                """
                open opening opens closed offen geoffnet offnungszeiten oeffnungszeiten offnen sprechzeiten ouvert ouverte ouverts horaires
                ouvrons abierto abierta horario horarios abrimos
                """)
        ),
        (
            "what things cost",
            stems(
                """
                price prices cost costs fee fees free kostet kosten preis preise gratis kostenlos prix tarif tarifs coute precio precios cuesta
                cuestan euro euros dollar dollars pounds franken eur usd gbp chf
                """)
        ),
        (
            "how to return something or cancel",
            stems(
                """
                return returns returned refund refunds exchange cancel cancelled cancellation umtausch ruckgabe widerruf stornieren stornierung
                storno absagen absage umtauschen zuruckgeben retour retours remboursement annuler annulation echange devolucion devoluciones
                cancelar cancelacion reembolso cambios anular
                """)
        ),
        (
            "how to reach a person",
            stems(
                """
                phone call telephone mail email e contact whatsapp telefon anrufen kontakt erreichen rufen telephone appelez contactez joindre
                telefono llame llamenos contacto contacte correo
                """)
        ),
        (
            "where you are, or how you deliver",
            stems(
                """
                deliver delivery delivered shipping ship address located find street road lane avenue square directions parking station liefern
                lieferung versand adresse anfahrt strasse platz weg finden bahnhof livraison livrons adresse rue trouver gare envio envios
                entrega entregas direccion calle plaza encuentra estamos online collect pickup
                """)
        ),
    ]

    static func findings(_ statements: [CheckedStatement]) -> [TextCheck.Finding] {
        var said: Set<String> = []
        var marks: Set<String> = []
        for statement in statements where !statement.isQuestion {
            for token in statement.tokens {
                if token.kind == .mark { marks.insert(token.text) } else { said.formUnion([token.text, stem(token.text)]) }
            }
            for word in words(of: statement.heading) { said.formUnion([word.text, stem(word.text)]) }
        }
        let hasHours = statements.contains { !$0.isQuestion && HoursCheck.isStated(in: $0) }
        let hasPrices = statements.contains { !$0.isQuestion && PriceCheck.isStated(in: $0) }
        guard !said.isEmpty else { return [missing("anything yet")] }
        return basics.compactMap { basic in
            if basic.missing == "when you are open", hasHours { return nil }
            if basic.missing == "what things cost", hasPrices { return nil }
            if basic.missing == "how to reach a person", marks.contains("@") { return nil }
            let isThere =
                !said.isDisjoint(with: basic.words)
                || basic.missing.hasPrefix("where") && said.contains { $0.hasSuffix("strasse") || $0.hasSuffix("gasse") }
            return isThere ? nil : missing(basic.missing)
        }
    }

    private static func missing(_ what: String) -> TextCheck.Finding {
        .init(kind: .missing, message: "Your text doesn’t say \(what).", places: [])
    }

    private static func stems(_ words: String) -> Set<String> {
        let words = CheckWords.list(words)
        return words.union(words.map(stem))
    }
}
