import StreamSafe

/// A file in a zip archive, as the list at the archive's end has it.
public struct ZipEntry: Sendable {
    public let name: String
    fileprivate let method: Int
    fileprivate let checksum: UInt32
    let packed: Int
    /// As the archive says.
    public let unpacked: Int
    /// Of what stands in front of the content.
    fileprivate let offset: Int

    private static let headBytes = 30

    /// Where the head stands.
    var head: Range<Int> { offset..<(offset + Self.headBytes) }

    /// Where the content stands, after a head of a length of its own.
    /// - Parameter start: of the list, before which all of it must end.
    func content(after head: [UInt8], before start: Int) throws(ZipProblem) -> Range<Int> {
        let head = Bytes(head)
        guard head.number(0, 4) == 0x0403_4B50 else { throw .damaged }
        let place = offset + Self.headBytes + head.number(26, 2) + head.number(28, 2)
        guard place <= start, packed <= start - place else { throw .damaged }
        return place..<(place + packed)
    }
}

/// The list of files at a zip archive's end. What it says is not believed: whoever unpacks counts.
struct ZipDirectory {
    static let maximumBytes = 16 * 1_048_576
    static let maximumNameBytes = 1_000
    private static let endBytes = 22
    /// The last record, before a comment of up to 64 KiB.
    static let maximumEndBytes = endBytes + 65_535

    /// Where it stands in the archive.
    let range: Range<Int>
    /// How many files and folders it lists.
    let count: Int

    /// - Parameter tail: the archive's last bytes, from `tailStart` on.
    init(tail: [UInt8], from tailStart: Int) throws(ZipProblem) {
        let tail = Bytes(tail)
        let ends = stride(from: tail.count - Self.endBytes, through: 0, by: -1)
        guard let end = ends.first(where: { tail.number($0, 4) == 0x0605_4B50 }) else { throw .damaged }
        let (size, start) = (tail.number(end + 12, 4), tail.number(end + 16, 4))
        guard size <= Self.maximumBytes else { throw .tooLarge }
        guard start <= tailStart + end, size <= tailStart + end - start else { throw .damaged }
        range = start..<(start + size)
        count = tail.number(end + 10, 2)
    }

    /// - Parameter bytes: those at `range`.
    func entries(_ bytes: [UInt8]) throws(ZipProblem) -> [ZipEntry] {
        let bytes = Bytes(bytes)
        var entries: [ZipEntry] = []
        var names: Set<String> = []
        var place = 0
        for _ in 0..<count {
            guard bytes.number(place, 4) == 0x0201_4B50 else { throw .damaged }
            let entry = try entry(bytes, at: place)
            place += 46 + bytes.number(place + 28, 2) + bytes.number(place + 30, 2) + bytes.number(place + 32, 2)
            // A folder has no content.
            if entry.name.hasSuffix("/") { continue }
            guard names.insert(entry.name).inserted else { throw .unsafe }
            entries.append(entry)
        }
        return entries
    }

    private func entry(_ bytes: Bytes, at place: Int) throws(ZipProblem) -> ZipEntry {
        let flags = bytes.number(place + 8, 2)
        let method = bytes.number(place + 10, 2)
        guard let name = bytes.text(place + 46, bytes.number(place + 28, 2)) else { throw .damaged }
        let isLink = bytes.number(place + 40, 2) & 0o170000 == 0o120000
        guard Self.isOrdinary(name), !isLink else { throw .unsafe }
        guard flags & 0x2041 == 0 else { throw .encrypted }
        let offset = bytes.number(place + 42, 4)
        guard method == 0 || method == 8, offset <= range.lowerBound - 30 else { throw .damaged }
        return ZipEntry(
            name: name, method: method, checksum: UInt32(truncatingIfNeeded: bytes.number(place + 16, 4)),
            packed: bytes.number(place + 20, 4), unpacked: bytes.number(place + 24, 4), offset: offset)
    }

    private static func isOrdinary(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return !name.isEmpty && name.utf8.count <= maximumNameBytes && name.first != "/" && !name.contains("\\") && !name.contains(":")
            && !name.contains("\0") && !parts.contains("..")
    }
}

/// A file on its way out of an archive, in pieces.
struct Unpacking {
    private let entry: ZipEntry
    private let inflater: Inflater?
    private var stored: [UInt8] = []
    private var checksum = Checksum()
    private(set) var count = 0

    init(_ entry: ZipEntry) throws(ZipProblem) {
        self.entry = entry
        inflater = entry.method == 8 ? try Inflater() : nil
    }

    /// Only after `next` has given all of what was added before.
    mutating func add(_ bytes: [UInt8]) {
        if let inflater { inflater.add(bytes) } else { stored = bytes }
    }

    /// nil where it takes more bytes to go on, or at the end.
    mutating func next() throws(ZipProblem) -> [UInt8]? {
        let piece: [UInt8]? = if let inflater { try inflater.next() } else { stored.isEmpty ? nil : stored }
        stored = []
        guard let piece else { return nil }
        checksum.add(piece)
        count += piece.count
        return piece
    }

    /// - Throws: `ZipProblem.damaged` where it wasn't what the list says.
    func finish() throws(ZipProblem) {
        guard checksum.value == entry.checksum, count == entry.unpacked, inflater?.isAtEnd != false else { throw .damaged }
    }
}

/// Little-endian numbers in bytes; 0 where the bytes end before.
private struct Bytes {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var count: Int { bytes.count }

    func number(_ start: Int, _ length: Int) -> Int {
        guard start >= 0, start <= bytes.count - length else { return 0 }
        return bytes[start..<(start + length)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    func text(_ start: Int, _ length: Int) -> String? {
        guard start <= bytes.count - length else { return nil }
        return String(streamSafe: bytes[start..<(start + length)])
    }
}
