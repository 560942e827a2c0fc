/// A folded word: lower case, without accents.
struct Word: Equatable {
    var text: String
    /// Whether a hyphen ties it to the next word, as in "e-mail".
    var joinsNext = false
}

/// Longer words are cut; no language writes them, and hostile input must not cost more.
private let maximumWordScalars = 48

/// Splits text into folded words. Works for scripts without spaces by overlapping pairs of characters.
func words(of text: some StringProtocol) -> [Word] {
    var splitter = WordSplitter()
    let scalars = text.unicodeScalars
    var index = scalars.startIndex
    while index < scalars.endIndex {
        let scalar = scalars[index]
        index = scalars.index(after: index)
        splitter.read(scalar, next: index < scalars.endIndex ? scalars[index] : nil)
    }
    splitter.endWord()
    return splitter.words
}

private struct WordSplitter {
    var words: [Word] = []
    private var current = String.UnicodeScalarView()
    private var length = 0
    private var lastIsDigit = false
    private var previousIdeograph: Unicode.Scalar?

    mutating func read(_ scalar: Unicode.Scalar, next: Unicode.Scalar?) {
        switch scalar.value {
        case 0x61...0x7A: append(scalar, digit: false)
        case 0x41...0x5A: append(Unicode.Scalar(UInt8(scalar.value) | 0x20), digit: false)
        case 0x30...0x39: append(scalar, digit: true)
        case 0x27, 0x2019, 0x02BC: readApostrophe(next: next)
        case 0x2D, 0x2010, 0x2011: readHyphen(next: next)
        case 0x2C, 0x2E, 0x3A: readDigitMark(scalar, next: next)
        case 0..<0x80: endWord()
        default: readBeyondASCII(scalar)
        }
    }

    mutating func endWord() {
        previousIdeograph = nil
        guard length > 0 else { return }
        var text = String(current)
        if let short = withoutContraction(text) { text = short }
        if !text.isEmpty { words.append(Word(text: text)) }
        current = String.UnicodeScalarView()
        length = 0
        lastIsDigit = false
    }

    private mutating func append(_ scalar: Unicode.Scalar, digit: Bool) {
        previousIdeograph = nil
        lastIsDigit = digit
        guard length < maximumWordScalars else { return }
        current.append(scalar)
        length += 1
    }

    /// "owner's" and "don't" stay one word; "l'atelier" is two.
    private mutating func readApostrophe(next: Unicode.Scalar?) {
        guard length > 0, let next, isASCIILetter(next) else { return endWord() }
        if length == 1, current.first != "i" { return endWord() }
        current.append("'")
    }

    private mutating func readHyphen(next: Unicode.Scalar?) {
        let joins = length > 0 && !lastIsDigit && next.map { isASCIILetter($0) || $0.value > 0xBF } == true
        let count = words.count
        endWord()
        if joins, words.count > count { words[count].joinsNext = true }
    }

    /// "6:30" and "3.50" are one word each, "4,000" is "4000".
    private mutating func readDigitMark(_ scalar: Unicode.Scalar, next: Unicode.Scalar?) {
        guard lastIsDigit, length > 0, let next, (0x30...0x39).contains(next.value) else { return endWord() }
        if scalar != "," { append(".", digit: true) }
    }

    private mutating func readBeyondASCII(_ scalar: Unicode.Scalar) {
        if isInvisible(scalar) { return }
        if isIdeograph(scalar) { return readIdeograph(scalar) }
        let properties = scalar.properties
        switch properties.generalCategory {
        case .uppercaseLetter, .titlecaseLetter:
            for lower in properties.lowercaseMapping.unicodeScalars { appendFolded(lower) }
        case .lowercaseLetter, .otherLetter, .modifierLetter: appendFolded(scalar)
        case .decimalNumber: append(properties.numericType == nil ? scalar : asciiDigit(scalar), digit: true)
        case .nonspacingMark, .spacingMark: if length > 0 { append(scalar, digit: false) }
        default: endWord()
        }
    }

    private mutating func appendFolded(_ scalar: Unicode.Scalar) {
        if isInvisible(scalar) { return }
        guard let folded = foldedLetters[scalar] else { return append(scalar, digit: false) }
        for part in folded { append(part, digit: false) }
    }

    private mutating func readIdeograph(_ scalar: Unicode.Scalar) {
        let previous = previousIdeograph
        endWord()
        words.append(Word(text: String(scalar)))
        if let previous { words.append(Word(text: String(previous) + String(scalar))) }
        previousIdeograph = scalar
    }
}

private func isASCIILetter(_ scalar: Unicode.Scalar) -> Bool {
    (0x61...0x7A).contains(scalar.value | 0x20)
}

/// Accents in their own scalars, vowel points of Hebrew and Arabic, and marks without width.
private func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x300...0x36F, 0x591...0x5C7, 0x64B...0x65F, 0x670, 0xAD, 0x200B...0x200F, 0x202A...0x202E,
        0x2060...0x2069, 0xFE00...0xFE0F, 0xFEFF:
        true
    default: false
    }
}

/// Han, Kana and Thai, written without spaces.
private func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xE01...0xE4E, 0x3041...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF: true
    default: false
    }
}

private func asciiDigit(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    guard let value = scalar.properties.numericValue, value >= 0, value <= 9 else { return scalar }
    return Unicode.Scalar(0x30 + UInt8(value))
}

/// "owner's" → "owner", "we're" → "we", "don't" → "dont". Nil where there is no apostrophe.
private func withoutContraction(_ word: String) -> String? {
    guard let mark = word.utf8.lastIndex(of: UInt8(ascii: "'")) else { return nil }
    let ending = word[word.utf8.index(after: mark)...]
    let stem = word[..<mark]
    let kept = ["s", "re", "ll", "ve", "d", "m"].contains(ending) ? String(stem) : String(stem + ending)
    return String(kept.unicodeScalars.filter { $0 != "'" })
}

private let foldedLetters: [Unicode.Scalar: [Unicode.Scalar]] = {
    let families: [(String, String)] = [
        ("a", "àáâãäåāăąǎạảấầẩẫậắằẳẵặªǻ"), ("c", "çćĉċč"), ("d", "ďđḍð"), ("e", "èéêëēĕėęěẹẻẽếềểễệ"), ("g", "ĝğġģǧ"),
        ("h", "ĥħḥ"), ("i", "ìíîïĩīĭįıǐịỉ"), ("j", "ĵ"), ("k", "ķĸ"), ("l", "ĺļľŀł"), ("n", "ñńņňŉŋ"),
        ("o", "òóôõöøōŏőǒơọỏốồổỗộớờởỡợº"), ("r", "ŕŗř"), ("s", "śŝşšșṣſ"), ("t", "ţťŧțṭ"),
        ("u", "ùúûüũūŭůűųǔưụủứừửữự"), ("w", "ŵẁẃẅ"), ("y", "ýÿŷỳỵỷỹ"), ("z", "źżžẓ"),
        ("ss", "ß"), ("ae", "æ"), ("oe", "œ"), ("th", "þ"),
        ("α", "ά"), ("ε", "έ"), ("η", "ή"), ("ι", "ίϊΐ"), ("ο", "ό"), ("υ", "ύϋΰ"), ("ω", "ώ"), ("σ", "ς"),
        ("е", "ё"), ("и", "й"), ("і", "ї"), ("ا", "أإآ"),
    ]
    var table: [Unicode.Scalar: [Unicode.Scalar]] = [:]
    for (base, letters) in families {
        for letter in letters.unicodeScalars { table[letter] = Array(base.unicodeScalars) }
    }
    return table
}()
