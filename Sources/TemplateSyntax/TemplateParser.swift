/// Walks the bytes once. Tags are read in `TemplateParser+Tags.swift`, nesting is checked in `OpenElements.swift`.
struct TemplateParser {
    let bytes: [UInt8]
    var result = ParsedTemplate()
    var position = 0
    var open = OpenElements()
    private var literalStart = 0
    private var holeCount = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func parse() {
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "<") {
                parseMarkup()
            } else {
                parseText()
            }
        }
        writeLiteral(upTo: bytes.count)
        for element in open.stack {
            report("<\(element.name)> is never closed", at: element.offset)
        }
    }

    // MARK: Text

    private mutating func parseText() {
        let start = position
        while let byte = peek(), byte != UInt8(ascii: "<") {
            if byte == ParsedTemplate.holeMark { writeTextHole(open.textlessParent == nil ? .text : .markup) }
            position += 1
        }
        result.tokens.append(.text(string(start..<position)))
        if let offset = bytes[start..<position].firstIndex(where: { !isSpace($0) && $0 != ParsedTemplate.holeMark }),
            let parent = open.textlessParent
        {
            report("text directly in <\(parent)> is moved out of it", at: offset)
        }
    }

    private mutating func writeTextHole(_ context: ParsedTemplate.HoleContext) {
        checkCharacterReference(before: position)
        writeHole(context)
    }

    /// The content of an element that holds no tags, up to its closing tag, which is left for `parseMarkup`.
    mutating func parseRawText(of element: String, isJSON: Bool) {
        let start = position
        var isInString = false
        while position < bytes.count, !isClosingTag(of: element) {
            switch bytes[position] {
            case ParsedTemplate.holeMark:
                writeRawTextHole(in: element, isJSON: isJSON, isInString: isInString)
            case UInt8(ascii: "<"): checkRawText(of: element, isJSON: isJSON)
            case UInt8(ascii: "\\") where isInString && (peek(1) == UInt8(ascii: "\"") || peek(1) == UInt8(ascii: "\\")):
                position += 1
            case UInt8(ascii: "\""): isInString.toggle()
            default: break
            }
            position += 1
        }
        position = min(position, bytes.count)
        if start < position { result.tokens.append(.text(string(start..<position))) }
    }

    /// A `<` could grow into a closing tag with a hole, and `<!--` hides the closing tag of a script.
    private mutating func checkRawText(of element: String, isJSON: Bool) {
        if isJSON {
            report("a < in JSON; write \\u003c", at: position)
        } else if element == "textarea" || element == "title" {
            report("a stray <; write &lt;", at: position)
        } else if element == "script", bytes[position...].starts(with: "<!--".utf8) {
            report("<!-- in <script> hides its closing tag", at: position)
        }
    }

    private mutating func writeRawTextHole(in element: String, isJSON: Bool, isInString: Bool) {
        if isJSON && isInString {
            report("a hole in a JSON string; leave out the quotes, the hole writes them", at: position)
        } else if element == "textarea" || element == "title" {
            return writeTextHole(.text)
        } else if !isJSON {
            report("a hole in <\(element)>; \(Self.rawTextAdvice[element] ?? "it cannot be escaped there")", at: position)
        }
        writeHole(.json)
    }

    private static let rawTextAdvice = [
        "script": "put the value into a data- attribute or into <script type=\"application/json\">",
        "style": "choose a class instead",
    ]

    private func isClosingTag(of element: String) -> Bool {
        guard bytes[position] == UInt8(ascii: "<"), peek(1) == UInt8(ascii: "/") else { return false }
        let end = position + 2 + element.utf8.count
        guard end <= bytes.count, string(position + 2..<end).lowercased() == element else { return false }
        return end == bytes.count || !isNameByte(bytes[end])
    }

    // MARK: Markup

    private mutating func parseMarkup() {
        switch peek(1) {
        case UInt8(ascii: "!"): parseDeclaration()
        case UInt8(ascii: "/"): parseEndTag()
        case ParsedTemplate.holeMark:
            report("a hole in a tag name", at: position + 1)
            skipTag()
        case let byte? where isLetter(byte): parseStartTag()
        default:
            report("a stray <; write &lt;", at: position)
            position += 1
        }
    }

    private mutating func parseDeclaration() {
        let start = position
        if string(start..<min(start + 4, bytes.count)) == "<!--" {
            parseComment()
        } else if string(start..<min(start + 9, bytes.count)).lowercased() == "<!doctype" {
            skipTag(refusingHoles: "a hole in <!doctype>")
            result.tokens.append(.doctype)
        } else {
            report("<! starts only <!doctype> or a comment <!-- -->", at: start)
            skipTag()
        }
    }

    private mutating func parseComment() {
        let start = position
        // The two dashes of the opening may be those of the end: `<!-->` is a whole comment.
        position += 2
        while position < bytes.count, !bytes[position...].starts(with: "-->".utf8) {
            if bytes[position...].starts(with: "--!>".utf8) {
                report("--!> ends a comment; write -->", at: position)
            } else if bytes[position] == ParsedTemplate.holeMark {
                report("a hole in a comment", at: position)
                writeHole(.text)
            }
            position += 1
        }
        if position >= bytes.count {
            report("the comment is never closed", at: start)
        }
        position = min(position + 3, bytes.count)
        result.tokens.append(.comment)
    }

    /// Moves behind the next `>`, so that one mistake is reported once.
    mutating func skipTag(refusingHoles message: String? = nil) {
        let start = position
        while let byte = peek(), byte != UInt8(ascii: ">") {
            if byte == ParsedTemplate.holeMark {
                if let message { report(message, at: position) }
                writeHole(.text)
            }
            position += 1
        }
        if position == bytes.count { report("the tag is never closed with >", at: start) }
        position = min(position + 1, bytes.count)
    }

    // MARK: Output

    mutating func report(_ message: String, at offset: Int) {
        result.problems.append(.init(message: message, offset: offset))
    }

    /// Writes the hole at the position.
    mutating func writeHole(_ context: ParsedTemplate.HoleContext) {
        writeHole(context, replacing: position..<position + 1)
    }

    mutating func writeHole(_ context: ParsedTemplate.HoleContext, replacing range: Range<Int>) {
        writeLiteral(upTo: range.lowerBound)
        result.pieces.append(.hole(holeCount, context))
        holeCount += 1
        literalStart = range.upperBound
    }

    private mutating func writeLiteral(upTo end: Int) {
        if literalStart < end { result.pieces.append(.literal(literalStart..<end)) }
    }

    /// `&\(x);` would let the value choose the character.
    mutating func checkCharacterReference(before hole: Int) {
        var index = hole
        while index > 0, isLetter(bytes[index - 1]) || isDigit(bytes[index - 1]) || bytes[index - 1] == UInt8(ascii: "#") {
            index -= 1
        }
        if index > 0, bytes[index - 1] == UInt8(ascii: "&") {
            report("a hole in a character reference; write &amp;", at: hole)
        }
    }

    // MARK: Bytes

    func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    func string(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }
}

func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0C || byte == 0x0D }
func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
func isNameByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "_")
}
