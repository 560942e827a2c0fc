/// A zip archive in the making, whose beginning can be sent before its end is known: what a file takes is said behind it.
/// The same files give the same bytes: no entry has a date.
///
///     try zip.begin("notes.txt")
///     zip.write(bytes)
///     zip.end()
///     try zip.finish()
///     send(zip.taken())
public struct ZipWriter {
    public static let maximumEntries = 65_534
    /// Of the archive, and of each file unpacked.
    public static let maximumBytes = Int(UInt32.max) - 1

    /// Sizes stand behind the content; names are UTF-8.
    private static let flags = 0x0808
    private static let deflated = 8
    /// The first of January 1980, the earliest there is.
    private static let noDate = 0x0021

    private struct Entry {
        let name: [UInt8]
        let offset: Int
        var packed = 0
        var unpacked = 0
        var checksum = Checksum()
    }

    private var entries: [Entry] = []
    private var current: (entry: Entry, deflater: Deflater)?
    private var waiting: [UInt8] = []
    private var takenBytes = 0

    public init() {}

    /// Begins a file.
    /// - Throws: `ZipProblem.tooLarge` where the archive has no room for one more.
    public mutating func begin(_ name: String) throws(ZipProblem) {
        guard entries.count < Self.maximumEntries, offset <= Self.maximumBytes else { throw .tooLarge }
        let entry = Entry(name: Array(name.utf8), offset: offset)
        append(0x0403_4B50, 4)
        append(20, 2)
        appendHead(of: entry)
        append(0, 2)
        waiting += entry.name
        current = (entry, try Deflater())
    }

    /// Goes on with it.
    public mutating func write(_ bytes: [UInt8]) throws(ZipProblem) {
        guard let current else { return }
        var entry = current.entry
        let before = waiting.count
        current.deflater.add(bytes, to: &waiting)
        entry.packed += waiting.count - before
        entry.unpacked += bytes.count
        entry.checksum.add(bytes)
        guard entry.unpacked <= Self.maximumBytes else { throw .tooLarge }
        self.current = (entry, current.deflater)
    }

    /// Ends it.
    public mutating func end() {
        guard let current else { return }
        var entry = current.entry
        let before = waiting.count
        current.deflater.add([], isLast: true, to: &waiting)
        entry.packed += waiting.count - before
        append(0x0807_4B50, 4)
        appendSizes(of: entry)
        entries.append(entry)
        self.current = nil
    }

    /// Ends the archive with its table of contents.
    public mutating func finish() throws(ZipProblem) {
        let start = offset
        for entry in entries {
            append(0x0201_4B50, 4)
            // Made on Unix, so that a file's rights are those below.
            append(3 << 8 | 20, 2)
            append(20, 2)
            appendHead(of: entry)
            for _ in 0..<3 { append(0, 2) }
            append(0, 2)
            append(0o100644 << 16, 4)
            append(entry.offset, 4)
            waiting += entry.name
        }
        let end = offset
        guard end <= Self.maximumBytes else { throw .tooLarge }
        append(0x0605_4B50, 4)
        append(0, 4)
        append(entries.count, 2)
        append(entries.count, 2)
        append(end - start, 4)
        append(start, 4)
        append(0, 2)
    }

    /// What was written since the last time.
    public mutating func taken() -> [UInt8] {
        defer {
            takenBytes += waiting.count
            waiting = []
        }
        return waiting
    }

    /// How much waits to be taken.
    public var waitingBytes: Int { waiting.count }

    private var offset: Int { takenBytes + waiting.count }

    /// What stands in front of a file and in the table alike, up to the length of its name.
    private mutating func appendHead(of entry: Entry) {
        append(Self.flags, 2)
        append(Self.deflated, 2)
        append(0, 2)
        append(Self.noDate, 2)
        appendSizes(of: entry)
        append(entry.name.count, 2)
    }

    private mutating func appendSizes(of entry: Entry) {
        append(Int(entry.checksum.value), 4)
        append(entry.packed, 4)
        append(entry.unpacked, 4)
    }

    /// Little-endian.
    private mutating func append(_ number: Int, _ bytes: Int) {
        for place in 0..<bytes { waiting.append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
    }
}
