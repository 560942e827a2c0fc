internal import CZlib

/// Undoes a compression (RFC 1951) in pieces, so that whoever takes them can stop at the first byte too many.
final class Inflater {
    private static let pieceBytes = 65_536

    /// Where it is must not change: zlib remembers it.
    private let stream: UnsafeMutablePointer<z_stream>
    private var input: [UInt8] = []
    private var position = 0
    private(set) var isAtEnd = false

    init() throws(ZipProblem) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { throw .tooLarge }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Only after `next` has given all of what was added before.
    func add(_ bytes: [UInt8]) {
        input = bytes
        position = 0
    }

    /// The next piece of what the added bytes unpack to; nil where it takes more bytes to go on, or at the end.
    func next() throws(ZipProblem) -> [UInt8]? {
        if isAtEnd { return nil }
        var code = Z_OK
        let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { piece, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.pointee.next_in = input.baseAddress.map { $0 + position }
                stream.pointee.avail_in = UInt32(input.count - position)
                stream.pointee.next_out = piece.baseAddress
                stream.pointee.avail_out = UInt32(Self.pieceBytes)
                code = inflate(stream, Z_NO_FLUSH)
                position = input.count - Int(stream.pointee.avail_in)
                stream.pointee.next_in = nil
            }
            count = Self.pieceBytes - Int(stream.pointee.avail_out)
        }
        isAtEnd = code == Z_STREAM_END
        // A buffer error says that there was nothing to do: no more input.
        guard isAtEnd || code == Z_OK || code == Z_BUF_ERROR else { throw .damaged }
        return piece.isEmpty ? nil : piece
    }
}
