import Answering
import Templates

/// Turns what a model writes into what a visitor reads, while it is being written: passage numbers become citation
/// numbers, numbers that aren't a passage's are dropped, and the sign that the model declines is never shown.
struct ModelText {
    /// Characters between brackets with passage numbers, at most.
    private static let longestBracket = 24

    private(set) var citations: [AnswerReply.Citation] = []
    /// Whether the model has said that the passages don't hold the answer.
    private(set) var isDeclined = false
    /// Whether the model has said nothing at all.
    var isBlank: Bool { !hasBegun && !isDeclined && held.trimmingBlanks.isEmpty }

    private let passages: [Passage]
    private var cited: [Int: Int] = [:]
    /// Received, but not yet clear what it is.
    private var held = ""
    private var hasBegun = false

    init(passages: [Passage]) { self.passages = passages }

    /// What can be shown of it now.
    mutating func receive(_ piece: String) -> String {
        if hasBegun, held.isEmpty, !piece.utf8.contains(UInt8(ascii: "[")) { return piece }
        held += piece
        return release(atEnd: false)
    }

    /// What was held back, at the end of the model's text.
    mutating func finish() -> String { release(atEnd: true) }

    private mutating func release(atEnd: Bool) -> String {
        if !hasBegun {
            // Models like to emphasise it.
            let begun = held.drop { $0.isWhitespace || "*_`\"".contains($0) }
            if begun.hasPrefix(Prompt.declines) { isDeclined = true }
            if isDeclined || (Prompt.declines.hasPrefix(begun) && !atEnd) { return "" }
            held = String(held.drop { $0.isWhitespace })
            if held.isEmpty { return "" }
            hasBegun = true
        }
        return shown(atEnd: atEnd)
    }

    private mutating func shown(atEnd: Bool) -> String {
        var shown = ""
        var rest = held[...]
        held = ""
        while let open = rest.firstIndex(of: "[") {
            shown += rest[..<open]
            rest = rest[open...]
            let numbers = rest.dropFirst().prefix(Self.longestBracket).prefix { $0.isASCII && ($0.isNumber || $0 == "," || $0 == " ") }
            let behind = rest[numbers.endIndex...]
            if behind.isEmpty, !atEnd {
                held = String(rest)
                return shown
            }
            if behind.first == "]", let citation = citation(numbers) {
                shown += citation
                rest = behind.dropFirst()
            } else {
                shown += "["
                rest = rest.dropFirst()
            }
        }
        return shown + rest
    }

    /// `1` or `2, 5` as brackets with citation numbers; nil where it isn't passage numbers at all.
    private mutating func citation(_ inside: Substring) -> String? {
        let parts = inside.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmingBlanks)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isNumber) }) else { return nil }
        return parts.compactMap { part in Int(part).flatMap { cite($0) }.map { "[\($0)]" } }.joined()
    }

    /// The citation's number for a passage's.
    private mutating func cite(_ number: Int) -> Int? {
        if let known = cited[number] { return known }
        guard number > 0, passages.indices.contains(number - 1) else { return nil }
        let passage = passages[number - 1]
        citations.append(
            .init(number: citations.count + 1, title: passage.title, quote: passage.answer, sourceID: String(passage.id), url: nil))
        cited[number] = citations.count
        return citations.count
    }
}
