/// Splits a file of SQL into statements, as psql does.
struct StatementSplitter {
    private let scalars: [Unicode.Scalar]
    private var at = 0
    private var line = 1
    private var text = ""
    private var firstLine = 1

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    mutating func statements() -> [Migration.Statement] {
        var statements: [Migration.Statement] = []
        func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }
        while at < scalars.count {
            if scalars[at] == ";" {
                if !isBlank(text) { statements.append(.init(text: text, line: firstLine)) }
                at += 1
                text = ""
            } else {
                step()
            }
        }
        if !isBlank(text) { statements.append(.init(text: text, line: firstLine)) }
        return statements
    }

    private mutating func step() {
        if starts("--") {
            skip(to: "\n", keepsEnd: true)
        } else if starts("/*") {
            skip(to: "*/", keepsEnd: false)
        } else if scalars[at] == "'" || scalars[at] == "\"" {
            copy(through: String(scalars[at]))
        } else if let tag = dollarTag {
            copy(through: tag)
        } else {
            copyOne()
        }
    }

    /// A quoted part with both its ends. A doubled quote is two quoted parts, which comes to the same.
    private mutating func copy(through end: String) {
        for _ in end.unicodeScalars { copyOne() }
        while at < scalars.count, !starts(end) { copyOne() }
        for _ in end.unicodeScalars where at < scalars.count { copyOne() }
    }

    private mutating func copyOne() {
        let scalar = scalars[at]
        if text.isEmpty {
            guard !scalar.properties.isWhitespace else { return next() }
            firstLine = line
        }
        text.unicodeScalars.append(scalar)
        next()
    }

    private mutating func skip(to end: String, keepsEnd: Bool) {
        while at < scalars.count, !starts(end) {
            // Line ends stay, so that the server's positions keep naming the right line.
            if scalars[at] == "\n", !text.isEmpty { text += "\n" }
            next()
        }
        if !keepsEnd { for _ in end.unicodeScalars where at < scalars.count { next() } }
    }

    private mutating func next() {
        if scalars[at] == "\n" { line += 1 }
        at += 1
    }

    private func starts(_ text: String) -> Bool {
        let wanted = text.unicodeScalars
        return scalars.count - at >= wanted.count && zip(scalars[at...], wanted).allSatisfy { $0 == $1 }
    }

    /// `$$` or `$name$`, if one is here.
    private var dollarTag: String? {
        guard scalars[at] == "$" else { return nil }
        let name = scalars[(at + 1)...].prefix { $0.properties.isAlphabetic || $0 == "_" || ("0"..."9").contains($0) }
        guard name.endIndex < scalars.count, scalars[name.endIndex] == "$", !("0"..."9").contains(name.first ?? "a") else { return nil }
        return "$" + String(String.UnicodeScalarView(name)) + "$"
    }
}
