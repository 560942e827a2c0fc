/// Words of four languages, folded as `words(of:)` folds them.
enum CheckWords {
    /// Says nothing about what a statement is about.
    static let grammar: Set<String> = CommonWords.stop.union(CommonWords.stopWords).subtracting(telling).union(
        list(
            """
            please only also s t a b

            der die das den dem des ein eine einen einem einer eines und oder in im an am auf aus bei mit von vom zu zum zur fuer fur
            ist sind war wird werden wir uns unser unsere unserer unserem unseren sie ihr ihre ihren ihrem es er man sich
            auch nur noch dann wenn als wie so bitte kann konnen haben hat ab bis pro je alle allen jede jeden jeder jedem gibt

            le la les un une des du de d l et ou a au aux en dans chez avec pour par est sont nous notre nos vous votre vos il
            on se ne que qui ce cette ces plus y c s n sommes etes avons avez jusqu qu

            el la los las un una unos unas del al y o en con por para es son esta estan nosotros nuestro nuestra nuestros nuestras usted
            ustedes su sus se no que lo le nos te
            """))

    /// Grammar that tells one thing from another: with milk or without, for her or for him, under twelve or over.
    private static let telling = list(
        "without no not neither nor under over above below before after between up down out off he him his she her hers half both")

    static let months: [String: Int] = numbered(
        """
        january jan januar janner janvier enero
        february feb februar fevrier fevr febrero
        march mar marz maerz mars marzo
        april apr avril abril
        may mai mayo
        june jun juni juin junio
        july jul juli juillet julio
        august aug aout agosto
        september sept sep septembre septiembre
        october oct oktober okt octobre octubre
        november nov novembre noviembre
        december dec dezember dez decembre diciembre
        """)

    /// 1 is Monday.
    static let days: [String: Int] = numbered(
        """
        monday mondays mon montag montags lundi lundis lunes
        tuesday tuesdays tue tues dienstag dienstags mardi mardis martes
        wednesday wednesdays wed mittwoch mittwochs mercredi mercredis miercoles
        thursday thursdays thu thur thurs donnerstag donnerstags jeudi jeudis jueves
        friday fridays fri freitag freitags vendredi vendredis viernes
        saturday saturdays sat samstag samstags sonnabend sonnabends samedi samedis sabado sabados
        sunday sundays sun sonntag sonntags dimanche dimanches domingo domingos
        """)

    /// Of two letters, which count only in capitals and beside a mark or a number.
    static let shortDays = numbered("mo\ndi\nmi\ndo\nfr\nsa\nso")

    static let dayNames = ["", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    /// Between two days or two times.
    static let through: Set<String> = ["to", "until", "till", "through", "bis", "au", "a", "al", "hasta", "-", "–", "—", "−"]

    static let currencies: Set<String> = [
        "€", "$", "£", "¥", "eur", "euro", "euros", "usd", "dollar", "dollars", "gbp", "pound", "pounds", "chf", "franken", "francs",
    ]

    static func list(_ words: String) -> Set<String> { Set(words.split(whereSeparator: \.isWhitespace).map(String.init)) }

    /// A line a number, from 1.
    private static func numbered(_ lines: String) -> [String: Int] {
        var numbers: [String: Int] = [:]
        for (place, line) in lines.split(separator: "\n").enumerated() {
            for word in line.split(separator: " ") { numbers[String(word)] = place + 1 }
        }
        return numbers
    }
}
