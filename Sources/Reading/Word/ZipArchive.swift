import StreamSafe

/// The entries of a zip archive that lies in memory. Nothing is ever written to a disk; an archive whose names would
/// lead out of a folder is refused all the same, as no honest one has them.
struct ZipArchive {
    static let maximumEntries = 2_000
    static let maximumUnpackedBytes = 50 * 1_048_576

    struct Entry {
        var name: String
        fileprivate(set) var method: Int
        fileprivate(set) var checksum: Int
        fileprivate(set) var packed: Range<Int>
    }

    let entries: [Entry]
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) throws(ReadingProblem) {
        self.bytes = bytes
        let end = try Self.endRecord(of: bytes)
        let (count, start) = (number(bytes, end + 10, 2), number(bytes, end + 16, 4))
        guard count <= Self.maximumEntries else { throw .wordTooLarge }
        var entries: [Entry] = []
        var position = start
        var unpacked = 0
        for _ in 0..<count {
            guard position <= end - 46, number(bytes, position, 4) == 0x0201_4B50 else { throw .wordDamaged }
            entries.append(try Self.entry(bytes, at: position, before: end))
            unpacked += number(bytes, position + 24, 4)
            position += 46 + number(bytes, position + 28, 2) + number(bytes, position + 30, 2) + number(bytes, position + 32, 2)
        }
        guard unpacked <= Self.maximumUnpackedBytes else { throw .wordTooLarge }
        self.entries = entries
    }

    /// The entry's content, counted while it is inflated: what the archive says of its size is not believed.
    func content(of entry: Entry) throws(ReadingProblem) -> [UInt8] {
        let content: [UInt8]
        switch entry.method {
        case 0: content = Array(bytes[entry.packed])
        case 8: content = try inflated(bytes[entry.packed], upTo: Self.maximumUnpackedBytes)
        default: throw .wordDamaged
        }
        guard content.count <= Self.maximumUnpackedBytes else { throw .wordTooLarge }
        guard checksum(of: content) == entry.checksum else { throw .wordDamaged }
        return content
    }

    /// It stands at the end, before a comment of up to 64 KiB.
    private static func endRecord(of bytes: [UInt8]) throws(ReadingProblem) -> Int {
        var position = bytes.count - 22
        let first = max(0, position - 65_535)
        while position >= first {
            if number(bytes, position, 4) == 0x0605_4B50 { return position }
            position -= 1
        }
        throw .wordDamaged
    }

    private static func entry(_ bytes: [UInt8], at position: Int, before end: Int) throws(ReadingProblem) -> Entry {
        let flags = number(bytes, position + 8, 2)
        let nameEnd = position + 46 + number(bytes, position + 28, 2)
        guard nameEnd <= end else { throw .wordDamaged }
        let name = String(streamSafe: bytes[(position + 46)..<nameEnd])
        let isLink = number(bytes, position + 40, 2) & 0o170000 == 0o120000
        guard isOrdinary(name), !isLink else { throw .wordUnsafe }
        guard flags & 0x2041 == 0 else { throw .wordPassword }
        let local = number(bytes, position + 42, 4)
        guard local <= end - 30, number(bytes, local, 4) == 0x0403_4B50 else { throw .wordDamaged }
        let start = local + 30 + number(bytes, local + 26, 2) + number(bytes, local + 28, 2)
        let size = number(bytes, position + 20, 4)
        guard start <= end, size <= end - start else { throw .wordDamaged }
        return Entry(
            name: name, method: number(bytes, position + 10, 2), checksum: number(bytes, position + 16, 4), packed: start..<(start + size))
    }

    private static func isOrdinary(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return !name.isEmpty && name.first != "/" && !name.contains("\\") && !name.contains(":") && !name.contains("\0")
            && !parts.contains("..")
    }
}

/// Little-endian; 0 where the bytes end before.
private func number(_ bytes: [UInt8], _ start: Int, _ length: Int) -> Int {
    guard start >= 0, start <= bytes.count - length else { return 0 }
    return bytes[start..<(start + length)].reversed().reduce(0) { $0 << 8 | Int($1) }
}
