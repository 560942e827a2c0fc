/// The sentences of a piece of text, as ranges without the spaces between them. List items, table rows and short
/// lines are sentences too.
func sentences(in bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var start = range.lowerBound
    var lineStart = range.lowerBound
    var index = range.lowerBound
    var marks = Marks()
    func finish(at end: Int) {
        let sentence = trimmed(start..<end, in: bytes)
        if !sentence.isEmpty { found.append(sentence) }
        start = end
    }
    while index < range.upperBound {
        let byte = bytes[index]
        if byte == 0x0A || byte == 0x0D {
            if index - lineStart <= shortLineBytes || startsBlock(bytes[(index + 1)..<range.upperBound]) { finish(at: index) }
            lineStart = index + 1
        } else if let end = sentenceEnd(in: bytes, at: index, range, from: start, &marks) {
            finish(at: end)
            index = end - 1
        }
        index += 1
    }
    finish(at: range.upperBound)
    return found
}

/// Lines that are shorter end by the writer's wish rather than by wrapping.
private let shortLineBytes = 60

private let abbreviations: Set<String> = [
    "mr", "mrs", "ms", "dr", "st", "no", "nr", "e.g", "i.e", "approx", "vs", "tel", "ca", "incl", "excl", "prof", "z.b",
    "ave", "rd", "mt", "fig", "max", "min", "resp", "jan", "feb", "aug", "sept", "oct", "nov", "dec", "a.m", "p.m",
]

private func startsBlock(_ rest: ArraySlice<UInt8>) -> Bool {
    guard let first = rest.first(where: { $0 != 0x20 && $0 != 0x09 }) else { return true }
    return "-*+|\n\r".utf8.contains(first) || first == 0xE2 || (0x30...0x39).contains(first)
}

/// Where the sentence ends whose closing mark may stand at `index`.
private func sentenceEnd(in bytes: [UInt8], at index: Int, _ range: Range<Int>, from start: Int, _ marks: inout Marks) -> Int? {
    let byte = bytes[index]
    if byte == 0xE3 || byte == 0xEF { return wideMarkEnd(bytes[index..<range.upperBound]) }
    guard byte == 0x2E || byte == 0x21 || byte == 0x3F else { return nil }
    if index >= marks.end { marks = Marks(in: bytes, from: index + 1, range) }
    guard marks.end < range.upperBound else { return marks.end }
    guard isSpace(bytes[marks.end]) else { return nil }
    return byte == 0x2E && (isAbbreviation(bytes[start..<index]) || marks.continuesInLowerCase) ? nil : marks.end
}

/// A run of marks that close a sentence, looked at once, however many they are.
private struct Marks {
    var end = 0
    /// What follows the space after them.
    var continuesInLowerCase = false

    init() {}

    init(in bytes: [UInt8], from start: Int, _ range: Range<Int>) {
        end = start
        while end < range.upperBound, "\"')]*_.!?".utf8.contains(bytes[end]) { end += 1 }
        let next = bytes[end..<range.upperBound].first { !isSpace($0) }
        continuesInLowerCase = next.map { (0x61...0x7A).contains($0) } ?? false
    }
}

/// "。", "！" and "？".
private func wideMarkEnd(_ bytes: ArraySlice<UInt8>) -> Int? {
    let head = bytes.prefix(3)
    let marks: [[UInt8]] = [[0xE3, 0x80, 0x82], [0xEF, 0xBC, 0x81], [0xEF, 0xBC, 0x9F]]
    return marks.contains { head.elementsEqual($0) } ? head.endIndex : nil
}

private func isAbbreviation(_ before: ArraySlice<UInt8>) -> Bool {
    let word = before.suffix(8).reversed().prefix { !isSpace($0) && $0 != 0x28 }.reversed()
    if word.count == 1, let letter = word.first { return (0x41...0x5A).contains(letter) }
    return abbreviations.contains(String(decoding: word.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self))
}
