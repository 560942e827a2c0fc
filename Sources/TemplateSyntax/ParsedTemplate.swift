/// What the tokenizer makes of a template or of a whole rendered page.
///
/// Offsets are byte offsets into the UTF-8 that was parsed. A hole is one byte, `holeMark`, which valid UTF-8 never contains.
public struct ParsedTemplate: Sendable {
    /// Literals and holes in the order in which they are written out.
    public internal(set) var pieces: [Piece] = []
    /// The same text as tags, texts and comments: its structure.
    public internal(set) var tokens: [Token] = []
    /// What is wrong, ordered by offset. A template with problems does not compile.
    public internal(set) var problems: [Problem] = []

    public static let holeMark: UInt8 = 0xFF

    init() {}

    public init(parsing bytes: [UInt8]) {
        var parser = TemplateParser(bytes: bytes)
        parser.parse()
        self = parser.result
        problems.sort { $0.offset < $1.offset }
    }

    /// Parses text without holes.
    public init(parsing text: String) {
        self.init(parsing: Array(text.utf8))
    }
}

extension ParsedTemplate {
    public enum Piece: Sendable, Equatable {
        case literal(Range<Int>)
        /// The holes are counted from 0 in the order of the source.
        case hole(Int, HoleContext)
    }

    /// Where a hole stands, and so how it is escaped.
    public enum HoleContext: Sendable, Equatable {
        /// Between tags.
        case text
        /// Between tags where only elements may stand, as in a table.
        case markup
        /// A part of a quoted attribute value.
        case value
        /// The whole value of an attribute that can be left out; the hole writes the attribute with its name.
        case attribute(name: String)
        /// The whole value of an attribute that is there or not, as `checked`.
        case flag(name: String)
        /// The start of a URL: its scheme is checked.
        case url
        /// The whole of a URL attribute that can be left out.
        case urlAttribute(name: String)
        /// A part of a URL after its start: percent-encoded.
        case urlComponent
        /// A JSON value inside `<script type="application/json">`.
        case json
    }

    public enum Token: Sendable, Equatable {
        case startTag(name: String, attributes: [Attribute], isSelfClosing: Bool)
        case endTag(name: String)
        case text(String)
        case comment
        case doctype
    }

    public struct Attribute: Sendable, Equatable {
        public let name: String
        /// As written, or nil for an attribute without `=`.
        public let value: String?
    }

    public struct Problem: Sendable, Equatable {
        public let message: String
        public let offset: Int
    }
}
