import StreamSafe

extension String {
    /// The text without characters that show nothing: tags, variation selectors, marks of direction, blanks without width.
    /// Joiners stay, since Persian and Hindi are misspelt without them, but one at a time.
    var withoutInvisibles: String {
        guard unicodeScalars.contains(where: { $0.isInvisible || $0.isJoiner }) else { return self }
        var kept = String.UnicodeScalarView()
        for scalar in unicodeScalars where !scalar.isInvisible && !(scalar.isJoiner && kept.last?.isJoiner == true) { kept.append(scalar) }
        return String(kept).streamSafe
    }
}

extension Unicode.Scalar {
    /// ZERO WIDTH NON-JOINER and ZERO WIDTH JOINER.
    fileprivate var isJoiner: Bool { value == 0x200C || value == 0x200D }

    /// Unicode's own list of what is drawn as nothing, and the marks of annotations.
    fileprivate var isInvisible: Bool {
        guard value >= 0xAD, !isJoiner else { return false }
        return properties.isDefaultIgnorableCodePoint || (0xFFF9...0xFFFB).contains(value)
    }
}
