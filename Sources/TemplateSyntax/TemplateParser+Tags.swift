extension TemplateParser {
    /// An attribute as it stands in the source.
    private struct SourceAttribute {
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
        if name.isEmpty {
            report("an attribute name is missing", at: position)
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

    private func nameOffset(_ attribute: SourceAttribute) -> Int {
        bytes[attribute.range].firstIndex { !isSpace($0) } ?? attribute.range.lowerBound
    }

    private func token(_ attribute: SourceAttribute) -> ParsedTemplate.Attribute {
        .init(name: attribute.name, value: attribute.value.map(string))
    }

    // MARK: Holes in attributes

    private mutating func write(_ attributes: [SourceAttribute], of element: String) {
        let isCommand = attributes.contains { $0.name == "http-equiv" }
        for attribute in attributes {
            if let refusal = AttributeKind.refusal(of: attribute.name) {
                report(refusal, at: nameOffset(attribute))
            }
            if element == "meta" && attribute.name == "http-equiv" { checkCommand(attribute) }
            guard let value = attribute.value else { continue }
            var kind = AttributeKind(of: attribute.name, on: element)
            if element == "meta" && attribute.name == "content" && isCommand {
                kind = .closed(reason: "http-equiv makes it a command")
            }
            checkLiteral(attribute, value, kind, element)
            writeHoles(of: attribute, value, kind, element)
        }
    }

    private mutating func checkCommand(_ attribute: SourceAttribute) {
        if let value = attribute.value, string(value).lowercased().contains("refresh") {
            report("<meta http-equiv=\"refresh\"> moves the reader; answer with a redirect", at: nameOffset(attribute))
        }
    }

    private mutating func checkLiteral(
        _ attribute: SourceAttribute, _ value: Range<Int>, _ kind: AttributeKind, _ element: String
    ) {
        if kind == .url, let refusal = address(in: value, of: element).refusal {
            report(refusal, at: value.lowerBound)
        }
        if attribute.name.hasSuffix("hx-vals") || attribute.name.hasSuffix("hx-headers") {
            let text = string(value).drop { $0.isWhitespace }.lowercased()
            if text.hasPrefix("js:") || text.hasPrefix("javascript:") {
                report("\(attribute.name) runs a script, which the content security policy forbids", at: value.lowerBound)
            }
        }
    }

    private func address(in value: Range<Int>, of element: String) -> Address {
        let prefix = bytes[value].prefix { $0 != ParsedTemplate.holeMark }
        return Address(prefix: String(decoding: prefix, as: UTF8.self), isOnImage: element == "img")
    }

    private mutating func writeHoles(
        of attribute: SourceAttribute, _ value: Range<Int>, _ kind: AttributeKind, _ element: String
    ) {
        let holes = value.filter { bytes[$0] == ParsedTemplate.holeMark }
        guard let first = holes.first else { return }
        let isWhole = value.count == 1
        if let refusal = refusal(of: kind, attribute, value, isWhole: isWhole, element) {
            report(refusal, at: first)
        }
        if isWhole {
            let name = attribute.name
            let context: ParsedTemplate.HoleContext =
                switch kind {
                case .boolean: .flag(name: name)
                case .url: .urlAttribute(name: name)
                default: .attribute(name: name)
                }
            return writeHole(context, replacing: attribute.range)
        }
        for hole in holes {
            checkCharacterReference(before: hole)
            let isAtStart = hole == value.lowerBound
            writeHole(kind == .url ? (isAtStart ? .url : .urlComponent) : .value, replacing: hole..<hole + 1)
        }
    }

    private func refusal(
        of kind: AttributeKind, _ attribute: SourceAttribute, _ value: Range<Int>, isWhole: Bool, _ element: String
    ) -> String? {
        switch kind {
        case .closed(let reason): return "a hole in \(attribute.name): \(reason)"
        case .boolean where !isWhole: return "\(attribute.name) takes one hole of type Bool: \(attribute.name)=\"\\(…)\""
        case .url:
            let address = address(in: value, of: element)
            if element == "script" && !address.namesItsHost {
                return "a hole at the start of a script's address; begin it with a path: src=\"/…\""
            }
            return address.holeRefusal
        default: return nil
        }
    }
}
