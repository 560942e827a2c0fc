import SwiftSyntax
import TemplateSyntax

/// The argument of `#html` as the bytes that it stands for, with the place in the source of each byte.
struct TemplateLiteral {
    private(set) var bytes: [UInt8] = []
    private(set) var positions: [AbsolutePosition] = []
    private(set) var holes: [ExprSyntax] = []
    private(set) var problem: (message: String, position: AbsolutePosition)?

    init(_ literal: StringLiteralExprSyntax) {
        if literal.openingPounds != nil {
            problem = ("#html takes a literal without #", literal.positionAfterSkippingLeadingTrivia)
        }
        for segment in literal.segments {
            switch segment {
            case .stringSegment(let text): append(text.content)
            case .expressionSegment(let hole): append(hole)
            }
        }
        positions.append(literal.closingQuote.positionAfterSkippingLeadingTrivia)
    }

    /// Where a problem at an offset is shown; the offset may be the end.
    func position(of offset: Int) -> AbsolutePosition {
        positions[min(offset, positions.count - 1)]
    }

    private mutating func append(_ hole: ExpressionSegmentSyntax) {
        let position = hole.positionAfterSkippingLeadingTrivia
        if let argument = hole.expressions.first, hole.expressions.count == 1, argument.label == nil {
            holes.append(argument.expression)
        } else {
            problem = ("a hole takes one value without a label", position)
        }
        append(ParsedTemplate.holeMark, at: position)
    }

    private mutating func append(_ token: TokenSyntax) {
        let start = token.positionAfterSkippingLeadingTrivia
        var source = Substring(token.text).utf8[...]
        while let byte = source.first {
            let position = start.advanced(by: token.text.utf8.distance(from: token.text.utf8.startIndex, to: source.startIndex))
            source.removeFirst()
            guard byte == UInt8(ascii: "\\") else {
                append(byte, at: position)
                continue
            }
            for byte in String(Self.unescape(&source)).utf8 { append(byte, at: position) }
        }
    }

    /// What stands behind a backslash; the compiler has checked it.
    private static func unescape(_ source: inout Substring.UTF8View.SubSequence) -> Character {
        guard let kind = source.popFirst() else { return "\\" }
        switch kind {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "0"): return "\0"
        case UInt8(ascii: "u"):
            let digits = source.dropFirst().prefix { $0 != UInt8(ascii: "}") }
            source = source.dropFirst(digits.count + 2)
            let scalar = UInt32(String(Substring(digits)), radix: 16).flatMap(Unicode.Scalar.init)
            return scalar.map(Character.init) ?? "\u{FFFD}"
        default: return Character(Unicode.Scalar(kind))
        }
    }

    private mutating func append(_ byte: UInt8, at position: AbsolutePosition) {
        bytes.append(byte)
        positions.append(position)
    }
}
