internal import CZlib

private let bestCompression: Int32 = 9
/// With gzip's own head, as `Content-Encoding: gzip` has it.
private let gzipWindowBits = MAX_WBITS + 16
private let usualMemory: Int32 = 8

/// The bytes packed as gzip has it; nil where there is no memory for it.
public func gzipped(_ bytes: [UInt8]) -> [UInt8]? {
    var input = bytes
    guard let count = UInt32(exactly: input.count) else { return nil }
    return input.withUnsafeMutableBufferPointer { input in
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard
            deflateInit2_(&stream, bestCompression, Z_DEFLATED, gzipWindowBits, usualMemory, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(count))))
        stream.next_in = input.baseAddress
        stream.avail_in = count
        let code = output.withUnsafeMutableBufferPointer { output in
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(clamping: output.count)
            return deflate(&stream, Z_FINISH)
        }
        guard code == Z_STREAM_END else { return nil }
        return Array(output.prefix(Int(stream.total_out)))
    }
}
