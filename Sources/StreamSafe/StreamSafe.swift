extension String {
    /// The same in Unicode's Stream-Safe Text Format (UAX #15, section 13), but that of a run of non-starters, which are marks
    /// on the character before, those from the 31st on are left out instead of being separated. No language needs so many.
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

    private var run = 0

    public init() {}

    public mutating func pass(_ piece: String) -> String {
        // In UTF-8 the first non-starter, U+0300, begins with 0xCC.
        guard piece.utf8.contains(where: { $0 >= 0xCC }) else {
            if !piece.isEmpty { run = 0 }
            return piece
        }
        let before = run
        guard !piece.unicodeScalars.allSatisfy({ admits($0) }) else { return piece }
        run = before
        var kept = String.UnicodeScalarView()
        for scalar in piece.unicodeScalars where admits(scalar) { kept.append(scalar) }
        return String(kept)
    }

    private mutating func admits(_ scalar: Unicode.Scalar) -> Bool {
        let isStarter = scalar.value < 0x300 || scalar.properties.canonicalCombiningClass == .notReordered
        run = isStarter ? 0 : min(run + 1, Self.maximumRun + 1)
        return run <= Self.maximumRun
    }
}
