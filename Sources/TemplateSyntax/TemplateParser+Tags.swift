extension TemplateParser {
    /// An attribute as it stands in the source.
    struct SourceAttribute {
        let name: String
        /// From the white space before the name to behind the closing quote.
        let range: Range<Int>
        /// Between the quotes.
        let value: Range<Int>?
    }

    mutating func parseStartTag() {
        let start = position
        position += 1
        let name = parseName()
        guard peek() != ParsedTemplate.holeMark else {
            report("a hole in a tag name", at: position)
            return skipTag()
        }
        if !Elements.isKnown(name) && !open.isInForeignContent {
            report("<\(name)> is not an HTML element", at: start)
        }
        guard let (attributes, isSelfClosing) = parseAttributes(tagStart: start, element: name) else {
            if !Elements.void.contains(name) { open.push(name, at: start) }
            return
        }
        write(attributes, of: name)
        result.tokens.append(
            .startTag(name: name, attributes: attributes.map(token), isSelfClosing: isSelfClosing))
        enter(name, attributes, at: start, isSelfClosing: isSelfClosing)
    }

    private mutating func enter(_ name: String, _ attributes: [SourceAttribute], at start: Int, isSelfClosing: Bool) {
        if let problem = open.problem(opening: name) { report(problem, at: start) }
        if Elements.void.contains(name) { return }
        let isForeign = open.isInForeignContent || Elements.foreignRoots.contains(name)
        if isSelfClosing {
            if !isForeign { report("<\(name)/> does not close itself; write <\(name)></\(name)>", at: start) }
            return
        }
        if isForeign && (name == "script" || name == "style") {
            report("<\(name)> inside <svg> or <math>", at: start)
        }
        open.push(name, at: start)
        if Elements.rawText.contains(name) {
            parseRawText(of: name, isJSON: name == "script" && isJSON(attributes))
        }
    }

    private func isJSON(_ attributes: [SourceAttribute]) -> Bool {
        let type = attributes.first { $0.name == "type" }?.value.map { string($0).lowercased() }
        return type == "application/json" || type == "application/ld+json"
    }

    mutating func parseEndTag() {
        let start = position
        position += 2
        let name = parseName()
        while let byte = peek(), isSpace(byte) { position += 1 }
        guard !name.isEmpty, peek() == UInt8(ascii: ">") else {
            let isHole = peek() == ParsedTemplate.holeMark
            report(isHole ? "a hole in a closing tag" : "a closing tag is </name>", at: isHole ? position : start)
            return skipTag()
        }
        position += 1
        result.tokens.append(.endTag(name: name))
        if let problem = open.close(name) { report(problem, at: start) }
    }

    private mutating func parseName() -> String {
        let start = position
        while let byte = peek(), isNameByte(byte) { position += 1 }
        return string(start..<position).lowercased()
    }

    // MARK: Attributes

    /// Everything behind the tag's name, or nil after a mistake that was reported and skipped.
    private mutating func parseAttributes(
        tagStart: Int, element: String
    ) -> (attributes: [SourceAttribute], isSelfClosing: Bool)? {
        var attributes: [SourceAttribute] = []
        while true {
            let start = position
            while let byte = peek(), isSpace(byte) { position += 1 }
            switch peek() {
            case UInt8(ascii: ">"):
                position += 1
                return (attributes, false)
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: ">"):
                position += 2
                return (attributes, true)
            case nil, UInt8(ascii: "<"):
                report("<\(element)> is not closed with >", at: tagStart)
                return nil
            case ParsedTemplate.holeMark:
                report("a hole in an attribute name", at: position)
                skipTag()
                return nil
            default:
                if start == position {
                    report("white space is missing before the attribute", at: position)
                }
                guard let attribute = parseAttribute(from: start) else {
                    skipTag()
                    return nil
                }
                if attributes.contains(where: { $0.name == attribute.name }) {
                    report("\(attribute.name) stands twice in <\(element)>", at: nameOffset(attribute))
                }
                attributes.append(attribute)
            }
        }
    }

    private mutating func parseAttribute(from start: Int) -> SourceAttribute? {
        let nameStart = position
        while let byte = peek(), isAttributeNameByte(byte) { position += 1 }
        let name = string(nameStart..<position).lowercased()
        if peek() == ParsedTemplate.holeMark {
            report("a hole in an attribute name", at: position)
            return nil
        }
        guard !name.isEmpty, name.utf8.allSatisfy({ isNameByte($0) || $0 == UInt8(ascii: ".") }) else {
            report(name.isEmpty ? "an attribute name is missing" : "\(name) is not an attribute name", at: nameStart)
            return nil
        }
        let nameEnd = position
        while let byte = peek(), isSpace(byte) { position += 1 }
        guard peek() == UInt8(ascii: "=") else {
            position = nameEnd
            return SourceAttribute(name: name, range: start..<nameEnd, value: nil)
        }
        position += 1
        while let byte = peek(), isSpace(byte) { position += 1 }
        guard let value = parseValue(of: name) else { return nil }
        return SourceAttribute(name: name, range: start..<position, value: value)
    }

    private mutating func parseValue(of name: String) -> Range<Int>? {
        guard let quote = peek(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            return parseUnquotedValue(of: name)
        }
        let start = position + 1
        guard let end = bytes[start...].firstIndex(of: quote) else {
            report("the value of \(name) is never closed with a quote", at: position)
            return nil
        }
        position = end + 1
        return start..<end
    }

    private mutating func parseUnquotedValue(of name: String) -> Range<Int>? {
        let start = position
        while let byte = peek(), !isSpace(byte), byte != UInt8(ascii: ">") {
            if byte == ParsedTemplate.holeMark {
                report("a hole in an unquoted value; write \(name)=\"…\"", at: position)
                return nil
            }
            if "\"'<=`".utf8.contains(byte) {
                report("the value of \(name) needs quotes", at: position)
                return nil
            }
            position += 1
        }
        if start == position {
            report("the value of \(name) is missing", at: start)
            return nil
        }
        return start..<position
    }

    private func isAttributeNameByte(_ byte: UInt8) -> Bool {
        byte < 0x80 && byte > 0x20 && !"\"'<>/=".utf8.contains(byte)
    }

    func nameOffset(_ attribute: SourceAttribute) -> Int {
        bytes[attribute.range].firstIndex { !isSpace($0) } ?? attribute.range.lowerBound
    }

    private func token(_ attribute: SourceAttribute) -> ParsedTemplate.Attribute {
        .init(name: attribute.name, value: attribute.value.map(string))
    }
}
