/// Two phone numbers, addresses or mail addresses for one purpose.
enum ContactCheck {
    private static let generic = CheckWords.list(
        """
        call calls ring phone telephone tel number reach contact us write mail email e question questions need help talk speak person people
        team colleague glad happy any time monday tuesday wednesday thursday friday saturday sunday clock day days hours info information
        faq general about shop store welcome easiest best way customer service appointment appointments answer
        rufen anruf anrufen telefon telefonnummer nummer erreichen erreichbar kontakt schreiben fragen frage hilfe uhr laden termin termine
        appelez appeler telephone numero contactez contacter ecrivez joindre joignable questions
        llame llamenos llamar telefono numero contacto contacte escriba preguntas
        where find anfahrt finden trouver trouvez acces adresse address
        """
    ).union(CheckWords.days.keys)
    private static let phoneWords = CheckWords.list(
        """
        call phone telephone tel ring mobile whatsapp fax number hotline anrufen anruf telefon telefonnummer rufen handy mobil appelez
        appeler numero telefono movil llame llamar llamenos
        """)
    private static let streetWords = CheckWords.list("street st road rd lane ln avenue ave square row drive way crescent terrace")
    private static let streetStarts = CheckWords.list("rue avenue boulevard place calle avenida plaza paseo")
    private static let streetEnds = ["strasse", "str", "gasse", "platz", "weg", "allee", "ufer"]
    /// Somewhere else than the business.
    private static let elsewhere = CheckWords.list(
        """
        park parking car entrance branch second other old moved warehouse pickup workshop neighbour neighbours filiale parken parkplatz
        eingang werkstatt lager ehemals parkhaus garage stationnement entree entrada aparcamiento
        """)
    private static let here = CheckWords.list(
        """
        address located find visit shop store are befinden adresse anschrift finden besuchen sitz trouvez situe adresse direccion
        encuentra encontrara situado estamos
        """)

    static func findings(_ statements: [CheckedStatement]) -> [TextCheck.Finding] {
        let told = statements.filter { !$0.isQuestion }
        return pairs(told.compactMap(phone)) { !$0.hasSuffix($1) && !$1.hasSuffix($0) && $0.suffix(6) != $1.suffix(6) }.map {
            finding("Two phone numbers for the same: \([$0.value, $1.value].listed). Which one is right?", $0, $1)
        } + mails(told) + streets(told)
    }

    private static func pairs(_ claims: [Claim<String>], _ differ: (String, String) -> Bool) -> [(Claim<String>, Claim<String>)] {
        let claims = claims.prefix(200)
        var known: Set<Set<String>> = []
        var found: [(Claim<String>, Claim<String>)] = []
        for (place, claim) in claims.enumerated() {
            for other in claims.dropFirst(place + 1)
            where differ(claim.value, other.value) && claim.isAboutTheSame(as: other, headingsDecide: true) {
                if known.insert([claim.value, other.value]).inserted { found.append((claim, other)) }
            }
        }
        return found
    }

    private static func finding(_ message: String, _ one: Claim<String>, _ other: Claim<String>) -> TextCheck.Finding {
        .init(kind: .contact, message: message, places: [one.statement.place, other.statement.place])
    }

    private static func phone(_ statement: CheckedStatement) -> Claim<String>? {
        let tokens = statement.tokens
        let isAbout = statement.has(phoneWords) || words(of: statement.heading).contains { phoneWords.contains($0.text) }
        var numbers: [(digits: String, range: Range<Int>)] = []
        var place = 0
        while place < tokens.count {
            var (digits, end, groups) = ("", place, 0)
            while end < tokens.count,
                tokens[end].kind == .number && !tokens[end].text.contains(":")
                    || "+()/-–.".contains(tokens[end].text) && !(digits.isEmpty && tokens[end].text != "+" && tokens[end].text != "(")
            {
                if tokens[end].kind == .number {
                    digits += tokens[end].text.filter(\.isNumber)
                    groups += 1
                }
                end += 1
            }
            let isYears = groups == 2 && digits.count == 8 && (digits.hasPrefix("19") || digits.hasPrefix("20"))
            if (6...15).contains(digits.count), !isYears, isAbout || tokens[place].text == "+" { numbers.append((digits, place..<end)) }
            place = max(end, place + 1)
        }
        guard numbers.count == 1, let number = numbers.first else { return nil }
        let timeless = Claim(statement, number.digits, without: generic, skipping: number.range)
        return Claim(
            statement, number.digits, without: generic.union(timeless.line.filter { $0.first?.isNumber == true }), skipping: number.range)
    }

    /// One name at two places is a slip of the pen more often than two mailboxes.
    private static func mails(_ statements: [CheckedStatement]) -> [TextCheck.Finding] {
        var known: [String: (address: String, statement: CheckedStatement)] = [:]
        return statements.flatMap { statement in
            addresses(statement.text).compactMap { address -> TextCheck.Finding? in
                let name = String(address.prefix { $0 != "@" })
                guard let before = known[name] else {
                    known[name] = (address, statement)
                    return nil
                }
                guard before.address != address, before.statement.text != statement.text else { return nil }
                return .init(
                    kind: .contact,
                    message: "Two mail addresses that are nearly the same: \([before.address, address].listed). Which one is right?",
                    places: [before.statement.place, statement.place])
            }
        }
    }

    private static func addresses(_ text: String) -> [String] {
        guard text.utf8.contains(UInt8(ascii: "@")) else { return [] }
        return text.lowercased().split { $0.isWhitespace || "<>()[],;:*_`\"“”".contains($0) }.compactMap { word in
            var word = word
            while let last = word.last, ".!?".contains(last) { word = word.dropLast() }
            let parts = word.split(separator: "@", omittingEmptySubsequences: false)
            return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") ? String(word) : nil
        }
    }

    private static func streets(_ statements: [CheckedStatement]) -> [TextCheck.Finding] {
        let claims = statements.filter { !$0.has(elsewhere) }.compactMap { statement in
            street(statement).map { (Claim(statement, "\($0.name) \($0.number)", without: []), $0) }
        }.prefix(100)
        var found: [TextCheck.Finding] = []
        var known: Set<Set<String>> = []
        for (place, (claim, street)) in claims.enumerated() {
            for (other, second) in claims.dropFirst(place + 1) where street.name != second.name || street.number != second.number {
                guard street.name == second.name || claim.statement.has(here) && other.statement.has(here),
                    known.insert([claim.value, other.value]).inserted
                else { continue }
                let both = [claim.statement.quoted(street.range), other.statement.quoted(second.range)]
                found.append(finding("Two addresses: \(both.listed). Which one is right?", claim, other))
            }
        }
        return found
    }

    private static func street(_ statement: CheckedStatement) -> (name: String, number: String, range: Range<Int>)? {
        let tokens = statement.tokens
        for place in tokens.indices where tokens[place].kind == .word && tokens[place].isCapitalized {
            let word = tokens[place].text
            let number = place + 1 < tokens.count ? tokens[place + 1] : nil
            if word.count > 5, streetEnds.contains(where: word.hasSuffix), let number {
                // "Uferstr. 8"
                let end = number.text == "." && place + 2 < tokens.count ? place + 2 : place + 1
                if tokens[end].kind == .number { return (word.replacing("strasse", with: "str"), tokens[end].text, place..<(end + 1)) }
            }
            if streetWords.contains(word), let start = tokens[..<place].lastIndex(where: { $0.kind == .number }),
                (2...4).contains(place - start),
                tokens[(start + 1)..<place].allSatisfy(\.isCapitalized)
            {
                return (tokens[(start + 1)..<place].map(\.text).joined(separator: " "), tokens[start].text, start..<(place + 1))
            }
        }
        for place in tokens.indices where streetStarts.contains(tokens[place].text) {
            if place > 0, tokens[place - 1].kind == .number || place > 1 && tokens[place - 2].kind == .number {
                let start = tokens[place - 1].kind == .number ? place - 1 : place - 2
                let name = tokens[place...].prefix { $0.kind == .word }.prefix(4)
                return (name.map(\.text).joined(separator: " "), tokens[start].text, start..<name.endIndex)
            }
            let rest = tokens[(place + 1)...].prefix { $0.kind == .word }
            if tokens[place].isCapitalized, rest.count <= 4, rest.endIndex < tokens.count, tokens[rest.endIndex].kind == .number {
                return (rest.map(\.text).joined(separator: " "), tokens[rest.endIndex].text, place..<(rest.endIndex + 1))
            }
        }
        return nil
    }
}
