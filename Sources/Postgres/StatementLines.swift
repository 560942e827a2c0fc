/// The line, from 1, on which each statement of a script begins. Only for messages: the server splits for itself.
func firstLines(ofStatementsIn text: String) -> [Int] {
    var scanner = ScriptScanner(rest: text.unicodeScalars[...])
    return scanner.firstLines()
}

private struct ScriptScanner {
    var rest: Substring.UnicodeScalarView
    private var line = 1
    private var isInStatement = false
    private var lines: [Int] = []

    init(rest: Substring.UnicodeScalarView) { self.rest = rest }

    mutating func firstLines() -> [Int] {
        while let scalar = rest.first {
            if starts("--") {
                skip(through: "\n")
            } else if starts("/*") {
                skip(through: "*/")
            } else if scalar == ";" {
                isInStatement = false
                skip(1)
            } else if scalar.properties.isWhitespace {
                skip(1)
            } else {
                part(scalar)
            }
        }
        return lines
    }

    /// A quoted part is one; a doubled quote makes it two, which comes to the same.
    private mutating func part(_ scalar: Unicode.Scalar) {
        if !isInStatement { lines.append(line) }
        isInStatement = true
        let quote = scalar == "'" || scalar == "\"" ? String(scalar) : dollarQuote
        skip(quote?.unicodeScalars.count ?? 1)
        if let quote { skip(through: quote) }
    }

    /// `$$` or `$name$`, if one is here.
    private var dollarQuote: String? {
        guard rest.first == "$", let end = rest.dropFirst().firstIndex(where: { !$0.properties.isAlphabetic && $0 != "_" }),
            rest[end] == "$"
        else { return nil }
        return String(rest[...end])
    }

    private mutating func skip(through end: String) {
        while !rest.isEmpty, !starts(end) { skip(1) }
        skip(end.unicodeScalars.count)
    }

    private mutating func skip(_ count: Int) {
        line += rest.prefix(count).count { $0 == "\n" }
        rest = rest.dropFirst(count)
    }

    private func starts(_ text: String) -> Bool { rest.starts(with: text.unicodeScalars) }
}
