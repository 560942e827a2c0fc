/// Leaves out what a model thinks aloud between tags in its answer, however its words are cut into pieces. What isn't closed
/// is left out to the end; a closing tag alone says that all before it was thought.
struct Reasoning {
    /// Between angle brackets, in any case.
    private static let names = ["think", "thinking", "thought", "reasoning"].map { Array($0.utf8) }
    /// As Mistral's models write it.
    private static let bracketed = (open: Array("[THINK]".utf8), close: Array("[/THINK]".utf8))
    /// Bytes of a tag, with attributes.
    private static let longestTag = 64

    private var depth = 0
    /// What may be the beginning of a tag.
    private var held: [UInt8] = []

    /// What isn't thought, of all that has come.
    mutating func spoken(_ piece: String) -> String {
        if depth == 0, held.isEmpty, !piece.utf8.contains(where: Self.mayBegin) { return piece }
        held += piece.utf8
        return release(atEnd: false)
    }

    /// What was held back and turned out to be no tag.
    mutating func finish() -> String { release(atEnd: true) }

    private static func mayBegin(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "<") || byte == UInt8(ascii: "[") }

    private mutating func release(atEnd: Bool) -> String {
        var spoken: [UInt8] = []
        var rest = held[...]
        held = []
        scan: while let place = rest.firstIndex(where: Self.mayBegin) {
            if depth == 0 { spoken += rest[..<place] }
            rest = rest[place...]
            switch Self.tag(at: rest) {
            case .unclear where !atEnd:
                held = Array(rest)
                return String(decoding: spoken, as: UTF8.self)
            case .open(let length):
                depth += 1
                rest = rest.dropFirst(length)
            case .close(let length):
                if depth == 0 { spoken = [] } else { depth -= 1 }
                rest = rest.dropFirst(length)
            case .none, .unclear:
                if depth == 0 { spoken += rest.prefix(1) }
                rest = rest.dropFirst()
            }
        }
        if depth == 0 { spoken += rest }
        return String(decoding: spoken, as: UTF8.self)
    }

    private enum Tag {
        case none
        /// It may be one, once more has come.
        case unclear
        /// With the bytes that it takes.
        case open(Int), close(Int)
    }

    private static func tag(at text: ArraySlice<UInt8>) -> Tag {
        for (tag, found) in [(bracketed.open, Tag.open(bracketed.open.count)), (bracketed.close, .close(bracketed.close.count))] {
            if text.starts(with: tag) { return found }
            if tag.starts(with: text) { return .unclear }
        }
        guard text.first == UInt8(ascii: "<") else { return .none }
        let isClosing = text.dropFirst().first == UInt8(ascii: "/")
        let inside = text.dropFirst(isClosing ? 2 : 1).prefix(longestTag)
        let name = inside.prefix { $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z") }.map { $0 | 0x20 }
        let behind = inside.dropFirst(name.count)
        guard let next = behind.first else { return names.contains { $0.starts(with: name) } ? .unclear : .none }
        guard names.contains(name), next == UInt8(ascii: ">") || next == UInt8(ascii: " ") else { return .none }
        guard let end = behind.firstIndex(of: UInt8(ascii: ">")) else { return inside.count < longestTag ? .unclear : .none }
        let length = end + 1 - text.startIndex
        return isClosing ? .close(length) : .open(length)
    }
}
