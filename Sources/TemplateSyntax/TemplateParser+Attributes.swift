/// What may stand in the attributes of a tag that was read, and how their holes are escaped.
extension TemplateParser {
    mutating func write(_ attributes: [SourceAttribute], of element: String) {
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
        let rest = bytes[value].dropFirst(prefix.count + 1)
        return Address(
            prefix: String(decoding: prefix, as: UTF8.self), rest: String(decoding: rest, as: UTF8.self),
            isOnImage: element == "img")
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
