/// What was to be filled in later.
enum UnfinishedCheck {
    private static let fillers = CheckWords.list(
        "insert your fill add hier einfugen eintragen name datum inserer votre insertar su placeholder platzhalter")

    static func findings(_ statements: [CheckedStatement]) -> [TextCheck.Finding] {
        statements.compactMap { statement in
            guard statement.isOwn, isUnfinished(statement) else { return nil }
            return .init(kind: .unfinished, message: "This looks unfinished. Please fill it in, or take it out.", places: [statement.place])
        }
    }

    private static func isUnfinished(_ statement: CheckedStatement) -> Bool {
        let text = statement.text
        let folded = statement.tokens.filter { $0.kind == .word }.map(\.text)
        // In capitals only: "todo" is Spanish, XXX a size.
        let raw = text.split { !$0.isLetter && !$0.isNumber }
        if raw.contains(where: { ["TODO", "FIXME", "TBD", "TBA", "tbd"].contains($0) || $0.count >= 3 && $0.allSatisfy { $0 == "x" } }) {
            return true
        }
        if zip(folded, folded.dropFirst()).contains(where: { $0 == ("lorem", "ipsum") }) { return true }
        if text.contains("???") || text.contains("XX:XX") || text.contains("xx.xx") { return true }
        return bracketed(text).contains { inside in
            !inside.isEmpty && inside.count <= 60 && words(of: inside).contains { fillers.contains($0.text) }
        }
    }

    /// What stands in brackets that aren't a link's.
    private static func bracketed(_ text: String) -> [Substring] {
        var found: [Substring] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
            let after = rest.index(after: close)
            if after == rest.endIndex || rest[after] != "(" { found.append(rest[rest.index(after: open)..<close]) }
            rest = rest[after...]
        }
        return found
    }
}
