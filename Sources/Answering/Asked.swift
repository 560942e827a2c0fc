/// Splits a passage into the questions that it begins with, as an FAQ does, and what answers them. A passage of nothing
/// but questions has no answer, and is read as plain text.
func asked(in text: String) -> (questions: [String], answer: String) {
    let bytes = Array(text.utf8)
    guard bytes.contains(UInt8(ascii: "?")) else { return ([], text) }
    let (questions, rest) = leadingQuestions(in: bytes, bytes.indices)
    guard !questions.isEmpty, !rest.isEmpty else { return ([], text) }
    return (questions.map { String(decoding: bytes[$0], as: UTF8.self) }, String(decoding: bytes[rest], as: UTF8.self))
}

/// Whether a piece of text is nothing but questions.
func asksOnly(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    let (questions, rest) = leadingQuestions(in: bytes, range)
    return !questions.isEmpty && rest.isEmpty
}

private func leadingQuestions(in bytes: [UInt8], _ range: Range<Int>) -> (questions: [Range<Int>], rest: Range<Int>) {
    var questions: [Range<Int>] = []
    var rest = trimmed(range, in: bytes)
    while !rest.isEmpty {
        let end: Int
        if let line = lineOfWordings(in: bytes, rest) {
            questions += line.wordings
            end = line.end
        } else {
            let asked = sentences(in: bytes, rest).prefix { isQuestion(bytes[$0]) }
            guard let last = asked.last else { break }
            questions += asked
            end = last.upperBound
        }
        rest = trimmed(end..<rest.upperBound, in: bytes)
    }
    return (questions, rest)
}

/// A line that is emphasised as a whole and mostly asks has an owner's wordings of one question, of which not each needs a
/// question mark: "*Is it legal? May I use it here? Tell me about the law.*" What visitors say of themselves is one of them,
/// what has a number or an address isn't: an answer must not get lost.
private func lineOfWordings(in bytes: [UInt8], _ range: Range<Int>) -> (wordings: [Range<Int>], end: Int)? {
    guard let first = bytes[range].first, "*_".utf8.contains(first) else { return nil }
    let start = bytes[range].firstIndex { $0 != first } ?? range.upperBound
    guard start < range.upperBound, !isSpace(bytes[start]) else { return nil }
    guard let close = bytes[start..<range.upperBound].firstIndex(of: first) else { return nil }
    let end = bytes[close..<range.upperBound].firstIndex { $0 != first } ?? range.upperBound
    let isWhole = end == range.upperBound || bytes[end] == 0x0A || bytes[end] == 0x0D
    let isOneParagraph = !bytes[start..<close].split(separator: 0x0A, omittingEmptySubsequences: false).dropFirst().contains {
        $0.allSatisfy(isSpace)
    }
    guard isWhole, isOneParagraph else { return nil }
    let wordings = sentences(in: bytes, start..<close)
    let statements = wordings.filter { !isQuestion(bytes[$0]) }
    let questions = wordings.count - statements.count
    let mostlyAsks = questions > 1 && questions > statements.count && !statements.contains { hasFact(bytes[$0]) }
    return mostlyAsks || questions > 0 && statements.allSatisfy { isOfVisitor(bytes[$0]) } ? (wordings, end) : nil
}

private func hasFact(_ sentence: ArraySlice<UInt8>) -> Bool { sentence.contains { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "@") } }

/// "I", "my" and what begins with them, in the languages that owners write most.
private let firstPersons: Set<String> = [
    "i", "im", "i'm", "ive", "i'd", "my", "ich", "mein", "meine", "je", "mon", "ma", "yo", "mi", "io", "mio", "mia", "ik", "mijn", "eu",
    "meu", "minha",
]

private func isOfVisitor(_ sentence: ArraySlice<UInt8>) -> Bool {
    words(of: String(decoding: sentence, as: UTF8.self)).first.map { firstPersons.contains($0.text) } == true
}

/// Whether a sentence ends in a question mark, but for marks of emphasis and quotation.
private func isQuestion(_ sentence: ArraySlice<UInt8>) -> Bool {
    sentence.last { !"*_\"')".utf8.contains($0) } == UInt8(ascii: "?")
}
