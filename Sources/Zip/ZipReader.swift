/// The files of a zip archive that lies anywhere: parts of it are read as they are needed, and files unpacked in pieces.
/// What the archive says of itself is not believed: whoever reads counts.
public struct ZipReader: Sendable {
    public static let maximumEntries = 65_535
    /// Packed bytes that are read in one go.
    private static let partBytes = 262_144
    /// What stands for bytes in a name that are no text.
    private static let replacement: Character = "\u{FFFD}"

    /// Some of the archive's bytes, all within it.
    public typealias Source = @Sendable (Range<Int>) async throws -> [UInt8]

    public let entries: [ZipEntry]
    private let directoryStart: Int
    private let source: Source

    /// - Throws: `ZipProblem`, or what `source` throws.
    public init(byteCount: Int, _ source: @escaping Source) async throws {
        self.source = source
        let tailStart = max(0, byteCount - ZipDirectory.maximumEndBytes)
        let directory = try ZipDirectory(tail: try await source(tailStart..<byteCount), from: tailStart)
        directoryStart = directory.range.lowerBound
        entries = try directory.entries(try await source(directory.range))
        guard !entries.contains(where: { $0.name.contains(Self.replacement) }) else { throw ZipProblem.damaged }
    }

    /// Unpacks a file.
    /// - Parameter take: gets it in pieces, no byte more than `unpacked` says, and may throw to stop.
    /// - Throws: `ZipProblem`, what `take` throws, or what the source throws.
    public func read(_ entry: ZipEntry, _ take: ([UInt8]) async throws -> Void) async throws {
        let content = try entry.content(after: try await source(entry.head), before: directoryStart)
        var place = content.lowerBound
        var unpacking = try Unpacking(entry)
        while place < content.upperBound {
            let part = try await source(place..<min(place + Self.partBytes, content.upperBound))
            place += part.count
            unpacking.add(part)
            while let piece = try unpacking.next() {
                guard unpacking.count <= entry.unpacked else { throw ZipProblem.damaged }
                try await take(piece)
            }
        }
        try unpacking.finish()
    }
}
