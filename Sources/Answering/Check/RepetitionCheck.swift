/// The same paragraph or heading twice, and headings without anything under them, in what the owner wrote.
enum RepetitionCheck {
    /// Shorter ones may well stand twice.
    private static let fewestWords = 8

    static func findings(_ documents: [CheckedDocument]) -> [TextCheck.Finding] {
        let own = documents.filter(\.text.isOwn)
        return paragraphs(own) + own.flatMap(headings) + own.flatMap(empty)
    }

    private static func paragraphs(_ documents: [CheckedDocument]) -> [TextCheck.Finding] {
        var known: [String: TextCheck.Finding.Place] = [:]
        var found: [TextCheck.Finding] = []
        for document in documents {
            for part in document.parts {
                for paragraph in part.paragraphs {
                    let said = words(of: paragraph).map(\.text)
                    guard said.count >= fewestWords else { continue }
                    let place = TextCheck.Finding.Place(
                        quote: paragraph.count > 240 ? paragraph.prefix(240) + "…" : paragraph, heading: part.title,
                        source: document.text.source)
                    guard let first = known.updateValue(place, forKey: said.joined(separator: " ")) else { continue }
                    found.append(
                        .init(
                            kind: .duplicate, message: "This stands there twice. Once is enough; then there is only one to change.",
                            places: [first, place]))
                }
            }
        }
        return found
    }

    /// Under the same headings above it.
    private static func headings(_ document: CheckedDocument) -> [TextCheck.Finding] {
        var known: Set<String> = []
        return document.parts.compactMap { part in
            guard let heading = part.heading, heading.level <= 6, !known.insert("\(heading.level) \(part.title.lowercased())").inserted
            else { return nil }
            let place = TextCheck.Finding.Place(quote: heading.text, heading: part.title, source: document.text.source)
            return .init(kind: .duplicate, message: "This heading stands there twice. Please join the two parts.", places: [place])
        }
    }

    /// A heading with smaller ones below it isn't empty.
    private static func empty(_ document: CheckedDocument) -> [TextCheck.Finding] {
        document.parts.enumerated().compactMap { place, part in
            guard let heading = part.heading, heading.level <= 6, part.paragraphs.isEmpty else { return nil }
            if place + 1 < document.parts.count, let next = document.parts[place + 1].heading, next.level > heading.level { return nil }
            let quoted = TextCheck.Finding.Place(quote: heading.text, heading: part.title, source: document.text.source)
            return .init(
                kind: .emptySection, message: "Nothing stands under this heading. Please write it, or take the heading out.",
                places: [quoted])
        }
    }
}
