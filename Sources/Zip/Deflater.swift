internal import CZlib

/// Compresses a stream of bytes, without a head of its own (RFC 1951).
final class Deflater {
    private static let level: Int32 = 5
    /// zlib's own recommendation.
    private static let memoryLevel: Int32 = 8
    private static let pieceBytes = 65_536

    /// Where it is must not change: zlib remembers it.
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Throws: `ZipProblem.tooLarge` where there is no memory left.
    init() throws(ZipProblem) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // Negative: a bare stream.
        let code = deflateInit2_(
            stream, Self.level, Z_DEFLATED, -MAX_WBITS, Self.memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else { throw .tooLarge }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    func add(_ bytes: [UInt8], isLast: Bool = false, to output: inout [UInt8]) {
        var input = bytes
        input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            repeat { output += piece(isLast) } while stream.pointee.avail_out == 0
            stream.pointee.next_in = nil
        }
    }

    private func piece(_ isLast: Bool) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { piece, count in
            stream.pointee.next_out = piece.baseAddress
            stream.pointee.avail_out = UInt32(Self.pieceBytes)
            deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
            count = Self.pieceBytes - Int(stream.pointee.avail_out)
        }
    }
}

/// Of all bytes so far, as zip archives have it.
struct Checksum {
    private(set) var value: UInt32 = 0

    mutating func add(_ bytes: [UInt8]) { value = UInt32(truncatingIfNeeded: crc32_z(UInt(value), bytes, bytes.count)) }
}
