/// Two opening hours of one day.
enum HoursCheck {
    /// Statements that are compared with each other.
    private static let mostClaims = 400

    private static let generic = CheckWords.list(
        """
        open opens opening hour hours time times clock uhr h am pm close closes closed closing regular regularly usual usually normal normally
        shop store business break lunch contact visit visiting welcome info information faq question questions general about practical
        location find day days week weekday weekdays weekend weekends daily every come see always here note continuously noon
        geoffnet offen offnet offnen offnungszeit offnungszeiten geschlossen schliesst ruhetag laden geschaft mittagspause kontakt taglich
        werktags wochentags wochenende durchgehend fragen allgemein tag tage von
        ouvert ouverte ouverts ouvre ouvrons ouverture horaire horaires ferme fermee fermons fermeture magasin boutique tous jours semaine
        contactez infos pratiques heures jusqu
        abierto abierta abrimos abre horario horarios cerrado cerrada cerramos cierra tienda todos dias lunes apertura atencion contacto de
        """
    ).union(CheckWords.days.keys).union(CheckWords.shortDays.keys)
    private static let closed = CheckWords.list("closed geschlossen ruhetag ferme fermee fermes fermons cerrado cerrada cerrados cerramos")
    /// What makes a statement an exception, or one about a part of the year.
    private static let exceptional = CheckWords.list(
        """
        except excluding other holiday holidays christmas easter summer winter spring autumn season eve year first last second third month
        exceptionally unless sometimes appointment temporarily
        ausser ausgenommen feiertag feiertage feiertagen weihnachten ostern sommer winter saison erster ersten letzter letzten termin
        vereinbarung monat heiligabend silvester
        sauf ferie feries noel paques ete hiver saison premier dernier mois rendez
        excepto salvo festivo festivos navidad verano invierno temporada primer ultimo mes cita
        """
    ).union(CheckWords.months.keys.filter { $0.count > 3 && $0 != "may" && $0 != "mars" && $0 != "march" })

    private typealias Week = [Int: WeekHours.Day]

    static func findings(_ statements: [CheckedStatement]) -> [TextCheck.Finding] {
        let claims = statements.compactMap(claim).prefix(mostClaims)
        var findings: [TextCheck.Finding] = []
        for (place, claim) in claims.enumerated() {
            for other in claims.dropFirst(place + 1)
            where claim.statement.text != other.statement.text && claim.isAboutTheSame(as: other, headingsDecide: true) {
                let days = claim.value.keys.sorted().filter { day in
                    guard let one = claim.value[day], let two = other.value[day] else { return false }
                    return one.contradicts(two)
                }
                guard !days.isEmpty else { continue }
                findings.append(
                    .init(
                        kind: .hours,
                        message: "Two opening hours for \(days.map { CheckWords.dayNames[$0] }.listed). Which ones are right?",
                        places: [claim.statement.place, other.statement.place]))
            }
        }
        return findings
    }

    static func isStated(in statement: CheckedStatement) -> Bool { !WeekHours(statement.tokens, closed: closed).days.isEmpty }

    private static func claim(_ statement: CheckedStatement) -> Claim<Week>? {
        guard !statement.isQuestion, !statement.has(exceptional) else { return nil }
        let week = WeekHours(statement.tokens, closed: closed)
        guard !week.days.isEmpty else { return nil }
        // Numbers are its times.
        let claim = Claim(statement, week.days, without: generic)
        return Claim(statement, week.days, without: generic.union(claim.line.filter { $0.first?.isNumber == true }))
    }
}

/// Days and times as a statement has them: "Mon–Fri 9–12 and 14–18, Sat 9–13, closed on Sundays".
struct WeekHours {
    struct Day: Equatable {
        /// In minutes; none: closed.
        var intervals: Set<Range<Int>> = []

        /// A part of a day that is told elsewhere in full is none.
        func contradicts(_ other: Day) -> Bool {
            if intervals.isEmpty || other.intervals.isEmpty { return intervals != other.intervals }
            if intervals.isSubset(of: other.intervals) || other.intervals.isSubset(of: intervals) { return false }
            return intervals.contains { one in other.intervals.contains { $0.overlaps(one) } }
        }
    }

    private(set) var days: [Int: Day] = [:]

    private static let everyDay: Set<String> = ["daily", "taglich"]
    private static let weekdays: Set<String> = ["weekdays", "werktags", "wochentags"]
    private static let weekend: Set<String> = ["weekends", "weekend", "wochenende"]
    init(_ tokens: [CheckToken], closed: Set<String>) {
        var named: Set<Int> = []
        var isAssigned = false
        var isClosed = false
        var loose: Set<Range<Int>> = []
        var place = 0
        func give(_ intervals: Set<Range<Int>>) {
            for day in named { days[day, default: Day()].intervals.formUnion(intervals) }
            isAssigned = true
        }
        func finishGroup() {
            if !named.isEmpty, !isAssigned {
                if isClosed { for day in named where days[day] == nil { days[day] = Day() } } else if !loose.isEmpty { give(loose) }
            }
        }
        while place < tokens.count {
            if let (group, end) = Self.dayGroup(tokens, place) {
                if isAssigned { (named, isAssigned, isClosed) = ([], false, false) }
                named.formUnion(group)
                place = end
            } else if let (interval, end) = Self.interval(tokens, place) {
                if named.isEmpty { loose.insert(interval) } else { give([interval]) }
                place = end
            } else {
                if tokens[place].kind == .word, closed.contains(tokens[place].text) {
                    if isAssigned { (named, isAssigned) = ([], false) }
                    isClosed = true
                    if !named.isEmpty { finishGroup(); (named, isAssigned, isClosed) = ([], false, false) }
                } else if tokens[place].kind == .number {
                    // A time by itself, or another number: too much to understand.
                    days = [:]
                    return
                }
                place += 1
            }
        }
        finishGroup()
    }

    private static func dayGroup(_ tokens: [CheckToken], _ place: Int) -> (Set<Int>, Int)? {
        guard tokens[place].kind == .word else { return nil }
        if everyDay.contains(tokens[place].text) { return (Set(1...7), place + 1) }
        if weekdays.contains(tokens[place].text) { return (Set(1...5), place + 1) }
        if weekend.contains(tokens[place].text) { return ([6, 7], place + 1) }
        guard let first = day(tokens, place) else { return nil }
        var end = place + 1
        if end < tokens.count, tokens[end].text == "." { end += 1 }
        guard end + 1 < tokens.count, CheckWords.through.contains(tokens[end].text), let last = day(tokens, end + 1) else {
            return ([first], end)
        }
        let span = first <= last ? Array(first...last) : Array(first...7) + Array(1...last)
        return (Set(span), end + 2)
    }

    private static func day(_ tokens: [CheckToken], _ place: Int) -> Int? {
        let token = tokens[place]
        guard token.kind == .word else { return nil }
        if let day = CheckWords.days[token.text] { return day }
        guard token.isCapitalized, let day = CheckWords.shortDays[token.text] else { return nil }
        let next = place + 1 < tokens.count ? tokens[place + 1] : nil
        let previous = place > 0 ? tokens[place - 1] : nil
        return next?.kind == .number || [next, previous].contains { $0.map { $0.kind == .mark && "-–—,.:&/".contains($0.text) } == true }
            ? day : nil
    }

    /// Two times with a word or a dash between them.
    private static func interval(_ tokens: [CheckToken], _ place: Int) -> (Range<Int>, Int)? {
        guard let from = time(tokens, place), from.end + 1 < tokens.count, CheckWords.through.contains(tokens[from.end].text),
            let to = time(tokens, from.end + 1)
        else { return nil }
        var (start, end) = (from.minutes, to.minutes)
        if to.half == "pm", from.half == nil, start + 720 < end, start < 720, start / 60 >= 12 { start += 720 }
        if from.half == nil, to.half == nil, end <= start, end <= 720 { end += 720 }
        if to.half == nil, from.half == "am", end <= start { end += 720 }
        guard start < end, end <= 1_560 else { return nil }
        return (start..<end, to.end)
    }

    /// "9", "9:30", "9.30 Uhr", "9am", "18h30", "9 o’clock".
    private static func time(_ tokens: [CheckToken], _ place: Int) -> (minutes: Int, half: String?, end: Int)? {
        guard place < tokens.count, tokens[place].kind == .number else { return nil }
        let parts = tokens[place].text.split { $0 == ":" || $0 == "." }
        guard parts.count <= 2, let hour = Int(parts[0]), (0...24).contains(hour), parts.count == 1 || parts[1].count == 2 else {
            return nil
        }
        var minute = parts.count == 2 ? Int(parts[1]) ?? 60 : 0
        guard minute < 60 else { return nil }
        var end = place + 1
        var half: String?
        if end < tokens.count, tokens[end].kind == .word {
            switch tokens[end].text {
            case "am", "pm":
                half = tokens[end].text
                end += 1
            case "a" where Self.isDotted(tokens, end), "p" where Self.isDotted(tokens, end):
                half = tokens[end].text + "m"
                end += tokens.indices.contains(end + 3) && tokens[end + 3].text == "." ? 4 : 3
            case "h":
                end += 1
                if end < tokens.count, tokens[end].kind == .number, tokens[end].text.count == 2, let given = Int(tokens[end].text),
                    given < 60
                {
                    minute = given
                    end += 1
                }
            case "uhr", "heures", "horas", "clock": end += 1
            case "o" where end + 1 < tokens.count && tokens[end + 1].text == "clock": end += 2
            case "oclock": end += 1
            default: break
            }
        }
        let hours = half == "pm" && hour < 12 ? hour + 12 : half == "am" && hour == 12 ? 0 : hour
        return (hours * 60 + minute, half, end)
    }

    /// "a.m."
    private static func isDotted(_ tokens: [CheckToken], _ place: Int) -> Bool {
        place + 2 < tokens.count && tokens[place + 1].text == "." && tokens[place + 2].text == "m"
    }
}
