import StreamSafe

/// The tags and texts of an HTML page, one after the other, as lenient as a browser and in one pass.
struct HTMLTokenizer {
    enum Token {
        case text(Range<Int>)
        case start(Tag)
        case end(String)
    }

    struct Tag {
        /// In lower case; empty where it is longer than any that HTML knows.
        var name: String
        /// Those of `HTMLTokenizer.attributes` that it has; a name given twice counts once.
        var attributes: [(name: String, value: Range<Int>)]
    }

    private static let attributes: Set<String> = ["href", "rel", "name", "content", "charset", "http-equiv", "role", "property"]
    private static let maximumNameBytes = 15
    private static let maximumValueBytes = 4096
    /// Their content has no tags, and is no text but for the title's.
    private static let raw: Set<String> = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"]

    let bytes: [UInt8]
    private var index = 0
    private var rawName: String?

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> Token? {
        while index < bytes.count {
            if let name = rawName {
                rawName = nil
                let start = index
                index = endOfRaw(name)
                if name == "title" { return .text(start..<index) }
                continue
            }
            guard bytes[index] == UInt8(ascii: "<") else { return text() }
            switch byte(1) {
            case UInt8(ascii: "!"), UInt8(ascii: "?"): skipDeclaration()
            case UInt8(ascii: "/"):
                if isLetter(byte(2)) { return endTag() }
                skip(past: UInt8(ascii: ">"))
            case let first where isLetter(first): return startTag()
            default: return text()
            }
        }
        return nil
    }

    func string(_ range: Range<Int>) -> String { String(streamSafe: decodingEntities(bytes[range])) }

    private func byte(_ offset: Int) -> UInt8 { index + offset < bytes.count ? bytes[index + offset] : 0 }

    /// Begins with whatever stands here, also with a "<" that opens nothing.
    private mutating func text() -> Token {
        let start = index
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "<") { index += 1 }
        return .text(start..<index)
    }

    private mutating func skipDeclaration() {
        guard byte(1) == UInt8(ascii: "!"), byte(2) == UInt8(ascii: "-"), byte(3) == UInt8(ascii: "-") else {
            return skip(past: UInt8(ascii: ">"))
        }
        index += 2
        while index < bytes.count {
            skip(past: UInt8(ascii: ">"))
            if bytes[max(index - 3, 0)..<index].elementsEqual("-->".utf8) { return }
        }
    }

    private mutating func skip(past mark: UInt8) {
        while index < bytes.count, bytes[index] != mark { index += 1 }
        index = min(index + 1, bytes.count)
    }

    private mutating func endTag() -> Token {
        index += 2
        let name = tagName()
        skip(past: UInt8(ascii: ">"))
        return .end(name)
    }

    private mutating func startTag() -> Token {
        index += 1
        var tag = Tag(name: tagName(), attributes: [])
        while let (name, value) = attribute() {
            guard Self.attributes.contains(name), value.count <= Self.maximumValueBytes,
                !tag.attributes.contains(where: { $0.name == name })
            else { continue }
            tag.attributes.append((name, value))
        }
        if Self.raw.contains(tag.name) { rawName = tag.name }
        return .start(tag)
    }

    private mutating func tagName() -> String {
        name { isSpace($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ">") }
    }

    private mutating func name(until isEnd: (UInt8) -> Bool) -> String {
        let start = index
        while index < bytes.count, !isEnd(bytes[index]) { index += 1 }
        guard index - start <= Self.maximumNameBytes else { return "" }
        return String(decoding: bytes[start..<index].map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// nil at the tag's end, which it leaves behind.
    private mutating func attribute() -> (name: String, value: Range<Int>)? {
        while index < bytes.count, isSpace(bytes[index]) || bytes[index] == UInt8(ascii: "/") { index += 1 }
        guard index < bytes.count, bytes[index] != UInt8(ascii: ">") else {
            index = min(index + 1, bytes.count)
            return nil
        }
        let start = index
        if bytes[index] == UInt8(ascii: "=") { index += 1 }
        var name = name { isSpace($0) || "/>=".utf8.contains($0) }
        if start == index { index += 1 }
        skipSpaces()
        guard byte(0) == UInt8(ascii: "=") else { return (name, index..<index) }
        index += 1
        skipSpaces()
        if name.isEmpty { name = "-" }
        return (name, value())
    }

    private mutating func skipSpaces() {
        while index < bytes.count, isSpace(bytes[index]) { index += 1 }
    }

    private mutating func value() -> Range<Int> {
        let quote = byte(0)
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            let start = index + 1
            index = start
            while index < bytes.count, bytes[index] != quote { index += 1 }
            defer { index = min(index + 1, bytes.count) }
            return start..<index
        }
        let start = index
        while index < bytes.count, !isSpace(bytes[index]), bytes[index] != UInt8(ascii: ">") { index += 1 }
        return start..<index
    }

    /// Where `</name` stands, or the end.
    private func endOfRaw(_ name: String) -> Int {
        let mark = Array("</\(name)".utf8)
        var index = index
        while index + mark.count <= bytes.count {
            if bytes[index] == UInt8(ascii: "<"), zip(bytes[index...], mark).allSatisfy({ $0 == $1 || $0 | 0x20 == $1 }) {
                return index
            }
            index += 1
        }
        return bytes.count
    }

    private func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
