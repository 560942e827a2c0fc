import Curl

/// A site to be read: from its start page along its links, or what its sitemap names. Its robots.txt is honoured, no other
/// host is asked, and everything has a bound.
public struct Website: Sendable {
    public struct Limits: Sendable {
        /// Pages that are read; twice as many are looked at, as some are copies or say nothing.
        public var pages = 200
        public var pageBytes = 2 * 1_048_576
        /// Of one page, redirects not included.
        public var pageTime = Duration.seconds(15)
        public var totalTime = Duration.seconds(600)
        /// Between two requests, unless the site asks for more.
        public var delay = Duration.milliseconds(100)
        /// Of all pages together.
        public var textBytes = 10 * 1_048_576

        public init() {}
    }

    public struct PageResult: Sendable, Equatable {
        public enum Status: String, Sendable { case read, skipped, failed }

        public var url: String
        public var title: String
        public var status: Status
        /// A sentence for the owner where the page was not read.
        public var problem: String?
        public var words: Int
    }

    public struct Progress: Sendable {
        /// Pages looked at.
        public var done: Int
        /// Pages known so far; grows while links are found.
        public var total: Int
        /// The last one.
        public var page: PageResult
    }

    public var limits: Limits

    public init(limits: Limits = Limits()) { self.limits = limits }

    /// For the moment when the address is saved: refuses what can be refused without asking anybody. Returns the address to
    /// save, which has got its `https://` where it was left out.
    @discardableResult
    public static func check(_ url: String, addresses: AddressPolicy = .publicOnly) throws(ReadingProblem) -> String {
        let url = url.contains(":") ? url : "https://" + url
        do {
            try addresses.check(url)
        } catch .invalidURL(let problem), .addressNotAllowed(let problem) {
            throw .address(problem)
        } catch {
            throw .address(.malformed)
        }
        guard url.utf8.count <= PageAddress.maximumBytes else { throw .address(.tooLong) }
        guard PageAddress(url) != nil else { throw .address(.malformed) }
        return url
    }

    /// Throws when the start can't be read, or when there is no text at all. `progress` is called after each page.
    public func read(
        start: String, using curl: Curl, addresses: AddressPolicy = .publicOnly,
        progress: @Sendable (Progress) async -> Void = { _ in }
    ) async throws(ReadingProblem) -> (pages: [PageResult], document: Document) {
        let start = try Self.check(start, addresses: addresses)
        guard let address = PageAddress(start) else { throw .address(.malformed) }
        let fetcher = PageFetcher(curl: curl, addresses: addresses, limits: limits, deadline: .now + limits.totalTime)
        let (site, first) = try await Arrival(fetcher).arrive(at: address)
        var crawl = Crawl(site, limits)
        await crawl.begin(with: first, progress)
        await crawl.run(progress)
        guard !Task.isCancelled else { throw .cancelled }
        return try await crawl.finish()
    }
}
