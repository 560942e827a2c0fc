extension Curl {
    public struct Configuration: Sendable {
        /// Transfers admitted at a time, streams included; one more throws `.overloaded`.
        public var maximumTransfers = 4096
        /// Connections open at a time; transfers beyond wait for a free one.
        public var maximumConnections = 2048
        public var maximumConnectionsPerHost = 1024
        /// A PEM file of trusted authorities; nil: the system's.
        public var certificateAuthorities: String?
        /// Name to numeric addresses; may block, runs on a thread of its own. nil: the system's resolver.
        public var lookup: (@Sendable (_ name: String) -> [String])?
        /// Called on the transfer thread when a transfer has ended: return quickly.
        public var log: (@Sendable (Event) -> Void)?

        public init() {}
    }

    /// One ended transfer, without anything secret: no path, no header.
    public struct Event: Sendable {
        public let host: String
        public let method: String
        /// The last status (or SMTP reply code) seen; 0: none came.
        public let status: Int
        public let error: CurlError?
        public let bytesReceived: Int
        public let milliseconds: Int

        init(_ transfer: Transfer, _ outcome: Result<Void, CurlError>, status: Int) {
            host = transfer.host
            method = if case .http(let request, _) = transfer.exchange { request.method } else { "MAIL" }
            self.status = status
            error = if case .failure(let error) = outcome { error } else { nil }
            bytesReceived = transfer.bytesReceived
            milliseconds = transfer.started.duration(to: .now).milliseconds
        }
    }

    public struct Metrics: Sendable {
        /// Transfers handed to libcurl and not ended.
        public var active = 0
        /// Transfers admitted and not yet handed to libcurl.
        public var queued = 0
        public var completed = 0
        public var failed = 0
        /// Connections attempted since the start.
        public var connections = 0
        /// Body bytes of ended transfers, after decompression.
        public var bytesReceived = 0

        var load: Int { active + queued }

        mutating func add(_ other: Metrics) {
            active += other.active
            queued += other.queued
            completed += other.completed
            failed += other.failed
            connections += other.connections
            bytesReceived += other.bytesReceived
        }
    }
}
