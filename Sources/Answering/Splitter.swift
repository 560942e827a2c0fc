/// Cuts the owner's text into passages.
///
/// Markdown and plain text both work. A passage never crosses a heading; paragraphs, list items, table rows and
/// the sentences of long paragraphs are gathered up to a readable size. Lines of the form "Q: …" and "A: …", and
/// a question on a line of its own, head what follows them.
public enum Splitter {
    /// Paragraphs are gathered until a passage has this many words.
    static let wantedWords = 40
    /// No passage has more words, a word being at least ten bytes where there are no spaces.
    static let maximumWords = 160

    public static func passages(ofMarkdown markdown: String) -> [Passage] {
        let bytes = Array(markdown.utf8)
        var outline = Outline()
        var passages: [Passage] = []
        for section in sections(of: bytes) {
            outline.enter(section.heading)
            guard !section.body.isEmpty else { continue }
            let title = outline.title
            for range in gathered(units(of: section.body, in: bytes), in: bytes) {
                let text = String(decoding: bytes[range], as: UTF8.self)
                passages.append(Passage(id: Int64(passages.count), title: title, text: text, range: range))
            }
        }
        return passages
    }

    /// Joins neighbouring units into passages of a readable size, and questions with what answers them.
    private static func gathered(_ units: [Unit], in bytes: [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var words = 0
        for unit in units {
            let fits = words + unit.words <= maximumWords && (words < wantedWords || unit.continues)
            if let last = ranges.last, fits {
                ranges[ranges.count - 1] = last.lowerBound..<unit.range.upperBound
                words += unit.words
            } else {
                ranges.append(unit.range)
                words = asksOnly(bytes, unit.range) ? 0 : unit.words
            }
        }
        return ranges
    }
}

/// The headings that a place in the text stands under.
struct Outline {
    private var path: [(level: Int, text: String)] = []

    mutating func enter(_ heading: Heading?) {
        guard let heading else { return }
        path.removeAll { $0.level >= heading.level }
        if !heading.text.isEmpty { path.append((heading.level, heading.text)) }
    }

    /// The title of the whole document says nothing about one passage.
    var title: String {
        let shown = path.count > 1 && path[0].level == 1 ? path.dropFirst() : path[...]
        return shown.map(\.text).joined(separator: " › ")
    }
}

/// The smallest piece that is never cut.
private struct Unit {
    var range: Range<Int>
    var words: Int
    /// Belongs to the same paragraph, list or table as the unit before.
    var continues: Bool
}

private func units(of lines: [Line], in bytes: [UInt8]) -> [Unit] {
    var units: [Unit] = []
    var block: Range<Int>?
    var previous: Line.Kind = .blank
    func finishBlock() {
        if let range = block { appendPieces(of: range, in: bytes, to: &units) }
        block = nil
    }
    for line in lines {
        switch line.kind {
        case .blank:
            finishBlock()
        case .item, .row:
            finishBlock()
            let first = previous != line.kind && !(previous == .text && line.kind == .item)
            let words = wordCount(bytes[line.content])
            units.append(Unit(range: line.content, words: words, continues: !first && !units.isEmpty))
        case .text, .code, .heading:
            if let open = block {
                block = open.lowerBound..<line.content.upperBound
            } else if line.isIndented, previous == .item, let last = units.last {
                units[units.count - 1].range = last.range.lowerBound..<line.content.upperBound
            } else {
                block = line.content
            }
        }
        if line.kind != .blank { previous = line.kind }
    }
    finishBlock()
    return units.flatMap { $0.words > Splitter.maximumWords ? pieces(of: $0, in: bytes) : [$0] }
}

private func appendPieces(of range: Range<Int>, in bytes: [UInt8], to units: inout [Unit]) {
    units.append(Unit(range: range, words: wordCount(bytes[range]), continues: false))
}

/// Cuts a long unit at its sentences, and a sentence without end at spaces.
private func pieces(of unit: Unit, in bytes: [UInt8]) -> [Unit] {
    var pieces: [Unit] = []
    for sentence in sentences(in: bytes, unit.range) {
        var rest = sentence
        while hasMoreWords(than: Splitter.maximumWords, bytes[rest]) {
            let cut = cutPoint(in: bytes, rest)
            pieces.append(Unit(range: rest.lowerBound..<cut, words: wordCount(bytes[rest.lowerBound..<cut]), continues: true))
            rest = trimmed(cut..<rest.upperBound, in: bytes)
        }
        if !rest.isEmpty { pieces.append(Unit(range: rest, words: wordCount(bytes[rest]), continues: true)) }
    }
    if !pieces.isEmpty { pieces[0].continues = unit.continues }
    return pieces
}

/// The last space, or else the last whole character, that leaves a piece of the largest size.
private func cutPoint(in bytes: [UInt8], _ range: Range<Int>) -> Int {
    let furthest = min(range.lowerBound + Splitter.maximumWords * 10 - 10, range.upperBound)
    var words = 0
    var lastSpace: Int?
    var index = range.lowerBound
    while index < furthest, words < Splitter.maximumWords - 1 {
        if isSpace(bytes[index]) {
            if index > range.lowerBound, !isSpace(bytes[index - 1]) { words += 1 }
            lastSpace = index
        }
        index += 1
    }
    if let lastSpace, lastSpace > range.lowerBound { return lastSpace }
    var cut = furthest
    while cut > range.lowerBound + 1, cut < bytes.count, bytes[cut] & 0xC0 == 0x80 { cut -= 1 }
    return cut
}

/// Words between spaces, and at least one for every ten bytes.
func wordCount(_ bytes: ArraySlice<UInt8>) -> Int {
    var count = 0
    var inside = false
    for byte in bytes {
        let space = isSpace(byte)
        if !space, !inside { count += 1 }
        inside = !space
    }
    return max(count, bytes.count / 10)
}

/// Without reading on: what is cut off a long text piece by piece would be counted again and again.
private func hasMoreWords(than maximum: Int, _ bytes: ArraySlice<UInt8>) -> Bool {
    if bytes.count / 10 > maximum { return true }
    return wordCount(bytes) > maximum
}

func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

func trimmed(_ range: Range<Int>, in bytes: [UInt8]) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, isSpace(bytes[start]) { start += 1 }
    while end > start, isSpace(bytes[end - 1]) { end -= 1 }
    return start..<end
}
