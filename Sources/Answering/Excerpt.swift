/// Longer passages are cut to the sentences that answer.
private let wholeWords = 120
private let excerptWords = 90

/// The part of a passage to quote: all of it when it is short, else the neighbouring sentences whose words weigh most.
func excerpt(of text: String, weight: (String) -> Float) -> String {
    let bytes = Array(text.utf8)
    guard wordCount(bytes[...]) > wholeWords else { return text }
    let ranges = sentences(in: bytes, bytes.indices)
    guard ranges.count > 1 else { return text }
    let lengths = ranges.map { wordCount(bytes[$0]) }
    let stems = ranges.map { range in Set(words(of: String(decoding: bytes[range], as: UTF8.self)).map { stem($0.text) }) }
    var best: (weight: Float, range: Range<Int>) = (-1, 0..<1)
    for first in ranges.indices {
        var length = 0
        var found: Set<String> = []
        for last in first..<ranges.count {
            length += lengths[last]
            guard length <= excerptWords || last == first else { break }
            found.formUnion(stems[last])
            // Shorter is better where it says as much.
            let total = found.reduce(Float(0)) { $0 + weight($1) } - Float(last - first) * 0.05
            if total > best.weight { best = (total, first..<(last + 1)) }
        }
    }
    let quoted = ranges[best.range.lowerBound].lowerBound..<ranges[best.range.upperBound - 1].upperBound
    return String(decoding: bytes[quoted], as: UTF8.self)
}
