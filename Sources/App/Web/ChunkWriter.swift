import NIOCore
import NIOHTTP1

/// Writes pieces of a body whose head is out, from the connection's event loop, around the pipeline: its handlers would
/// look at each piece, find nothing to do, and make three writes of it.
struct ChunkWriter {
    /// Hexadecimal digits of a chunk's size, and the line's end.
    private static let longestSizeLine = 2 * MemoryLayout<UInt32>.size + 2

    private let context: ChannelHandlerContext
    /// Used again: when the next piece comes, this one is mostly out.
    private var buffer = ByteBuffer()

    /// - Throws: `ChannelPipelineError` where the channel has closed.
    init(_ channel: any Channel) throws {
        context = try channel.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
    }

    /// Writes what `piece` appends, which isn't nothing: that would be the end of the body.
    mutating func write(_ piece: (inout ByteBuffer) -> Void) -> EventLoopFuture<Void> {
        buffer.clear()
        buffer.writeRepeatingByte(0, count: Self.longestSizeLine)
        piece(&buffer)
        frame()
        return context.writeAndFlush(NIOAny(IOData.byteBuffer(buffer)))
    }

    /// Writes the end of the body.
    func finish() { context.writeAndFlush(NIOAny(IOData.byteBuffer(ByteBuffer(staticString: "0\r\n\r\n"))), promise: nil) }

    /// Puts the size right in front of the piece, and the line's end behind it.
    private mutating func frame() {
        let size = String(buffer.readableBytes - Self.longestSizeLine, radix: 16) + "\r\n"
        buffer.moveReaderIndex(forwardBy: Self.longestSizeLine - size.utf8.count)
        buffer.setString(size, at: buffer.readerIndex)
        buffer.writeStaticString("\r\n")
    }
}
