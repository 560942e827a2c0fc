internal import CCurl
import Glibc

/// What a transfer carries.
enum Exchange: Sendable {
    case http(Curl.Request, ParsedURL)
    case mail(MailDelivery)
}

/// One request on its way. Only the transfer thread touches the variables; the reader goes through `handoff`.
final class Transfer: @unchecked Sendable {
    var exchange: Exchange
    /// The only addresses this transfer may connect to.
    let addresses: [IPAddress]
    let timeouts: Curl.Timeouts
    let deadline: Deadline
    let handoff = Handoff()
    let loop: TransferLoop
    let started = ContinuousClock.now

    var easy: Easy?
    var headReader = HeadReader()
    var bytesReceived = 0
    var bytesSent = 0
    var mailBytesRead = 0
    /// The mail server has answered for the mail: whatever happens now, it is sent.
    var isMailTaken = false
    /// Second descriptors of the sockets, to hang up with.
    var mailSockets: [Int32] = []
    var lastSign: ContinuousClock.Instant
    /// Why one of our callbacks stopped the transfer; libcurl only knows that it did.
    var failure: CurlError?

    /// Waiting for the reader before the server is held up.
    static let highWaterBytes = 131_072
    /// Of this one; paused decompression would pile up inside libcurl.
    private let highWater: Int
    /// Of an answer; nil of a mail. Beside the exchange, which would be copied for each look at it.
    private let maximumBodyBytes: Int?
    /// CURLE_TOO_LARGE, which libcurl 7.88 has no name for.
    private static let tooLarge = CURLcode(rawValue: 100)

    init(
        _ exchange: Exchange, _ addresses: [IPAddress], _ timeouts: Curl.Timeouts, _ deadline: Deadline,
        _ loop: TransferLoop
    ) {
        self.exchange = exchange
        if case .http(let request, _) = exchange {
            maximumBodyBytes = request.maximumBodyBytes
            highWater = request.acceptsCompression ? .max : Self.highWaterBytes
        } else {
            (maximumBodyBytes, highWater) = (nil, Self.highWaterBytes)
        }
        self.addresses = addresses
        self.timeouts = timeouts
        self.deadline = deadline
        self.loop = loop
        lastSign = started
    }

    /// libcurl has a copy of it.
    func forgetRequestBody() {
        guard case .http(var request, let url) = exchange else { return }
        request.body = []
        exchange = .http(request, url)
    }

    // MARK: The reader's side

    /// Starts and waits for the final answer's head.
    func head() async throws(CurlError) -> Head {
        try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                handoff.waitForHead(continuation)
                loop.submit(.start(self))
            }
        } onCancel: {
            cancel()
        }.get()
    }

    /// All bytes that have come since the last call, nil at the end.
    func next() async throws(CurlError) -> [UInt8]? {
        while true {
            switch handoff.takeReceived() {
            case .bytes(let bytes, let wasHeldUp):
                if wasHeldUp { loop.submit(.resume(self)) }
                return bytes
            case .ended(let outcome):
                try outcome.get()
                return nil
            case nil: try await wait()
            }
        }
    }

    /// Hands all that has come and comes to `sink`, until it wants no more or the body ends.
    func pour(into sink: @escaping Handoff.Sink) async throws(CurlError) {
        while true {
            switch handoff.takeReceived() {
            case .bytes(let bytes, let wasHeldUp):
                if wasHeldUp { loop.submit(.resume(self)) }
                switch bytes.withUnsafeBytes(sink) {
                case .goesOn: break
                case .isComplete: return handoff.finish(.success(()))
                case .isEnough: return cancel()
                }
            case .ended(let outcome): return try outcome.get()
            case nil: try await wait(sink: sink)
            }
        }
    }

    private func wait(sink: Handoff.Sink? = nil) async throws(CurlError) {
        let isOnlyReader = await withTaskCancellationHandler {
            await withUnsafeContinuation { handoff.wait($0, sink: sink) }
        } onCancel: {
            cancel()
        }
        guard isOnlyReader else { throw .cancelled }
    }

    /// Does nothing to a transfer that has ended.
    func cancel() {
        if handoff.abandon() { loop.submit(.cancel(self)) }
    }
}

// MARK: On the transfer thread

extension Transfer {
    /// A body byte that is not taken now comes again after the pause.
    func receive(_ bytes: UnsafeRawBufferPointer, at now: ContinuousClock.Instant) -> Int {
        lastSign = now
        guard let maximumBodyBytes else { return bytes.count }
        guard bytes.count <= maximumBodyBytes - bytesReceived else { return fail(.bodyTooLarge(limit: maximumBodyBytes)) }
        switch handoff.deliver(bytes, highWater: highWater) {
        case .taken: break
        case .awaited: loop.wakeReader(of: self)
        case .refused: return Int(CURL_WRITEFUNC_PAUSE)
        case .poured(let sink):
            let progress = sink(bytes)
            if progress != .goesOn { handoff.finish(.success(())) }
            if progress == .isEnough { return fail(.cancelled) }
        }
        bytesReceived += bytes.count
        return bytes.count
    }

    func receiveHeader(_ line: UnsafeRawBufferPointer, at now: ContinuousClock.Instant) -> Int {
        lastSign = now
        guard case .http = exchange else { return receiveReply(line) }
        do {
            guard try headReader.read(line) else { return line.count }
        } catch {
            return fail(error)
        }
        handoff.deliver(headReader.head)
        return line.count
    }

    /// Asked by libcurl about once a second, also where it waits on the thread for a mail server.
    func shouldStop() -> Bool {
        if isMailTaken { return true }  // only the good-bye is left
        if failure == nil {
            failure = handoff.isOver ? .cancelled : loop.isStopping ? .shutdown : overdue(at: .now)
        }
        return failure != nil
    }

    /// The next piece of the mail.
    func fill(_ space: UnsafeMutableRawBufferPointer) -> Int {
        guard case .mail(let delivery) = exchange else { return 0 }
        let piece = delivery.message.dropFirst(mailBytesRead).prefix(space.count)
        space.copyBytes(from: piece)
        mailBytesRead += piece.count
        return piece.count
    }

    /// A mail that libcurl is told to drop half-way, it ends with a full stop, and the server takes it. So first the
    /// line is cut.
    func hangUp() {
        for socket in mailSockets {
            shutdown(socket, Int32(SHUT_RDWR))
            close(socket)
        }
        mailSockets = []
    }

    /// What to end the transfer with when it is late or silent.
    func overdue(at now: ContinuousClock.Instant) -> CurlError? {
        if let end = deadline.instant, end < now { return timedOut }
        guard let silence = timeouts.silence else { return nil }
        // At every look: a reader that has just come back finds the whole time before it.
        if handoff.isHeldUp || isSending { lastSign = now }
        return lastSign + silence < now ? .silent(bytesReceived: bytesReceived) : nil
    }

    func outcome(_ code: CURLcode) -> Result<Void, CurlError> {
        if isMailTaken { return .success(()) }
        if let failure { return .failure(failure) }
        if case .mail = exchange, let refusal = mailRefusal(code) { return .failure(refusal) }
        if case .mail(let delivery) = exchange, delivery.recipient == nil, code == CURLE_OK { handoff.deliver(Head(status: 250)) }
        guard code != CURLE_OK else { return .success(()) }
        return .failure(error(for: code))
    }

    var timedOut: CurlError {
        let isConnected = easy.map { $0.size(CURLINFO_PRETRANSFER_TIME_T) > 0 } ?? false
        let phase: CurlError.Phase = headReader.isComplete ? .body : isConnected ? .headers : .connect
        return .timedOut(phase, bytesReceived: bytesReceived)
    }

    /// The only reply that can come when all has been read is that to the end of the mail.
    private func receiveReply(_ line: UnsafeRawBufferPointer) -> Int {
        lastSign = .now  // the loop's time stands still while libcurl waits
        guard case .mail(let delivery) = exchange, delivery.recipient != nil, mailBytesRead == delivery.message.count else {
            return line.count
        }
        guard line.starts(with: "250".utf8), line.dropFirst(3).first != UInt8(ascii: "-") else { return line.count }
        isMailTaken = true
        handoff.deliver(Head(status: 250))
        return line.count
    }

    private func fail(_ error: CurlError) -> Int {
        failure = error
        return 0
    }

    /// Whether bytes of the request have left since the last look.
    private var isSending: Bool {
        let sent = Int(easy?.size(CURLINFO_SIZE_UPLOAD_T) ?? 0)
        defer { bytesSent = sent }
        return sent > bytesSent
    }

    private func mailRefusal(_ code: CURLcode) -> CurlError? {
        guard code != CURLE_OK, let reply = easy?.long(CURLINFO_RESPONSE_CODE), (400..<600).contains(reply) else {
            return nil
        }
        return .mailRefused(code: reply)
    }

    private func error(for code: CURLcode) -> CurlError {
        let number = Int(code.rawValue)
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return timedOut
        case CURLE_COULDNT_CONNECT: return .connect(code: number)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_USE_SSL_FAILED,
            CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_INITFAILED:
            return .tls(code: number)
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR:
            return .cut(code: number, bytesReceived: bytesReceived)
        case CURLE_FILESIZE_EXCEEDED:
            guard let maximumBodyBytes else { break }
            return .bodyTooLarge(limit: maximumBodyBytes)
        case CURLE_OUT_OF_MEMORY where !headReader.isComplete, Self.tooLarge:  // libcurl's own limits
            return .headersTooLarge(limit: HeadReader.maximumBytes)
        default: break
        }
        return .protocolViolation(code: number, bytesReceived: bytesReceived)
    }
}
