extension String {
    /// The same in Unicode's Stream-Safe Text Format (UAX #15, section 13): in a run of non-starters, which are marks on the
    /// character before, an invisible one that is none (U+034F) stands after each thirty, as no language needs so many. It takes
    /// the place of the next, so that a text's length stays what it is.
    ///
    /// Whatever text comes from outside has to pass here before it is compared or hashed: both normalise, which takes the
    /// square of such a run's length, so that a request of a few hundred kilobytes would take minutes. So has a text from which
    /// something was taken that kept marks apart.
    public var streamSafe: String {
        var filter = StreamSafeFilter()
        return filter.pass(self)
    }

    /// Of UTF-8; what isn't becomes U+FFFD.
    public init(streamSafe utf8: some Collection<UInt8>) { self = String(decoding: utf8, as: UTF8.self).streamSafe }
}

/// The same for text that comes in pieces.
public struct StreamSafeFilter: Sendable {
    /// Of non-starters in a row, as UAX #15 has it.
    private static let maximumRun = 30
    private static let separator: Unicode.Scalar = "\u{34F}"

    private var run = 0

    public init() {}

    public mutating func pass(_ piece: String) -> String {
        guard piece.utf8.mayHaveMarks else {
            if !piece.isEmpty { run = 0 }
            return piece
        }
        let before = run
        guard piece.unicodeScalars.contains(where: { isOneTooMany($0) }) else { return piece }
        run = before
        var separated = String.UnicodeScalarView()
        for scalar in piece.unicodeScalars { separated.append(isOneTooMany(scalar) ? Self.separator : scalar) }
        return String(separated)
    }

    /// Counts it.
    private mutating func isOneTooMany(_ scalar: Unicode.Scalar) -> Bool {
        let isStarter = scalar.value < 0x300 || scalar.properties.canonicalCombiningClass == .notReordered
        run = isStarter ? 0 : run + 1
        guard run > Self.maximumRun else { return false }
        run = 0
        return true
    }
}

extension String.UTF8View {
    /// In UTF-8 the first non-starter, U+0300, begins with 0xCC. All bytes are looked at, which is done many at a time.
    fileprivate var mayHaveMarks: Bool {
        let greatest = withContiguousStorageIfAvailable { $0.reduce(0) { Swift.max($0, $1) } }
        return greatest ?? .max >= 0xCC
    }
}
