import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// What one connection may take, in time and in order. It sits behind the HTTP decoder.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// From a request's head to the end of its body, however busily bytes come.
    static let requestDeadline = TimeAmount.seconds(30)
    /// Of an archive, each part of so many bytes may take as long.
    static let archivePartBytes = 1_048_576
    /// A client that takes nothing of a waiting answer for so long is gone.
    static let writeDeadline = TimeAmount.seconds(30)
    /// How long a refused sender is listened to, so that it sees the refusal before the connection breaks.
    static let lingerAfterRefusal = TimeAmount.seconds(1)

    /// What an answer in the making still gets when its reader has closed its side.
    static let graceAfterHalfClose = TimeAmount.milliseconds(500)

    /// Sent down the channel by a request that waits for an answer in the making: who leaves meanwhile is noticed.
    struct AnswerIsAwaited: Sendable {}

    /// Sent down the channel by a stream that lasts, and then thrown, so that the server's task for the connection ends: for as
    /// long as it lived, it would keep the stack of all that it ever called, many times what the stream itself takes. Whoever
    /// sends it closes the connection in the end.
    struct ConnectionIsTaken: Error {}

    private let connections: Connections
    private let requests: RequestMetrics
    private let log: RequestLog
    private var connection: Connection?
    private var deadline: Scheduled<Void>?
    private var stalled: Scheduled<Void>?
    private var isReading = false
    /// Of a part of an archive; nil: what is sent isn't one.
    private var archiveBytes: Int?
    /// Whether an answer in the making is streamed or awaited.
    private var isStreaming = false
    private var inputIsClosed = false
    private var closesAfterAnswer = false
    private var isRefused = false
    private var isTaken = false
    /// Whether the server's task has left a connection that was taken from it.
    private var isLeft = false
    /// Requests that aren't answered yet; behind the last one there is nothing more to come.
    private var unanswered = 0
    private var hasLast = false
    private var parserError: HTTPParserError?

    init(connections: Connections, requests: RequestMetrics, log: RequestLog) {
        self.connections = connections
        self.requests = requests
        self.log = log
    }

    func handlerAdded(context: ChannelHandlerContext) {
        addFramingRules(context)
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
        // Behind a stream that lasts nothing can be answered.
        guard !isTaken else { return context.close(promise: nil) }
        switch unwrapInboundIn(data) {
        case .head(let head): began(head, context)
        case .body(let bytes): count(bytes.readableBytes)
        case .end: ended()
        }
        context.fireChannelRead(data)
    }

    /// Most requests are whole when they are first read, and need no deadline.
    func channelReadComplete(context: ChannelHandlerContext) {
        if isReading, deadline == nil { deadline = close(context, in: Self.requestDeadline) }
        context.fireChannelReadComplete()
        // Only so is it noticed that a client leaves.
        if isTaken { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head): return context.write(wrapOutboundOut(.head(answering(head))), promise: promise)
        case .body: break
        case .end:
            isStreaming = false
            unanswered -= 1
            if unanswered == 0 { connection?.mark(.idle) }
            if let connection { connections.answered(connection) }
            if closesAfterAnswer { return refuseTheRest(context, data, promise) }
        }
        context.write(data, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        parserError = error as? HTTPParserError ?? parserError
        context.fireErrorCaught(error)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stalled?.cancel()
        stalled = context.channel.isWritable ? nil : close(context, in: Self.writeDeadline)
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            inputIsClosed = true
            if isStreaming { closeSoon(context) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        switch event {
        case is AnswerIsAwaited:
            isStreaming = true
            if inputIsClosed { closeSoon(context) }
        case is ConnectionIsTaken:
            isTaken = true
            if unanswered > 1 { context.close(promise: nil) } else { context.read() }
        default: return context.triggerUserOutboundEvent(event, promise: promise)
        }
        promise?.succeed()
    }

    /// The server's task closes its connection when it ends: first one direction, then both.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard isTaken, !isLeft else { return context.close(mode: mode, promise: promise) }
        isLeft = mode == .all
        promise?.succeed()
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

    private func addFramingRules(_ context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        guard let decoder = try? pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self),
            (try? pipeline.addHandler(FramingRules(), position: .after(decoder))) != nil
        else { return context.close(promise: nil) }
    }

    private func began(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        isReading = true
        archiveBytes = RequestBodyLimit.takesArchive(head) ? 0 : nil
        unanswered += 1
        hasLast = hasLast || head.headerFields[.connection] == "close"
        connection?.mark(.reading)
        if head.headerFields[.expect]?.lowercased() == "100-continue", RequestBodyLimit.allows(head) {
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
        }
    }

    private func count(_ bytes: Int) {
        guard let counted = archiveBytes else { return }
        archiveBytes = (counted + bytes) % Self.archivePartBytes
        guard counted + bytes >= Self.archivePartBytes else { return }
        // The next one begins with the next read.
        deadline?.cancel()
        deadline = nil
    }

    private func ended() {
        isReading = false
        connection?.mark(unanswered > 0 ? .answering : .idle)
        deadline?.cancel()
        deadline = nil
    }

    private func answering(_ head: HTTPResponse) -> HTTPResponse {
        var head = head
        if let parserError, head.headerFields[.xRequestID] == nil { refuse(parserError, &head) }
        if hasLast, unanswered == 1 { head.headerFields[.connection] = "close" }
        isStreaming = head.headerFields[.contentType]?.hasPrefix("text/event-stream") == true
        closesAfterAnswer = head.headerFields[.connection] == "close"
        return head
    }

    /// Such a request never reaches the front door, which would have named and noted it.
    private func refuse(_ error: HTTPParserError, _ head: inout HTTPResponse) {
        switch error {
        case .headerOverflow: head.status = .requestHeaderFieldsTooLarge
        case .invalidMethod: head.headerFields[.allow] = RouteTable.methods
        default: break
        }
        let requestID = RequestID.next()
        head.headerFields[.xRequestID] = requestID
        head.headerFields[.xContentTypeOptions] = "nosniff"
        requests.count(head.status, nanoseconds: 0)
        log.unreadable(head.status, requestID: requestID)
    }

    /// Ends the connection behind an answer that refuses what is still being sent.
    private func refuseTheRest(_ context: ChannelHandlerContext, _ data: NIOAny, _ promise: EventLoopPromise<Void>?) {
        isRefused = true
        let channel = context.channel
        let written = promise ?? context.eventLoop.makePromise()
        written.futureResult.whenComplete { _ in
            channel.close(mode: .output, promise: nil)
            channel.eventLoop.scheduleTask(in: Self.lingerAfterRefusal) { channel.close(promise: nil) }
        }
        context.writeAndFlush(data, promise: written)
    }

    /// A browser that leaves a stream closes its side; without this, only a later write would tell. A program that has
    /// merely said all that it wants to say looks the same, so what is nearly ready still goes out.
    private func closeSoon(_ context: ChannelHandlerContext) { _ = close(context, in: Self.graceAfterHalfClose) }

    private func close(_ context: ChannelHandlerContext, in time: TimeAmount) -> Scheduled<Void> {
        let channel = context.channel
        return context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
