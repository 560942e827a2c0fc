import StreamSafe

/// The files of a zip archive that lies anywhere: parts of it are read as they are needed, and files unpacked in pieces.
/// What the archive says of itself is not believed: whoever reads counts.
public struct ZipReader: Sendable {
    public static let maximumEntries = 65_535
    static let maximumDirectoryBytes = 16 * 1_048_576
    static let maximumNameBytes = 1_000
    /// Packed bytes that are read in one go.
    private static let partBytes = 262_144

    /// Some of the archive's bytes, all within it.
    public typealias Source = @Sendable (Range<Int>) async throws -> [UInt8]

    public struct Entry: Sendable {
        public let name: String
        fileprivate let method: Int
        fileprivate let checksum: UInt32
        fileprivate let packed: Int
        /// As the archive says; unpacking it gives so many bytes, or fails.
        public let unpacked: Int
        /// Of what stands in front of it.
        fileprivate let offset: Int
    }

    public let entries: [Entry]
    private let directoryStart: Int
    private let source: Source

    /// - Throws: `ZipProblem`, or what `source` throws.
    public init(byteCount: Int, _ source: @escaping Source) async throws {
        self.source = source
        // The end stands before a comment of up to 64 KiB.
        let tailStart = max(0, byteCount - 22 - 65_535)
        let tail = Bytes(try await source(tailStart..<byteCount))
        guard let end = tail.last(0x0605_4B50) else { throw ZipProblem.damaged }
        let (count, size, start) = (tail.number(end + 10, 2), tail.number(end + 12, 4), tail.number(end + 16, 4))
        guard size <= Self.maximumDirectoryBytes else { throw ZipProblem.tooLarge }
        guard start <= tailStart + end, size <= tailStart + end - start else { throw ZipProblem.damaged }
        directoryStart = start
        entries = try Self.entries(Bytes(try await source(start..<(start + size))), count, before: start)
    }

    /// Unpacks a file.
    /// - Parameter take: gets it in pieces, and may throw to stop.
    /// - Throws: `ZipProblem`, what `take` throws, or what the source throws.
    public func read(_ entry: Entry, _ take: ([UInt8]) async throws -> Void) async throws {
        let head = Bytes(try await source(entry.offset..<(entry.offset + 30)))
        guard head.number(0, 4) == 0x0403_4B50 else { throw ZipProblem.damaged }
        var place = entry.offset + 30 + head.number(26, 2) + head.number(28, 2)
        guard place <= directoryStart, entry.packed <= directoryStart - place else { throw ZipProblem.damaged }
        let end = place + entry.packed
        var (checksum, count) = (Checksum(), 0)
        let inflater = entry.method == 8 ? try Inflater() : nil
        while place < end {
            let part = try await source(place..<min(place + Self.partBytes, end))
            place += part.count
            guard let inflater else {
                checksum.add(part)
                count += part.count
                try await take(part)
                continue
            }
            inflater.add(part)
            while let piece = try inflater.next() {
                checksum.add(piece)
                count += piece.count
                guard count <= entry.unpacked else { throw ZipProblem.damaged }
                try await take(piece)
            }
        }
        guard checksum.value == entry.checksum, count == entry.unpacked, inflater?.isAtEnd != false else { throw ZipProblem.damaged }
    }

    private static func entries(_ directory: Bytes, _ count: Int, before start: Int) throws(ZipProblem) -> [Entry] {
        var entries: [Entry] = []
        var names: Set<String> = []
        var place = 0
        for _ in 0..<count {
            guard directory.number(place, 4) == 0x0201_4B50 else { throw .damaged }
            let entry = try entry(directory, at: place, before: start)
            place += 46 + directory.number(place + 28, 2) + directory.number(place + 30, 2) + directory.number(place + 32, 2)
            // A folder has no content.
            if entry.name.hasSuffix("/") { continue }
            guard names.insert(entry.name).inserted else { throw .unsafe }
            entries.append(entry)
        }
        return entries
    }

    private static func entry(_ directory: Bytes, at place: Int, before start: Int) throws(ZipProblem) -> Entry {
        let flags = directory.number(place + 8, 2)
        let method = directory.number(place + 10, 2)
        guard let name = directory.text(place + 46, directory.number(place + 28, 2)) else { throw .damaged }
        let isLink = directory.number(place + 40, 2) & 0o170000 == 0o120000
        guard isOrdinary(name), !isLink else { throw .unsafe }
        guard flags & 0x2041 == 0 else { throw .encrypted }
        let offset = directory.number(place + 42, 4)
        guard method == 0 || method == 8, offset <= start - 30 else { throw .damaged }
        return Entry(
            name: name, method: method, checksum: UInt32(truncatingIfNeeded: directory.number(place + 16, 4)),
            packed: directory.number(place + 20, 4), unpacked: directory.number(place + 24, 4), offset: offset)
    }

    private static func isOrdinary(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return !name.isEmpty && name.utf8.count <= maximumNameBytes && name.first != "/" && !name.contains("\\") && !name.contains(":")
            && !name.contains("\0") && !parts.contains("..")
    }
}

/// Little-endian numbers in bytes; 0 where the bytes end before.
private struct Bytes {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func number(_ start: Int, _ length: Int) -> Int {
        guard start >= 0, start <= bytes.count - length else { return 0 }
        return bytes[start..<(start + length)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    func text(_ start: Int, _ length: Int) -> String? {
        guard start <= bytes.count - length else { return nil }
        return String(validating: bytes[start..<(start + length)], as: UTF8.self)?.streamSafe
    }

    /// The last place of this number of four bytes.
    func last(_ signature: Int) -> Int? {
        stride(from: bytes.count - 22, through: 0, by: -1).first { number($0, 4) == signature }
    }
}
