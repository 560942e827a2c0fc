/// A text as its sections and what each states.
struct CheckedDocument {
    struct Part {
        let heading: Heading?
        /// With those above it.
        let title: String
        let statements: [CheckedStatement]
        let paragraphs: [String]
    }

    let text: TextCheck.Text
    let parts: [Part]

    var statements: [CheckedStatement] { parts.flatMap(\.statements) }

    init(_ text: TextCheck.Text) {
        self.text = text
        let bytes = Array(text.text.utf8)
        var outline = Outline()
        parts = sections(of: bytes).enumerated().map { place, section in
            outline.enter(section.heading)
            let title = outline.title
            let ranges = Self.paragraphs(section.body)
            let statements = ranges.flatMap { sentences(in: bytes, $0) }.map { range in
                CheckedStatement(String(decoding: bytes[range], as: UTF8.self), heading: title, section: place, text: text)
            }
            return Part(
                heading: section.heading, title: title, statements: statements,
                paragraphs: ranges.map { String(decoding: bytes[$0], as: UTF8.self) })
        }
    }

    /// Lines without a blank one between them; items and rows by themselves.
    private static func paragraphs(_ lines: [Line]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var isOpen = false
        for line in lines where line.kind != .heading {
            if line.kind == .text, isOpen, let last = ranges.last {
                ranges[ranges.count - 1] = last.lowerBound..<line.content.upperBound
            } else if line.kind != .blank {
                ranges.append(line.content)
            }
            isOpen = line.kind == .text || line.kind == .item
        }
        return ranges
    }
}

/// A sentence, an item of a list or a row of a table.
struct CheckedStatement {
    /// Of a quote, in characters.
    private static let longestQuote = 240

    let text: String
    let heading: String
    let section: Int
    let source: String?
    let isOwn: Bool
    let tokens: [CheckToken]

    init(_ text: String, heading: String, section: Int, text whole: TextCheck.Text) {
        self.text = text
        self.heading = heading
        self.section = section
        source = whole.source
        isOwn = whole.isOwn
        tokens = CheckToken.tokens(of: text)
    }

    /// Customers' words, which state nothing.
    var isQuestion: Bool {
        guard let last = text.last(where: { !"*_)\"”»  ".contains($0) }) else { return false }
        return last == "?" || last == "？"
    }

    var place: TextCheck.Finding.Place {
        .init(quote: text.count > Self.longestQuote ? text.prefix(Self.longestQuote) + "…" : text, heading: heading, source: source)
    }

    func isBeside(_ other: CheckedStatement) -> Bool { source == other.source && section == other.section }

    func has(_ words: Set<String>) -> Bool { tokens.contains { $0.kind == .word && words.contains($0.text) } }

    /// What it is about: its words without grammar, and without those that `generic` names. Stems.
    func subject(without generic: Set<String>, skipping range: Range<Int> = 0..<0) -> Set<String> {
        var stems: Set<String> = []
        for (place, token) in tokens.enumerated() where !range.contains(place) {
            switch token.kind {
            case .word: if !CheckWords.grammar.contains(token.text), !generic.contains(token.text) { stems.insert(root(token.text)) }
            case .number: if !token.text.isEmpty { stems.insert(token.text) }
            case .mark: break
            }
        }
        return stems.subtracting(generic)
    }

    /// The same of its heading.
    func headingSubject(without generic: Set<String>) -> Set<String> {
        var stems: Set<String> = []
        for word in words(of: heading) where !CheckWords.grammar.contains(word.text) && !generic.contains(word.text) {
            stems.insert(root(word.text))
        }
        return stems.subtracting(generic)
    }
}

/// Its stem, and one for "deliver" and "delivery".
private func root(_ word: String) -> String {
    let stem = stem(word)
    return stem.hasSuffix("eri") ? String(stem.dropLast(3)) : stem
}

struct CheckToken {
    enum Kind { case word, number, mark }

    let kind: Kind
    /// A word folded, a number as it stands, a mark's character.
    let text: String
    let isCapitalized: Bool

    static func tokens(of text: String) -> [CheckToken] {
        var tokens: [CheckToken] = []
        let scalars = Array(text.unicodeScalars)
        var place = 0
        while place < scalars.count {
            let scalar = scalars[place]
            let start = place
            if let end = endOfAddress(scalars, start) {
                tokens.append(CheckToken(kind: .mark, text: "@", isCapitalized: false))
                place = end
            } else if isDigit(scalar) {
                repeat { place += 1 } while place < scalars.count && (isDigit(scalars[place]) || isInside(scalars, place))
                tokens.append(CheckToken(kind: .number, text: string(scalars[start..<place]), isCapitalized: false))
            } else if scalar.properties.isAlphabetic {
                repeat {
                    place += 1
                } while place < scalars.count && (scalars[place].properties.isAlphabetic || isApostrophe(scalars, place))
                let raw = string(scalars[start..<place])
                for word in words(of: raw) {
                    tokens.append(CheckToken(kind: .word, text: word.text, isCapitalized: scalar.properties.isUppercase))
                }
            } else {
                place += 1
                guard !scalar.properties.isWhitespace, scalar.value > 0x20 else { continue }
                tokens.append(CheckToken(kind: .mark, text: String(scalar), isCapitalized: false))
            }
        }
        return tokens
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String { String(String.UnicodeScalarView(scalars)) }
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }

    /// Of a mail's or a website's, whose words say nothing.
    private static func endOfAddress(_ scalars: [Unicode.Scalar], _ start: Int) -> Int? {
        guard start == 0 || !isInWord(scalars[start - 1]), isInWord(scalars[start]) else { return nil }
        let word = scalars[start...].prefix { isInWord($0) }
        let isAddress =
            word.contains("@") || word.starts(with: "www.".unicodeScalars) || word.starts(with: "http".unicodeScalars) && word.contains("/")
        return isAddress && word.count > 3 ? word.endIndex : nil
    }

    private static func isInWord(_ scalar: Unicode.Scalar) -> Bool {
        !scalar.properties.isWhitespace && scalar.value > 0x20 && !"()<>[]\"“”,;".unicodeScalars.contains(scalar)
    }

    /// "3.50", "1,200", "9:30".
    private static func isInside(_ scalars: [Unicode.Scalar], _ place: Int) -> Bool {
        ".,:".unicodeScalars.contains(scalars[place]) && place + 1 < scalars.count && isDigit(scalars[place + 1])
    }

    private static func isApostrophe(_ scalars: [Unicode.Scalar], _ place: Int) -> Bool {
        (scalars[place] == "'" || scalars[place] == "’") && place + 1 < scalars.count && scalars[place + 1].properties.isAlphabetic
    }
}

/// A statement that may contradict another: what it says of what.
struct Claim<Value> {
    let statement: CheckedStatement
    let value: Value
    /// Stems of the statement alone, of its heading, and of both.
    let line: Set<String>
    let heading: Set<String>
    var all: Set<String> { line.union(heading) }

    init(_ statement: CheckedStatement, _ value: Value, without generic: Set<String>, skipping range: Range<Int> = 0..<0) {
        self.statement = statement
        self.value = value
        line = statement.subject(without: generic, skipping: range)
        heading = statement.headingSubject(without: generic)
    }

    /// Whether both speak of one thing: neither says of it what the other doesn't.
    func isAboutTheSame(as other: Claim, headingsDecide: Bool) -> Bool {
        guard line.isSubset(of: other.all), other.line.isSubset(of: all) else { return false }
        let (mine, theirs) = (heading.isSubset(of: other.all), other.heading.isSubset(of: all))
        return headingsDecide ? mine && theirs : mine || theirs
    }
}

extension [String] {
    /// "a", "a and b", "a, b and c".
    var listed: String {
        guard let last, count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " and " + last
    }
}
