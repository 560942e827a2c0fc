/// A text as the index sees it.
struct Terms {
    /// The folded words in their order, and the stem of each.
    var words: [Word]
    var stems: [String]
    /// What several words make together: "e-mail" is "email" too, "get in touch" is a phrase.
    var compounds: [(range: Range<Int>, stem: String)]

    /// "@email", "@phone", "@price", "@time" and "@address", where the text states one.
    var marks: [String]

    init(_ text: String) {
        var unknown: [String: String] = [:]
        self.init(text, stems: &unknown)
    }

    /// - Parameter stems: those found before, by their words.
    init(_ text: String, stems known: inout [String: String]) {
        self.init(Self.words(of: text), stems: &known)
        marks = statedMarks(in: text, words)
    }

    /// The folded words of a text, those typed in a hurry spelt out.
    static func words(of text: String) -> [Word] {
        Answering.words(of: text).map { Word(text: Texting.spelledOut($0.text), joinsNext: $0.joinsNext) }
    }

    /// Without the marks of a text.
    init(_ words: [Word], stems known: inout [String: String]) {
        self.words = words
        stems = words.map { word in
            if let stem = known[word.text] { return stem }
            let stem = Answering.stem(word.text)
            known[word.text] = stem
            return stem
        }
        compounds = []
        marks = []
        for phrase in phrases(in: stems) where isMeant(phrase) { compounds.append((phrase.range, phrase.name)) }
        for range in hyphenated(words) {
            compounds.append((range, stem(words[range].map(\.text).joined())))
        }
    }
}

extension Terms {
    /// "How much" asks for a price unless an amount of something is meant.
    private func isMeant(_ phrase: (range: Range<Int>, name: String)) -> Bool {
        guard ["how_much", "how_long"].contains(phrase.name), phrase.range.upperBound < stems.count else { return true }
        let next = stems[phrase.range.upperBound]
        return CommonWords.stop.contains(next) || next == "cost"
    }
}

private let maximumHyphenatedWords = 4

private func hyphenated(_ words: [Word]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    while start < words.count {
        var end = start
        while end < words.count - 1, words[end].joinsNext, end - start < maximumHyphenatedWords { end += 1 }
        if end > start { ranges.append(start..<(end + 1)) }
        start = end + 1
    }
    return ranges
}

private let currencyWords: Set<String> = [
    "eur", "euro", "euros", "usd", "dollar", "dollars", "gbp", "pound", "pounds", "chf", "cent", "cents",
]
private let streetEndings = ["strasse", "platz", "gasse", "allee"]
private let addressWords: Set<String> = [
    "street", "road", "lane", "avenue", "square", "boulevard", "row", "strasse", "platz", "rue", "postcode",
]
private let minimumPhoneDigits = 6

/// What kinds of facts a text states, so that "your phone number" finds the number and not the word.
private func statedMarks(in text: String, _ words: [Word]) -> [String] {
    var marks: Set<String> = []
    let bytes = text.utf8
    // "$", the lead byte of "£" and "¥", and that of "€" are rare enough to look closer only then.
    if bytes.contains(where: { $0 == 0x24 || $0 == 0xC2 || $0 == 0xE2 }), text.unicodeScalars.contains(where: isCurrency) {
        marks.insert("@price")
    }
    if let at = bytes.firstIndex(of: UInt8(ascii: "@")), at > bytes.startIndex,
        bytes[bytes.index(after: at)...].prefix(64).contains(UInt8(ascii: "."))
    {
        marks.insert("@email")
    }
    var digits = 0
    for (place, word) in words.enumerated() {
        if isStreet(word.text), hasNumber(words, near: place) { marks.insert("@address") }
        let isNumber = word.text.utf8.allSatisfy { $0 < 0x3A }
        digits = isNumber && !word.text.utf8.contains(0x2E) ? digits + word.text.utf8.count : 0
        if digits >= minimumPhoneDigits { marks.insert("@phone") }
        if currencyWords.contains(word.text) { marks.insert("@price") }
        if isTime(word.text) { marks.insert("@time") }
    }
    return marks.sorted()
}

/// "Road", and "Lindenstrasse", which German writes as one word.
private func isStreet(_ word: String) -> Bool {
    addressWords.contains(word) || word.utf8.count > 6 && streetEndings.contains(where: word.hasSuffix)
}

private func isCurrency(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "$" || (0xA2...0xA5).contains(scalar.value) || (0x20A0...0x20CF).contains(scalar.value)
}

private func hasNumber(_ words: [Word], near place: Int) -> Bool {
    words[max(0, place - 3)..<min(words.count, place + 2)].contains { $0.text.utf8.first.map { $0 < 0x3A } == true }
}

/// "9.30", as folding writes 9:30 too, "am", and the days of the week.
private func isTime(_ word: String) -> Bool {
    let parts = word.split(separator: ".")
    if parts.count == 2, parts[1].utf8.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]) { return hour < 25 && minute < 60 }
    return ["am", "pm", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "noon"].contains(word)
}
