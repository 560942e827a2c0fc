extension Curl {
    public struct Response: Sendable {
        public let status: Int
        /// In the order they came, names in lower case.
        public let headers: [(name: String, value: String)]
        public let body: Body
        /// The address that answered, after redirects.
        public let url: String

        init(_ head: Head, from url: ParsedURL, body: Body) {
            status = head.status
            headers = head.headers
            self.body = body
            self.url = url.text
        }

        /// The first value of this name.
        public func header(_ name: String) -> String? {
            let name = name.lowercased()
            return headers.first { $0.name == name }?.value
        }

        /// The whole body. Throws `.bodyTooLarge` and closes the connection at the first byte beyond the limit.
        public func collect(upTo limit: Int) async throws(CurlError) -> [UInt8] {
            var bytes: [UInt8] = []
            var chunks = body.makeAsyncIterator()
            while let chunk = try await chunks.next() {
                guard chunk.count <= limit - bytes.count else { throw .bodyTooLarge(limit: limit) }
                if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
            }
            return bytes
        }
    }

    /// The answer's bytes as they come, read once. A reader that lags holds the server up; leaving the loop, dropping
    /// the iterator or cancelling the task closes the connection.
    public struct Body: AsyncSequence, Sendable {
        private let lease: Lease

        init(_ transfer: Transfer) { lease = Lease(transfer) }

        public func makeAsyncIterator() -> Iterator { Iterator(lease) }

        /// What becomes of a body with a part of it.
        public enum Progress: Sendable {
            case goesOn
            /// The server has said that this was all: what little follows is read beside, and the connection used again.
            case isComplete
            /// Nobody wants the rest, and the connection is closed.
            case isEnough
        }

        /// Hands all bytes to `sink` as they come, in the place of a loop: no task is woken for them. It is called by one thread at
        /// a time, mostly that of all transfers, which wait meanwhile, and not any more once this has returned.
        func pour(into sink: @escaping @Sendable (UnsafeRawBufferPointer) -> Progress) async throws(CurlError) {
            try await lease.transfer.pour(into: sink)
        }

        public struct Iterator: AsyncIteratorProtocol {
            private let body: Lease
            private let own: Lease

            fileprivate init(_ body: Lease) {
                self.body = body
                own = Lease(body.transfer)
            }

            /// All bytes that have come since the last call, nil at the end.
            public mutating func next() async throws(CurlError) -> [UInt8]? { try await own.transfer.next() }

            public mutating func next(
                isolation actor: isolated (any Actor)?
            ) async throws(CurlError) -> [UInt8]? { try await own.transfer.next() }
        }
    }
}

/// Ends the transfer when nobody can read it any more.
private final class Lease: Sendable {
    let transfer: Transfer

    init(_ transfer: Transfer) { self.transfer = transfer }

    deinit { transfer.cancel() }
}
