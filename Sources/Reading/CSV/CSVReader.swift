/// Rows of a table with commas, semicolons, tabs or bars between their values (RFC 4180).
enum CSVReader {
    private static let delimiters = ",;\t|".utf8
    /// So many rows show which delimiter it is.
    private static let sampleRows = 50
    private static let maximumHeaderCharacters = 60
    private static let maximumHeadingCharacters = 120
    private static let questionHeaders: Set<String> = [
        "question", "questions", "q", "frage", "fragen", "pregunta", "domanda", "vraag", "pergunta", "pytanie", "soru", "faq",
    ]
    private static let answerHeaders: Set<String> = [
        "answer", "answers", "a", "antwort", "antworten", "respuesta", "réponse", "reponse", "risposta", "antwoord", "resposta",
        "odpowiedź", "cevap",
    ]

    static func document(_ text: Text) -> Document {
        let rows = table(text.bytes)
        let blocks = pairs(rows) ?? records(rows)
        return Document(title: nil, sections: [Section(markdown: blocks.markdown)])
    }

    private static func table(_ bytes: [UInt8]) -> [[String]] {
        let scored = delimiters.map { ($0, score(CSVParser.rows(bytes, $0, limit: sampleRows))) }
        let best = scored.max { $0.1 < $1.1 }?.0 ?? UInt8(ascii: ",")
        return CSVParser.rows(bytes, best, limit: .max).filter { $0.contains { !$0.isEmpty } }
    }

    /// How many columns there are, if most rows have as many.
    private static func score(_ rows: [[String]]) -> Double {
        let widths = Dictionary(grouping: rows.map(\.count), by: \.self)
        guard let (width, same) = widths.max(by: { ($0.value.count, $0.key) < ($1.value.count, $1.key) }), width > 1 else { return 0 }
        return Double(same.count) / Double(rows.count) + Double(min(width, 100)) / 1000
    }

    /// Questions with their answers: by the head's words, or as most of the first of two columns asks.
    private static func pairs(_ rows: [[String]]) -> [Block]? {
        guard let head = rows.first?.map({ $0.lowercased() }) else { return nil }
        if let question = head.firstIndex(where: { questionHeaders.contains($0) }),
            let answer = head.firstIndex(where: { answerHeaders.contains($0) }), question != answer
        {
            return blocks(rows.dropFirst(), question, answer)
        }
        let asking = rows.count { $0.count == 2 && $0[0].hasSuffix("?") }
        guard asking > 0, asking * 2 >= rows.count, rows.allSatisfy({ $0.count <= 2 }) else { return nil }
        let hasHead = rows.first.map { !($0.first ?? "").hasSuffix("?") } ?? false
        return blocks(rows.dropFirst(hasHead ? 1 : 0), 0, 1)
    }

    private static func blocks(_ rows: ArraySlice<[String]>, _ question: Int, _ answer: Int) -> [Block] {
        rows.flatMap { row -> [Block] in
            guard row.indices.contains(max(question, answer)), !row[answer].isEmpty else { return [] }
            return [Block(kind: .heading(2), text: oneLine(row[question])), Block(kind: .paragraph, text: row[answer])]
        }
    }

    /// Each row under a heading of its first value; without a head, as it stands.
    private static func records(_ rows: [[String]]) -> [Block] {
        guard let head = rows.first, rows.count > 1, isHead(head) else {
            return rows.map(Block.row)
        }
        return rows.dropFirst().flatMap { row -> [Block] in
            let values = zip(head, row).filter { !$0.1.isEmpty }
            let title = oneLine(values.first?.1 ?? "").prefix(maximumHeadingCharacters)
            return [Block(kind: .heading(2), text: String(title))]
                + values.map { Block(kind: .item(depth: 0, number: nil), text: "\($0.isEmpty ? "" : $0 + ": ")\(oneLine($1))") }
        }
    }

    private static func isHead(_ row: [String]) -> Bool {
        row.count > 1 && Set(row).count == row.count
            && row.allSatisfy { $0.first?.isLetter == true && $0.count <= maximumHeaderCharacters && !$0.hasSuffix("?") }
    }
}
