import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// What one connection may take, in time and in order. It sits behind the HTTP decoder.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// From a request's head to the end of its body, however busily bytes come.
    static let requestDeadline = TimeAmount.seconds(30)
    /// A client that takes nothing of a waiting answer for so long is gone.
    static let writeDeadline = TimeAmount.seconds(30)
    /// How long a refused sender is listened to, so that it sees the refusal before the connection breaks.
    static let lingerAfterRefusal = TimeAmount.seconds(1)

    /// Sent down the channel by a request that waits for an answer in the making: who leaves meanwhile is noticed.
    struct AnswerIsAwaited: Sendable {}

    private let connections: Connections
    private var connection: Connection?
    private var deadline: Scheduled<Void>?
    private var stalled: Scheduled<Void>?
    private var isReading = false
    /// Whether an answer in the making is streamed or awaited.
    private var isStreaming = false
    private var inputIsClosed = false
    private var closesAfterAnswer = false
    private var isRefused = false

    init(connections: Connections) { self.connections = connections }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { admit(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        admit(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        release()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { release() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): began(head, context)
        case .body: break
        case .end: ended()
        }
        context.fireChannelRead(data)
    }

    /// Most requests are whole when they are first read, and need no deadline.
    func channelReadComplete(context: ChannelHandlerContext) {
        if isReading, deadline == nil { deadline = close(context, in: Self.requestDeadline) }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status.kind != .informational:
            isStreaming = head.headerFields[.contentType]?.hasPrefix("text/event-stream") == true
            closesAfterAnswer = head.headerFields[.connection] == "close"
        case .head, .body: break
        case .end:
            isStreaming = false
            connection?.markIdle()
            if closesAfterAnswer { return refuseTheRest(context, data, promise) }
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stalled?.cancel()
        stalled = context.channel.isWritable ? nil : close(context, in: Self.writeDeadline)
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            inputIsClosed = true
            // A browser that leaves a stream closes its side; without this, only a later write would tell.
            if isStreaming { context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is AnswerIsAwaited else { return context.triggerUserOutboundEvent(event, promise: promise) }
        isStreaming = true
        promise?.succeed()
        if inputIsClosed { context.close(promise: nil) }
    }

    private func admit(_ context: ChannelHandlerContext) {
        guard connection == nil else { return }
        let connection = Connection(channel: context.channel)
        guard connections.admit(connection) else { return context.close(promise: nil) }
        self.connection = connection
    }

    private func release() {
        deadline?.cancel()
        stalled?.cancel()
        if let connection { connections.remove(connection) }
        connection = nil
    }

    private func began(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        isReading = true
        connection?.markBusy()
        if head.headerFields[.expect]?.lowercased() == "100-continue", mayContinue(head) {
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
        }
    }

    private func ended() {
        isReading = false
        deadline?.cancel()
        deadline = nil
    }

    private func mayContinue(_ head: HTTPRequest) -> Bool {
        guard let length = head.headerFields[.contentLength] else { return true }
        return Int(length).map { $0 <= RequestBodyLimit.upload } ?? false
    }

    /// Ends the connection behind an answer that refuses what is still being sent.
    private func refuseTheRest(_ context: ChannelHandlerContext, _ data: NIOAny, _ promise: EventLoopPromise<Void>?) {
        isRefused = true
        context.writeAndFlush(data, promise: promise)
        context.close(mode: .output, promise: nil)
        _ = close(context, in: Self.lingerAfterRefusal)
    }

    private func close(_ context: ChannelHandlerContext, in time: TimeAmount) -> Scheduled<Void> {
        let channel = context.channel
        return context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
