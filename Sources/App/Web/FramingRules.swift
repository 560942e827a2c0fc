import NIOCore
import NIOHTTP1

/// What a request's head must say plainly, so that no proxy in front of us reads it differently. It sits right behind
/// the decoder, where a head is still as it came.
final class FramingRules: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private var isRefused = false
    private var isUpgrade = false
    private var isDeaf = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): began(head, context)
        case .body: context.fireChannelRead(data)
        case .end:
            isDeaf = isUpgrade
            context.fireChannelRead(data)
        }
    }

    /// The decoder keeps, unread, all that comes behind an upgrade, and we offer none: nothing more is fetched.
    func read(context: ChannelHandlerContext) {
        if !isDeaf { context.read() }
    }

    private func began(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard namesOneHost(head), hasPlainCoding(head) else {
            isRefused = true
            return context.fireErrorCaught(HTTPParserError.invalidHeaderToken)
        }
        var head = head
        isUpgrade = head.method == .CONNECT || head.headers.contains(name: "upgrade")
        if isUpgrade || !head.isKeepAlive { head.headers.replaceOrAdd(name: "connection", value: "close") }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    private func namesOneHost(_ head: HTTPRequestHead) -> Bool {
        let count = head.headers["host"].count
        return count == 1 || count == 0 && head.version == .http1_0
    }

    /// Either a length or chunks, and of codings only that one, written once.
    private func hasPlainCoding(_ head: HTTPRequestHead) -> Bool {
        let codings = head.headers["transfer-encoding"]
        return codings.isEmpty || codings.count == 1 && codings[0].lowercased() == "chunked" && head.version != .http1_0
    }
}
