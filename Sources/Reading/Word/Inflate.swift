internal import CZlib

/// More than this of one byte is no text. Word's own files stay under 100.
private let maximumRatio = 250
/// Small things may repeat as they like.
private let ratioFloorBytes = 4 * 1_048_576
private let pieceBytes = 262_144

/// Undoes a zip entry's compression, stopping at the first byte too many.
func inflated(_ packed: ArraySlice<UInt8>, upTo limit: Int) throws(ReadingProblem) -> [UInt8] {
    let limit = min(limit, max(ratioFloorBytes, packed.count * maximumRatio))
    var input = Array(packed)
    var output: [UInt8] = []
    let problem: ReadingProblem? = input.withUnsafeMutableBufferPointer { input in
        var stream = z_stream()
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        // Negative: a bare stream, without zlib's own head.
        guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return .busy }
        defer { inflateEnd(&stream) }
        return inflate(&stream, into: &output, upTo: limit)
    }
    if let problem { throw problem }
    return output
}

func checksum(of bytes: [UInt8]) -> Int { Int(crc32_z(0, bytes, bytes.count)) }

private func inflate(_ stream: inout z_stream, into output: inout [UInt8], upTo limit: Int) -> ReadingProblem? {
    var piece = [UInt8](repeating: 0, count: pieceBytes)
    while true {
        let code = piece.withUnsafeMutableBufferPointer { piece in
            stream.next_out = piece.baseAddress
            stream.avail_out = UInt32(piece.count)
            return CZlib.inflate(&stream, Z_NO_FLUSH)
        }
        let count = pieceBytes - Int(stream.avail_out)
        guard count <= limit - output.count else { return .wordTooLarge }
        output += piece.prefix(count)
        if code == Z_STREAM_END { return nil }
        guard code == Z_OK, count > 0 || stream.avail_in > 0 else { return .wordDamaged }
    }
}
