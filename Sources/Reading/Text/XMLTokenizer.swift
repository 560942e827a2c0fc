import StreamSafe

/// The tags and texts of XML, one after the other. It resolves no entity that a document defines: one with
/// a DOCTYPE is refused, so nothing is ever fetched or multiplied.
struct XMLTokenizer {
    enum Token {
        /// Names come without their namespace's prefix. An empty element is a start and an end.
        case start(String, [(name: String, value: String)])
        case end(String)
        case text([UInt8])
    }

    struct Broken: Error {}

    private static let maximumDepth = 512
    private static let maximumAttributes = 64

    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0
    private var emptyElement: String?

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// nil at the end of a whole document; throws where it breaks off.
    mutating func next() throws(Broken) -> Token? {
        if let name = emptyElement {
            emptyElement = nil
            return try end(name)
        }
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "<") else {
                let start = index
                while index < bytes.count, bytes[index] != UInt8(ascii: "<") { index += 1 }
                return .text(decodingEntities(bytes[start..<index]))
            }
            if startsHere("<!--") {
                try skip(past: "-->")
            } else if startsHere("<![CDATA[") {
                let start = index + 9
                try skip(past: "]]>")
                return .text(Array(bytes[start..<(index - 3)]))
            } else if startsHere("<!") {
                throw Broken()
            } else if startsHere("<?") {
                try skip(past: "?>")
            } else {
                return try tag()
            }
        }
        guard depth == 0 else { throw Broken() }
        return nil
    }

    private mutating func tag() throws(Broken) -> Token {
        index += 1
        if index < bytes.count, bytes[index] == UInt8(ascii: "/") {
            index += 1
            let name = name()
            try skip(past: ">")
            return try end(name)
        }
        let name = name()
        guard !name.isEmpty, depth < Self.maximumDepth else { throw Broken() }
        depth += 1
        return .start(name, try attributes(of: name))
    }

    private mutating func end(_ name: String) throws(Broken) -> Token {
        guard depth > 0 else { throw Broken() }
        depth -= 1
        return .end(name)
    }

    private mutating func attributes(of element: String) throws(Broken) -> [(name: String, value: String)] {
        var attributes: [(name: String, value: String)] = []
        while true {
            skipSpaces()
            guard index < bytes.count, attributes.count <= Self.maximumAttributes else { throw Broken() }
            if bytes[index] == UInt8(ascii: ">") {
                index += 1
                return attributes
            }
            if startsHere("/>") {
                index += 2
                emptyElement = element
                return attributes
            }
            let name = name()
            guard !name.isEmpty else { throw Broken() }
            attributes.append((name, try value()))
        }
    }

    private mutating func value() throws(Broken) -> String {
        skipSpaces()
        guard startsHere("=") else { throw Broken() }
        index += 1
        skipSpaces()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'") else { throw Broken() }
        let quote = bytes[index]
        let start = index + 1
        index = start
        while index < bytes.count, bytes[index] != quote { index += 1 }
        guard index < bytes.count else { throw Broken() }
        index += 1
        return String(streamSafe: decodingEntities(bytes[start..<(index - 1)]))
    }

    /// What follows the last ":" of the name.
    private mutating func name() -> String {
        var start = index
        while index < bytes.count, !isSpace(bytes[index]), !"/>=<\"'".utf8.contains(bytes[index]) {
            if bytes[index] == UInt8(ascii: ":") { start = index + 1 }
            index += 1
        }
        return String(streamSafe: bytes[start..<index])
    }

    private mutating func skipSpaces() {
        while index < bytes.count, isSpace(bytes[index]) { index += 1 }
    }

    private func startsHere(_ text: StaticString) -> Bool {
        guard text.utf8CodeUnitCount <= bytes.count - index else { return false }
        return text.withUTF8Buffer { mark in
            for offset in mark.indices where bytes[index + offset] != mark[offset] { return false }
            return true
        }
    }

    private mutating func skip(past mark: StaticString) throws(Broken) {
        while index < bytes.count {
            if startsHere(mark) {
                index += mark.utf8CodeUnitCount
                return
            }
            index += 1
        }
        throw Broken()
    }
}
