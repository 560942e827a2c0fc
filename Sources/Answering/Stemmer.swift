/// The English stem of a folded word: "deliveries" and "delivered" → "deliveri" and "deliver" as the
/// Porter2 algorithm defines them, with common irregular forms ("sold" → "sell") first.
/// Words with anything but ASCII letters come back unchanged.
func stem(_ word: String) -> String {
    let base = irregularForms[word] ?? word
    let bytes = Array(base.utf8)
    guard bytes.count > 2, bytes.allSatisfy({ (0x61...0x7A).contains($0) }) else { return base }
    if let special = unchangedStems[base] { return special }
    var stemmer = Porter2(word: bytes)
    return String(decoding: stemmer.run(), as: UTF8.self)
}

private struct Porter2 {
    private var word: [UInt8]
    private var r1 = 0
    private var r2 = 0

    init(word: [UInt8]) { self.word = word }

    mutating func run() -> [UInt8] {
        markConsonantY()
        findRegions()
        plural()
        guard
            !["inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed"]
                .contains(where: { word.elementsEqual($0.utf8) })
        else { return word }
        pastAndParticiple()
        finalY()
        longSuffixes()
        shortSuffixes()
        endings()
        finalLetters()
        return word.map { $0 == Self.consonantY ? 0x79 : $0 }
    }

    private static let consonantY = UInt8(ascii: "Y")

    private mutating func markConsonantY() {
        for index in word.indices where word[index] == UInt8(ascii: "y") {
            if index == 0 || isVowel(word[index - 1]) { word[index] = Self.consonantY }
        }
    }

    private mutating func findRegions() {
        r1 = regionEnd(from: 0)
        for prefix in ["gener", "commun", "arsen"] where word.starts(with: prefix.utf8) { r1 = prefix.utf8.count }
        r2 = regionEnd(from: r1)
    }

    /// After the first consonant that follows a vowel.
    private func regionEnd(from start: Int) -> Int {
        var index = start
        while index < word.count, !isVowel(word[index]) { index += 1 }
        while index < word.count, isVowel(word[index]) { index += 1 }
        return min(index + 1, word.count)
    }

    private mutating func plural() {
        if ends("sses") { return replace(4, "ss") }
        if ends("ied") || ends("ies") { return replace(3, word.count > 4 ? "i" : "ie") }
        if ends("us") || ends("ss") { return }
        if ends("s"), word.dropLast(2).contains(where: isVowel) { drop(1) }
    }

    private mutating func pastAndParticiple() {
        for suffix in ["eedly", "eed"] where ends(suffix) {
            if inR1(suffix) { replace(suffix.utf8.count, "ee") }
            return
        }
        for suffix in ["ingly", "edly", "ing", "ed"] where ends(suffix) {
            let length = suffix.utf8.count
            guard word.dropLast(length).contains(where: isVowel) else { return }
            drop(length)
            if ends("at") || ends("bl") || ends("iz") {
                word.append(0x65)
            } else if endsInDouble() {
                // "Hopped" is "hop", but "added" is "add".
                if word.count > 3 || !"aeo".utf8.contains(word[0]) { drop(1) }
            } else if isShort() {
                word.append(0x65)
            }
            return
        }
    }

    private mutating func finalY() {
        guard word.count > 2, let last = word.last, last == 0x79 || last == Self.consonantY else { return }
        if !isVowel(word[word.count - 2]) { word[word.count - 1] = 0x69 }
    }

    private static let longSuffixTable: [(String, String)] = [
        ("ization", "ize"), ("ational", "ate"), ("fulness", "ful"), ("ousness", "ous"), ("iveness", "ive"),
        ("tional", "tion"), ("biliti", "ble"), ("lessli", "less"), ("entli", "ent"), ("ation", "ate"),
        ("alism", "al"), ("aliti", "al"), ("ousli", "ous"), ("iviti", "ive"), ("fulli", "ful"), ("enci", "ence"),
        ("anci", "ance"), ("abli", "able"), ("izer", "ize"), ("ator", "ate"), ("alli", "al"), ("bli", "ble"),
    ]

    private mutating func longSuffixes() {
        for (suffix, replacement) in Self.longSuffixTable where ends(suffix) {
            if inR1(suffix) { replace(suffix.utf8.count, replacement) }
            return
        }
        if ends("ogi") {
            if inR1("ogi"), word.count > 3, word[word.count - 4] == UInt8(ascii: "l") { drop(1) }
        } else if ends("li"), inR1("li"), word.count > 2, "cdeghkmnrt".utf8.contains(word[word.count - 3]) {
            drop(2)
        }
    }

    private static let shortSuffixTable: [(String, String)] = [
        ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"), ("ical", "ic"),
        ("ness", ""), ("ful", ""),
    ]

    private mutating func shortSuffixes() {
        for (suffix, replacement) in Self.shortSuffixTable where ends(suffix) {
            if inR1(suffix) { replace(suffix.utf8.count, replacement) }
            return
        }
        if ends("ative"), inR2("ative") { drop(5) }
    }

    private mutating func endings() {
        let suffixes = [
            "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize",
            "al", "er", "ic",
        ]
        for suffix in suffixes where ends(suffix) {
            if inR2(suffix) { drop(suffix.utf8.count) }
            return
        }
        if ends("ion"), inR2("ion"), word.count > 3, "st".utf8.contains(word[word.count - 4]) { drop(3) }
    }

    private mutating func finalLetters() {
        if ends("e") {
            if inR2("e") { return drop(1) }
            if inR1("e") {
                drop(1)
                if endsInShortSyllable() { word.append(0x65) }
            }
        } else if ends("ll"), inR2("l") {
            drop(1)
        }
    }

    private func isVowel(_ letter: UInt8) -> Bool { "aeiouy".utf8.contains(letter) }
    private func ends(_ suffix: String) -> Bool {
        word.count >= suffix.utf8.count && word.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }
    private func inR1(_ suffix: String) -> Bool { word.count - suffix.utf8.count >= r1 }
    private func inR2(_ suffix: String) -> Bool { word.count - suffix.utf8.count >= r2 }
    private mutating func drop(_ count: Int) { word.removeLast(min(count, word.count)) }
    private mutating func replace(_ count: Int, _ ending: String) {
        drop(count)
        word.append(contentsOf: ending.utf8)
    }
    private func endsInDouble() -> Bool {
        guard word.count > 1, let last = word.last, last == word[word.count - 2] else { return false }
        return "bdfgmnprt".utf8.contains(last)
    }
    private func isShort() -> Bool { r1 >= word.count && endsInShortSyllable() }
    private func endsInShortSyllable() -> Bool {
        let count = word.count
        if count == 2 { return isVowel(word[0]) && !isVowel(word[1]) }
        guard count > 2 else { return false }
        let last = word[count - 1]
        return !isVowel(word[count - 3]) && isVowel(word[count - 2]) && !isVowel(last)
            && !"wxY".utf8.contains(last)
    }
}

private let unchangedStems: [String: String] = [
    "skis": "ski", "skies": "sky", "idly": "idl", "gently": "gentl", "ugly": "ugli", "early": "earli",
    "only": "onli", "singly": "singl", "sky": "sky", "news": "news", "atlas": "atlas", "cosmos": "cosmos",
    "bias": "bias", "gas": "gas", "bus": "bus", "this": "this", "dying": "die", "lying": "lie", "tying": "tie",
    "politics": "politic", "political": "politic",
]

private let irregularForms: [String: String] = {
    let lists = """
        sell sold|buy bought|pay paid|send sent|take took taken|make made|keep kept|lose lost|break broke broken
        speak spoke spoken|write wrote written|give gave given|go went gone goes|come came|find found|tell told
        run ran|begin began begun|choose chose chosen|hold held|build built|bring brought|think thought|know knew known
        see saw seen|eat ate eaten|drive drove driven|forget forgot forgotten|freeze froze frozen|hear heard
        leave left|meet met|read reads|say said|show shown|shut shutting|steal stole stolen|teach taught|wear wore worn
        child children|woman women|man men|foot feet|tooth teeth|loaf loaves|knife knives|shelf shelves|half halves
        person persons|mouse mice|get got gotten|understand understood|catch caught|fall fell fallen|grow grew grown
        throw threw thrown|cheap cheaper cheapest|big bigger biggest|price pricing pricey|account acct|color colour
        favorite favourite|center centre|organize organise|customize customise|canceled cancelled|license licence
        """
    var table: [String: String] = [:]
    for list in lists.split(whereSeparator: { $0 == "|" || $0 == "\n" }) {
        let forms = list.split(separator: " ").map(String.init)
        for form in forms.dropFirst() { table[form] = forms[0] }
    }
    return table
}()
