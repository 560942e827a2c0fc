import HTTPTypes

/// A name for a file that a browser stores, whatever somebody called what is in it.
struct FileName: Sendable {
    /// Unicode scalars, with the ending.
    static let maximumLength = 100
    private static let maximumEnding = 10

    let text: String

    /// Takes out what a file system, a header or a reader's eye could take for something else: slashes, controls, marks that
    /// turn the direction of writing, quotes, dots and blanks at the start.
    init(_ wanted: String) {
        let dot = wanted.lastIndex(of: ".").flatMap { Self.isEnding(wanted[$0...]) ? $0 : nil } ?? wanted.endIndex
        let name = Self.cleaned(wanted[..<dot]).trimmingBlanks.drop { $0 == "." || $0 == " " }
        let short = String(String.UnicodeScalarView(name.unicodeScalars.prefix(Self.maximumLength - Self.maximumEnding))).trimmingBlanks
        text = (short.isEmpty ? "file" : short) + wanted[dot...]
    }

    /// `Content-Disposition` as RFC 6266 has it: a name in ASCII for old programs, and the name itself.
    var attachment: String { "attachment\(parameters)" }

    /// The same for what a browser may show.
    var inline: String { "inline\(parameters)" }

    private var parameters: String {
        let ascii = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isASCII ? $0 : "_" }))
        return "; filename=\"\(ascii)\"; filename*=UTF-8''\(PercentEncoding.encode(text))"
    }

    private static func cleaned(_ text: Substring) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { isAllowed($0) ? $0 : "_" }))
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: !["/", "\\", "\"", "<", ">", ":", "|", "?", "*", "%", ";"].contains(scalar)
        }
    }

    /// `.csv`
    private static func isEnding(_ text: Substring) -> Bool {
        (2...maximumEnding).contains(text.utf8.count)
            && text.utf8.dropFirst().allSatisfy { Unicode.Scalar($0).properties.isAlphabetic && $0 < 0x80 || (0x30...0x39).contains($0) }
    }
}

extension HTTPField.Name {
    static let contentDisposition = HTTPField.Name("Content-Disposition") ?? .accept
}
