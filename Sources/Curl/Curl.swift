/// Outbound HTTP and SMTP through libcurl: one thread drives every HTTP transfer of this process.
///
/// ```swift
/// let curl = Curl()
/// let response = try await curl.send(.init(url: "https://api.example.com/v1/models", addresses: .any))
/// for try await chunk in response.body { … }        // leaving the loop closes the connection
/// ```
public final class Curl: Sendable {
    /// After a mail's last byte libcurl waits on the thread for the server, which may take its time over spam and
    /// viruses: no stream may wait behind that, and few mails.
    private static let mailThreads = 4

    private let loop: TransferLoop
    private let mailLoops: [TransferLoop]
    private let configuration: Configuration
    private let resolver: Resolver
    /// Names that users chose are looked up by threads of their own: a name server that hangs holds up no provider.
    private let guardedResolver: Resolver

    public init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
        loop = TransferLoop(configuration, thread: "curl")
        mailLoops = (0..<Self.mailThreads).map { _ in TransferLoop(configuration, thread: "mail") }
        resolver = Resolver(lookup: configuration.lookup)
        guardedResolver = Resolver(lookup: configuration.lookup)
    }

    deinit {
        for loop in loops { loop.stop() }
    }

    /// Sends and returns as soon as the final answer's headers are in; the body follows as `response.body`.
    /// Any status is an answer, also 404 and 500; a redirect is followed `request.redirects` times at most.
    /// Cancelling the task closes the connection.
    public func send(_ request: Request) async throws(CurlError) -> Response {
        var hop = try Hop(request)
        while true {
            let response = try await sendOnce(hop)
            guard let next = try hop.following(response) else { return response }
            hop = next
        }
    }

    /// Hands one message to a mail server; returns when the server has accepted it.
    /// Throws `.mailRefused` with the server's code: 4xx may work later, 5xx will not.
    public func mail(_ message: Mail, through server: SMTPServer) async throws(CurlError) {
        try await run(MailDelivery(message, server), server)
    }

    /// Connects to a mail server, signs in where it has a password for that, and leaves again.
    /// - Parameter sender: whose domain it greets with.
    public func check(_ server: SMTPServer, from sender: MailAddress) async throws(CurlError) {
        try await run(MailDelivery(greeting: server, from: sender), server)
    }

    private func run(_ delivery: MailDelivery, _ server: SMTPServer) async throws(CurlError) {
        let deadline = Deadline(server.timeouts.total)
        let addresses = try await resolver.addresses(of: delivery.url.host, deadline)
        let idlest = mailLoops.min { $0.metrics.load < $1.metrics.load } ?? loop
        let transfer = try idlest.admit(.mail(delivery), addresses, server.timeouts, deadline)
        _ = try await transfer.head()
    }

    /// Ends every transfer with `.shutdown` and the threads; later calls throw `.shutdown`.
    public func shutdown() async {
        for loop in loops { loop.stop() }
        for loop in loops { await loop.ended() }
    }

    public var metrics: Metrics { loops.reduce(into: Metrics()) { $0.add($1.metrics) } }

    private var loops: [TransferLoop] { [loop] + mailLoops }

    private func sendOnce(_ hop: Hop) async throws(CurlError) -> Response {
        let policy = hop.request.addresses
        let names = policy.isGuarding(hop.url) ? guardedResolver : resolver
        let addresses = try await names.addresses(of: hop.url.host, hop.deadline)
        try hop.check(addresses)
        let transfer = try loop.admit(.http(hop.request, hop.url), addresses, hop.request.timeouts, hop.deadline)
        let head = try await transfer.head()
        return Response(head, from: hop.url, body: Body(transfer))
    }
}
