import StreamSafe

struct Heading: Equatable {
    /// 1…6 as in Markdown; 7 for a question or a bare line that heads what follows.
    var level: Int
    var text: String
}

struct Section {
    var heading: Heading?
    var body: [Line]
}

struct Line {
    enum Kind: Equatable { case blank, text, item, row, code, heading }
    var kind: Kind
    /// Without the spaces around it.
    var content: Range<Int>
    var isIndented = false
    fileprivate var isShort: Bool { content.count <= maximumHeadingBytes }
}

private let maximumBareHeadingWords = 8
private let maximumLabelWords = 4
private let minimumLabelledWords = 4
private let maximumQuestionWords = 30
private let bareLevel = 7
/// A longer line is text, whatever marks it: what it heads would carry it along with each passage.
private let maximumHeadingBytes = 1_000

/// The text as headings and the lines under each.
func sections(of bytes: [UInt8]) -> [Section] {
    let lines = classifiedLines(of: bytes)
    let isMarked = lines.contains { $0.kind == .heading }
    var sections = [Section(heading: nil, body: [])]
    // Where nothing is marked, a label heads its own paragraph only, and then this heads the text again.
    var outer = Heading(level: bareLevel, text: "")
    var isLabelled = false
    var index = 0
    while index < lines.count {
        var line = lines[index]
        let next = index + 1 < lines.count ? lines[index + 1] : nil
        let startsBlock = index == 0 || lines[index - 1].kind != .text
        index += 1
        if isLabelled, line.kind == .blank {
            isLabelled = false
            sections.append(Section(heading: outer, body: []))
        } else if !isMarked, line.kind == .text, startsBlock, let label = label(of: bytes[line.content], next: next) {
            isLabelled = true
            sections.append(Section(heading: Heading(level: bareLevel, text: label), body: [line]))
        } else if line.kind == .heading {
            sections.append(Section(heading: markedHeading(bytes[line.content]), body: []))
        } else if line.isShort, line.kind == .text, let next, let level = underlineLevel(bytes[next.content]), startsBlock {
            sections.append(Section(heading: Heading(level: level, text: plain(bytes[line.content])), body: []))
            index += 1
        } else if line.isShort, line.kind == .text, let question = prefixed("q", "question", in: bytes, line.content) {
            sections.append(Section(heading: Heading(level: bareLevel, text: plain(bytes[question])), body: []))
        } else if line.kind == .text, startsBlock, let heads = bareHeading(bytes[line.content], next: next) {
            outer = Heading(level: bareLevel, text: plain(bytes[line.content]))
            sections.append(Section(heading: outer, body: heads.isQuoted ? [line] : []))
        } else {
            if line.kind == .text, let answer = prefixed("a", "answer", in: bytes, line.content) { line.content = answer }
            sections[sections.count - 1].body.append(line)
        }
    }
    return sections
}

private func classifiedLines(of bytes: [UInt8]) -> [Line] {
    var lines: [Line] = []
    var start = 0
    var isCode = false
    while start < bytes.count {
        var end = start
        while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
        let content = trimmed(start..<end, in: bytes)
        var line = Line(kind: kind(of: bytes[content]), content: content, isIndented: content.lowerBound > start + 1)
        if bytes[content].starts(with: "```".utf8) || bytes[content].starts(with: "~~~".utf8) {
            isCode.toggle()
            line.kind = .code
        } else if isCode {
            line.kind = .code
        }
        lines.append(line)
        let isPair = end + 1 < bytes.count && bytes[end] == 0x0D && bytes[end + 1] == 0x0A
        start = end + (isPair ? 2 : 1)
    }
    return lines
}

private func kind(of line: ArraySlice<UInt8>) -> Line.Kind {
    guard let first = line.first else { return .blank }
    let afterHashes = line.drop { $0 == UInt8(ascii: "#") }
    let hashes = line.count - afterHashes.count
    if (1...6).contains(hashes), line.count <= maximumHeadingBytes, let next = afterHashes.first, isSpace(next) || hashes > 1 {
        return .heading
    }
    if first == UInt8(ascii: "|") { return .row }
    if "-*+".utf8.contains(first), line.dropFirst().first.map(isSpace) == true { return .item }
    if line.starts(with: "•".utf8) || line.starts(with: "–".utf8) { return .item }
    let afterDigits = line.drop { (0x30...0x39).contains($0) }
    let digits = line.count - afterDigits.count
    if (1...3).contains(digits), let mark = afterDigits.first, mark == 0x2E || mark == 0x29,
        afterDigits.dropFirst().first.map(isSpace) == true
    {
        return .item
    }
    return .text
}

private func markedHeading(_ line: ArraySlice<UInt8>) -> Heading {
    let text = line.drop { $0 == UInt8(ascii: "#") }
    return Heading(level: min(line.count - text.count, 6), text: plain(text))
}

/// "=====" and "-----" under a line make it a heading.
private func underlineLevel(_ line: ArraySlice<UInt8>) -> Int? {
    guard line.count > 1, let first = line.first, line.allSatisfy({ $0 == first }) else { return nil }
    return first == UInt8(ascii: "=") ? 1 : first == UInt8(ascii: "-") ? 2 : nil
}

/// A line that heads what follows though nothing marks it: a question, a bold line, or a few words alone.
/// Such words are quoted with their text, because they may be part of it; questions and bold lines are not.
private func bareHeading(_ line: ArraySlice<UInt8>, next: Line?) -> (isQuoted: Bool, Void)? {
    guard let next, let first = line.first, let last = line.last else { return nil }
    let words = wordCount(line)
    if last == UInt8(ascii: "?"), words <= maximumQuestionWords, next.kind != .heading { return (false, ()) }
    guard words <= maximumBareHeadingWords else { return nil }
    if line.count > 4, line.starts(with: "**".utf8), line.suffix(2).elementsEqual("**".utf8) { return (false, ()) }
    let isPlain = !line.contains { (0x30...0x39).contains($0) || ".,;!?|@".utf8.contains($0) }
    return isPlain && isCapital(first) && (next.kind != .text || words <= 5) ? (true, ()) : nil
}

/// "Paying" in "Paying: by card or bank transfer, no cash.", or in "Paying:" with what it heads right below.
private func label(of line: ArraySlice<UInt8>, next: Line?) -> String? {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), let first = line.first else { return nil }
    let label = line[..<colon], rest = line[(colon + 1)...]
    let isAlone = next.map { $0.kind == .blank } ?? true
    let heads = rest.isEmpty ? !isAlone : isAlone && isSpace(rest.first ?? 0) && wordCount(rest) >= minimumLabelledWords
    let isPlain = !label.contains { (0x30...0x39).contains($0) || "\".,;!?|@()".utf8.contains($0) }
    guard heads, isCapital(first), isPlain, wordCount(label) <= maximumLabelWords else { return nil }
    let text = plain(label)
    return ["q", "question", "a", "answer"].contains(text.lowercased()) ? nil : text
}

/// What follows "Q:" or "Question:".
private func prefixed(_ short: String, _ long: String, in bytes: [UInt8], _ range: Range<Int>) -> Range<Int>? {
    var start = range.lowerBound
    func skip(_ marks: String) { while start < range.upperBound, marks.utf8.contains(bytes[start]) { start += 1 } }
    skip("*_")
    var label: [UInt8] = []
    while start < range.upperBound, label.count <= long.utf8.count, isLetter(bytes[start]) {
        label.append(bytes[start] | 0x20)
        start += 1
    }
    guard label.elementsEqual(short.utf8) || label.elementsEqual(long.utf8) else { return nil }
    skip("*_")
    guard start < range.upperBound, ":.)".utf8.contains(bytes[start]) else { return nil }
    start += 1
    skip("*_ \t")
    return start < range.upperBound ? start..<range.upperBound : nil
}

/// Or the lead byte of a letter beyond ASCII.
private func isCapital(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || byte >= 0xC3 }

private func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

/// A heading without Markdown's marks.
private func plain(_ line: ArraySlice<UInt8>) -> String {
    let marks = Array("*`#_: ".utf8)
    let inner = line.drop { marks.contains($0) || isSpace($0) }
    var end = inner.endIndex
    while end > inner.startIndex, marks.contains(inner[end - 1]) || isSpace(inner[end - 1]) { end -= 1 }
    return String(streamSafe: inner[inner.startIndex..<end].filter { $0 != UInt8(ascii: "`") })
}
