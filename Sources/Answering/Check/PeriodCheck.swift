/// Two periods in which a thing can be returned, or a booking cancelled.
enum PeriodCheck {
    private static let returns = stems(
        """
        return returned returning returns exchange exchanged exchanges umtausch umtauschen umgetauscht ruckgabe zuruckgeben zuruckgegeben
        zuruckbringen zurucksenden zuruckgesandt widerruf widerrufen widerrufsrecht widerrufsfrist retour retours retourner retourne retournes
        echange echanges echanger retractation devolver devolucion devoluciones cambio cambios cambiar
        """)
    private static let cancellations = stems(
        """
        cancel cancelled canceled cancels cancelling cancellation cancellations stornieren storniert stornierung stornierungen absagen absage
        abgesagt annuler annulez annule annulation annulations anular cancelar cancelacion cancelaciones
        """)
    /// When money comes back is another period.
    private static let refunds = stems(
        """
        refund refunded refunds reimbursed money paid pay erstatten erstattet erstattung geld rembourse remboursement remboursons rembourser
        reembolso reembolsamos reembolsar dinero
        """)
    private static let generic: Set<String> = returns.union(cancellations).union(refunds).union(
        CheckWords.list(
            """
            good goods item items thing product products article articles purchase purchased bought buy receipt back within period original
            unused unworn packaging condition customer free charge full reason policy please accept accepted possible before advance latest
            notice start arrival take bring pickup booking bookings appointment appointments reservation question questions faq info information get day days week weeks month months hour hours
            ware waren artikel kauf gekauft beleg kassenbon innerhalb binnen vor nach tag tage tagen woche wochen monat monate monaten
            stunde stunden vorher abholung termin termine buchung buchungen fragen frage kostenlos kostenfrei unbenutzt originalverpackung moglich frist
            produit produits achat ticket facture delai jour jours semaine semaines mois heure heures avant gratuit gratuitement sans frais rendez possible
            producto productos compra recibo plazo dia dias semana semanas mes meses hora horas antes cita reserva reservas preguntas gratis gratuita gratuitamente posible
            """))
    private static let units: [(hours: Int, words: Set<String>)] = [
        (1, CheckWords.list("hour hours stunde stunden heure heures hora horas")),
        (24, CheckWords.list("day days tag tage tagen jour jours dia dias")),
        (168, CheckWords.list("week weeks woche wochen semaine semaines semana semanas")),
        (720, CheckWords.list("month months monat monate monaten mois mes meses")),
    ]
    private static let numbers: [String: Int] = [
        "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10, "fourteen": 14, "thirty": 30, "zwei": 2,
        "drei": 3,
        "vier": 4, "funf": 5, "sieben": 7, "zehn": 10, "vierzehn": 14, "dreissig": 30, "deux": 2, "trois": 3, "quinze": 15, "quatorze": 14,
        "trente": 30, "dos": 2, "tres": 3, "siete": 7, "catorce": 14, "quince": 15, "treinta": 30,
    ]

    private struct Period {
        let hours: Int
        let range: Range<Int>
    }

    static func findings(_ statements: [CheckedStatement]) -> [TextCheck.Finding] {
        [(returns, "to bring something back"), (cancellations, "to cancel")].flatMap { cue, what in
            let claims = statements.compactMap { claim($0, cue) }.prefix(200)
            return claims.enumerated().compactMap { place, claim in
                let other = claims.dropFirst(place + 1).first {
                    claim.value.hours != $0.value.hours && claim.isAboutTheSame(as: $0, headingsDecide: true)
                }
                return other.map { other in
                    let periods = [claim, other].map { $0.statement.quoted($0.value.range) }
                    return TextCheck.Finding(
                        kind: .period, message: "Two periods \(what): \(periods.listed). Which one is right?",
                        places: [claim.statement.place, other.statement.place])
                }
            }
        }
    }

    private static func claim(_ statement: CheckedStatement, _ cue: Set<String>) -> Claim<Period>? {
        guard !statement.isQuestion else { return nil }
        let periods = periods(statement.tokens)
        guard periods.count == 1, let period = periods.first else { return nil }
        func distance(_ words: Set<String>) -> Int? {
            statement.tokens.indices.filter { statement.tokens[$0].kind == .word && words.contains(stem(statement.tokens[$0].text)) }
                .map { abs($0 - period.range.lowerBound) }.min()
        }
        // What is headed "Returns" may speak of them without the word.
        let isHeaded = !Set(words(of: statement.heading).map { stem($0.text) }).isDisjoint(with: cue)
        guard let near = distance(cue) ?? (isHeaded ? Int.max : nil) else { return nil }
        if let refund = distance(refunds), refund < near { return nil }
        return Claim(statement, period, without: generic, skipping: period.range)
    }

    private static func periods(_ tokens: [CheckToken]) -> [Period] {
        tokens.indices.dropLast().compactMap { place in
            guard let count = Int(tokens[place].text) ?? numbers[tokens[place].text], count < 1_000 else { return nil }
            // "30-day", "14 full days"
            let unit = place + (tokens[place + 1].text == "-" ? 2 : 1)
            guard unit < tokens.count, let hours = units.first(where: { $0.words.contains(tokens[unit].text) })?.hours else { return nil }
            return Period(hours: count * hours, range: place..<(unit + 1))
        }
    }

    private static func stems(_ words: String) -> Set<String> {
        let words = CheckWords.list(words)
        return words.union(words.map(stem))
    }
}
