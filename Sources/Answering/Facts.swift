/// Something in a text that is right or wrong: a number, a day or month, an address of mail or web. However it is written, it is the
/// same: "6:30 pm" is "18.30", "Mon" is "Mondays", "€6.80" is "6.80 €".
struct Fact: Hashable {
    enum Kind { case number, day, contact }
    var kind: Kind
    var value: String
}

/// The facts of a piece of text, and its other words.
struct Facts {
    var facts: [Fact] = []
    var words: [Word] = []

    init(_ text: some StringProtocol) {
        let rest = takeContacts(from: String(text))
        read(Answering.words(of: rest))
    }

    /// What is compared as a whole: addresses of mail and web, and telephone numbers however they are grouped.
    private mutating func takeContacts(from text: String) -> String {
        var rest = ""
        for piece in text.split(separator: " ", omittingEmptySubsequences: false) {
            if isAddress(piece) {
                facts.append(Fact(kind: .contact, value: piece.lowercased().trimming(marks)))
            } else {
                rest += piece + " "
            }
        }
        return takeTelephoneNumbers(from: rest)
    }

    private mutating func takeTelephoneNumbers(from text: String) -> String {
        var rest = "", run = "", digits = ""
        func flush(_ facts: inout [Fact]) {
            if digits.utf8.count >= minimumPhoneDigits { facts.append(Fact(kind: .contact, value: digits)) } else { rest += run }
            (run, digits) = ("", "")
        }
        for scalar in text.unicodeScalars {
            let isDigit = ("0"..."9").contains(scalar)
            if isDigit { digits.unicodeScalars.append(scalar) }
            if isDigit || "+()/- ".unicodeScalars.contains(scalar) {
                run.unicodeScalars.append(scalar)
            } else {
                flush(&facts)
                rest.unicodeScalars.append(scalar)
            }
        }
        flush(&facts)
        return rest
    }

    private mutating func read(_ all: [Word]) {
        for (place, word) in all.enumerated() {
            if let day = days[word.text] {
                facts.append(Fact(kind: .day, value: day))
            } else if let number = numberWords[word.text] {
                facts.append(Fact(kind: .number, value: number))
            } else if word.text.first?.isNumber == true {
                readNumber(word.text, next: place + 1 < all.count ? all[place + 1].text : "")
            } else if word.text.contains(where: \.isNumber) {
                facts.append(Fact(kind: .contact, value: word.text))
            } else if !unitsOfTime.contains(word.text) {
                words.append(word)
            }
        }
    }

    /// "2.30pm", "750g", "2nd".
    private mutating func readNumber(_ text: String, next: String) {
        let number = text.prefix { $0.isNumber || $0 == "." }
        let unit = String(text[number.endIndex...])
        let half = halfDays.contains(unit) ? unit : halfDays.contains(next) ? next : ""
        facts.append(Fact(kind: .number, value: value(number, half: half.isEmpty ? nil : half)))
        if !unit.isEmpty, half != unit, !ordinals.contains(unit) { words.append(Word(text: unit)) }
    }

    /// Without what changes nothing: zeros at the end and at the start, and the half of the day.
    private func value(_ text: Substring, half: String?) -> String {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, var whole = Int(parts[0]) else { return String(text) }
        if half == "pm", whole < 12 { whole += 12 }
        if half == "am", whole == 12 { whole = 0 }
        var fraction = parts.count > 1 ? parts[1] : ""
        while fraction.last == "0" { fraction.removeLast() }
        return fraction.isEmpty ? "\(whole)" : "\(whole).\(fraction)"
    }
}

private let minimumPhoneDigits = 7
private let marks: Set<Character> = [".", ",", ";", ":", "!", "?", "(", ")", "<", ">", "*", "_", "|", "\"", "[", "]"]
private let halfDays: Set<String> = ["am", "pm"]
private let ordinals: Set<String> = ["st", "nd", "rd", "th"]
/// Said or not, a time stays the same.
private let unitsOfTime: Set<String> = [
    "am", "pm", "o", "clock", "oclock", "uhr", "hrs", "eur", "euro", "euros", "usd", "dollar", "dollars", "gbp", "pound", "pounds",
]
private let numberWords: [String: String] = [
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11",
    "twelve": "12", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "hundred": "100", "noon": "12", "midnight": "0",
]
/// Of the week, and months but for "may" and "march", which are other words too.
private let days: [String: String] = {
    let names = """
        monday mondays mon mo montag montags lundi lunes
        tuesday tuesdays tue tues dienstag dienstags mardi martes
        wednesday wednesdays wed weds mittwoch mittwochs mercredi miercoles
        thursday thursdays thu thur thurs donnerstag donnerstags jeudi jueves
        friday fridays fri fr freitag freitags vendredi viernes
        saturday saturdays sat sa samstag samstags samedi sabado
        sunday sundays sun su sonntag sonntags dimanche domingo
        january jan januar janvier enero
        february feb februar fevrier febrero
        april apr avril abril
        june jun juni juin junio
        july jul juli juillet julio
        august aug aout agosto
        september sept sep septembre septiembre
        october oct oktober octobre octubre
        november nov novembre noviembre
        december dec dezember decembre diciembre
        """
    var table: [String: String] = [:]
    for line in names.split(separator: "\n") {
        let words = line.split(separator: " ").map(String.init)
        for word in words { table[word] = words[0] }
    }
    return table
}()

private func isAddress(_ piece: Substring) -> Bool {
    let text = piece.lowercased()
    if text.hasPrefix("http") || text.hasPrefix("www.") { return true }
    guard let at = text.firstIndex(of: "@"), at > text.startIndex else { return false }
    return text[at...].dropFirst().contains(".")
}

extension String {
    fileprivate func trimming(_ marks: Set<Character>) -> String {
        var text = self[...]
        while let first = text.first, marks.contains(first) { text.removeFirst() }
        while let last = text.last, marks.contains(last) { text.removeLast() }
        return String(text)
    }
}
