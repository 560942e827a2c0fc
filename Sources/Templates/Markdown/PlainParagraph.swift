/// What most answers are: one line of sentences in which nothing means anything to the parser, so that it needn't be asked.
enum PlainParagraph {
    /// Whether the parser would make one paragraph of the text, character for character. It says no also to some for which it would.
    static func isWhole(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = text.first, let last = text.last, isLetter(first), last != UInt8(ascii: " ") else { return false }
        var before: UInt8 = 0
        for byte in text {
            if meanings[Int(byte)] || startsLink(before, byte) { return false }
            before = byte
        }
        return true
    }

    static func html(_ text: UnsafeBufferPointer<UInt8>) -> HTML {
        var rendering = Rendering(literalCapacity: 0, interpolationCount: 0)
        rendering.appendLiteral("<p>")
        rendering.append(escapedUTF8: text)
        rendering.appendLiteral("</p>\n")
        return HTML(rendering)
    }

    /// With anything else a list or a heading may begin.
    private static func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }

    /// `https://` and `www.`; an address of e-mail has an `@`.
    private static func startsLink(_ before: UInt8, _ byte: UInt8) -> Bool {
        before == UInt8(ascii: ":") && byte == UInt8(ascii: "/") || before | 0x20 == UInt8(ascii: "w") && byte | 0x20 == UInt8(ascii: "w")
    }

    /// For each byte, whether it means something anywhere in a line; the ends of lines, and what isn't to be seen.
    private static let meanings: [Bool] = (0..<256).map { $0 < 0x20 || $0 == 0x7F || #"\`*_[]<&|~@"#.utf8.contains(UInt8($0)) }
}
