/// Dates gone by: with a year, of what was still to come when it was written.
enum DateCheck {
    /// Of what is over and told as such.
    private static let history = CheckWords.list(
        """
        since founded opened established started began born built renovated moved awarded won named updated published copyright anniversary
        seit gegrundet eroffnet grundung besteht gebaut renoviert umgezogen stand ausgezeichnet geboren
        depuis fonde fondee ouvert ouverte cree creee ne nee construit renove
        desde fundado fundada fundamos abierto abierta inaugurado creado construido renovado
        was were war wurde wurden etait fue law act regulation gesetz verordnung loi ley version
        """)
    /// Before or behind a year by itself: something that has one each year.
    private static let yearly = CheckWords.list(
        """
        until till by prices price menu season calendar hours dates summer winter spring autumn christmas easter valid
        bis preise speisekarte saison kalender termine sommer winter fruhling herbst weihnachten ostern gultig
        jusqu prix tarifs carte saison calendrier ete hiver printemps automne noel valable
        hasta precios carta temporada calendario verano invierno primavera otono navidad valido
        """)
    private static let years = 1990...2099
    private static let lastDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

    static func findings(_ statements: [CheckedStatement], today: CheckedDay) -> [TextCheck.Finding] {
        statements.compactMap { statement in
            guard !statement.isQuestion, !statement.has(history), let last = days(statement.tokens).max(), last < today else { return nil }
            return .init(
                kind: .pastDate, message: "This date is over. Please write the next one, or take the sentence out.",
                places: [statement.place])
        }
    }

    /// The days that it names, or the last ones of months and years.
    private static func days(_ tokens: [CheckToken]) -> [CheckedDay] {
        tokens.indices.flatMap { place -> [CheckedDay] in
            let token = tokens[place]
            if token.kind == .word, let month = CheckWords.months[token.text] { return named(tokens, place, month) }
            guard token.kind == .number else { return [] }
            if let day = dotted(token.text) { return [day] }
            if let day = hyphenated(tokens, place) { return [day] }
            if let day = slashed(tokens, place) { return [day] }
            return byItself(tokens, place)
        }
    }

    /// "3 March 2024", "3. März 2024", "3 de marzo de 2024", "March 3, 2024", "March 2024".
    private static func named(_ tokens: [CheckToken], _ place: Int, _ month: Int) -> [CheckedDay] {
        let after = tokens[(place + 1)...].prefix(4).filter {
            !["de", "del", ",", "."].contains($0.text) && !["st", "nd", "rd", "th"].contains($0.text)
        }
        let before = tokens[..<place].suffix(3).reversed().filter { !["de", ".", "of", "st", "nd", "rd", "th", "er"].contains($0.text) }
        let numbers = after.prefix { $0.kind == .number }.map(\.text)
        guard let year = numbers.lazy.compactMap(Self.year).first else { return [] }
        let given =
            numbers.first.flatMap { $0.count <= 2 ? Int($0) : nil } ?? before.first.flatMap { $0.kind == .number ? Int($0.text) : nil }
        return [day(year, month, given)].compactMap(\.self)
    }

    /// "24.12.2024"
    private static func dotted(_ text: String) -> CheckedDay? {
        let parts = text.split(separator: ".").compactMap { Int($0) }
        guard parts.count == 3, let year = year(parts[2] < 100 ? String(2_000 + parts[2]) : String(parts[2])) else { return nil }
        return day(year, parts[1], parts[0])
    }

    /// "2024-12-24"
    private static func hyphenated(_ tokens: [CheckToken], _ place: Int) -> CheckedDay? {
        guard let parts = numbers(tokens, place, "-"), let year = year(parts[0]), parts[1].count == 2, parts[2].count == 2,
            let month = Int(parts[1]), let number = Int(parts[2])
        else { return nil }
        return day(year, month, number)
    }

    /// "24/12/2024", or as Americans write it: the later of both.
    private static func slashed(_ tokens: [CheckToken], _ place: Int) -> CheckedDay? {
        guard let parts = numbers(tokens, place, "/"), let year = year(parts[2]), let one = Int(parts[0]), let two = Int(parts[1]) else {
            return nil
        }
        return [day(year, two, one), day(year, one, two)].compactMap(\.self).max()
    }

    private static func numbers(_ tokens: [CheckToken], _ place: Int, _ mark: String) -> [String]? {
        guard place + 4 < tokens.count, tokens[place + 1].text == mark, tokens[place + 3].text == mark else { return nil }
        let parts = [tokens[place], tokens[place + 2], tokens[place + 4]]
        return parts.allSatisfy { $0.kind == .number } ? parts.map(\.text) : nil
    }

    /// "Prices 2024", "until 2024", "season 2024/25".
    private static func byItself(_ tokens: [CheckToken], _ place: Int) -> [CheckedDay] {
        guard let year = year(tokens[place].text) else { return [] }
        let before = tokens[..<place].suffix(2).filter { $0.kind == .word }
        let isFirstOfTwo = place + 2 < tokens.count && "/-–".contains(tokens[place + 1].text) && tokens[place + 2].kind == .number
        guard before.contains(where: { yearly.contains($0.text) }) else { return [] }
        return [day(year + (isFirstOfTwo ? 1 : 0), 12, 31)].compactMap(\.self)
    }

    private static func year(_ text: String) -> Int? { Int(text).flatMap { years.contains($0) ? $0 : nil } }

    /// nil as a day: the month's last.
    private static func day(_ year: Int, _ month: Int, _ day: Int?) -> CheckedDay? {
        guard (1...12).contains(month), (1...lastDays[month - 1]).contains(day ?? 1) else { return nil }
        return CheckedDay(year: year, month: month, day: day ?? lastDays[month - 1])
    }
}
