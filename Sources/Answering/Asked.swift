/// Splits a passage into the questions that it begins with, as an FAQ does, and what answers them. A passage of nothing
/// but questions has no answer, and is read as plain text.
func asked(in text: String) -> (questions: [String], answer: String) {
    let bytes = Array(text.utf8)
    guard bytes.contains(UInt8(ascii: "?")) else { return ([], text) }
    let ranges = sentences(in: bytes, bytes.indices)
    let questions = ranges.prefix { isQuestion(bytes[$0]) }
    guard let last = questions.last, questions.count < ranges.count else { return ([], text) }
    let rest = trimmed(last.upperBound..<bytes.count, in: bytes)
    return (questions.map { String(decoding: bytes[$0], as: UTF8.self) }, String(decoding: bytes[rest], as: UTF8.self))
}

/// Whether a piece of text is nothing but questions.
func asksOnly(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    isQuestion(bytes[range]) && sentences(in: bytes, range).allSatisfy { isQuestion(bytes[$0]) }
}

/// Whether a sentence ends in a question mark, but for marks of emphasis and quotation.
private func isQuestion(_ sentence: ArraySlice<UInt8>) -> Bool {
    sentence.last { !"*_\"')".utf8.contains($0) } == UInt8(ascii: "?")
}
