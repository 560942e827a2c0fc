/// The files of a zip archive that lies in memory, and unpacks to memory: to so many bytes and no more.
public struct ZipBytes {
    /// More than this of one byte is nobody's text. Word's own files stay under 100.
    private static let maximumRatio = 250
    /// Small things may repeat as they like.
    private static let ratioFloorBytes = 4 * 1_048_576

    public let entries: [ZipEntry]
    private let bytes: [UInt8]
    private let maximumUnpackedBytes: Int
    private let directoryStart: Int

    /// - Throws: `ZipProblem.tooLarge` where it says itself that it is more than this.
    public init(_ bytes: [UInt8], maximumEntries: Int, maximumUnpackedBytes: Int) throws(ZipProblem) {
        self.bytes = bytes
        self.maximumUnpackedBytes = maximumUnpackedBytes
        let directory = try ZipDirectory(
            tail: bytes.suffix(ZipDirectory.maximumEndBytes), from: max(0, bytes.count - ZipDirectory.maximumEndBytes))
        guard directory.count <= maximumEntries else { throw .tooLarge }
        directoryStart = directory.range.lowerBound
        entries = try directory.entries(Array(bytes[directory.range]))
        guard entries.reduce(0, { $0 + $1.unpacked }) <= maximumUnpackedBytes else { throw .tooLarge }
    }

    /// Unpacks a file. It is counted while it is unpacked, whatever the archive says of its size.
    public func content(of entry: ZipEntry) throws(ZipProblem) -> [UInt8] {
        let packed = bytes[try entry.content(after: Array(bytes[entry.head]), before: directoryStart)]
        let limit = min(maximumUnpackedBytes, max(Self.ratioFloorBytes, packed.count * Self.maximumRatio))
        var unpacking = try Unpacking(entry)
        var content: [UInt8] = []
        unpacking.add(Array(packed))
        while let piece = try unpacking.next() {
            guard unpacking.count <= limit else { throw .tooLarge }
            content += piece
        }
        try unpacking.finish()
        return content
    }
}
