/// The site that a start address belongs to.
struct Site: Sendable {
    static let maximumRedirects = 3

    let fetcher: PageFetcher
    let robots: Robots
    /// Where the start page is, and the other names that lead there.
    private let main: PageAddress
    private let hosts: Set<String>

    init(_ fetcher: PageFetcher, _ robots: Robots, main: PageAddress, hosts: Set<String>) {
        self.fetcher = fetcher
        self.robots = robots
        self.main = main
        self.hosts = hosts
    }

    /// The address on this site, in its main spelling; nil for another site's.
    func own(_ address: PageAddress) -> PageAddress? {
        guard hosts.contains(address.host) else { return nil }
        var own = address
        own.host = main.host
        own.isSecure = own.isSecure || main.isSecure
        return own
    }

    func visit(_ address: PageAddress) async throws(PageProblem) -> FetchedPage {
        var address = address
        for _ in 0...Self.maximumRedirects {
            guard robots.allows(address.target) else { throw .robots }
            switch try await fetcher.fetch(address) {
            case .page(let page): return page
            case .redirect(let next):
                guard let next = own(next) else { throw .elsewhere }
                address = next
            }
        }
        throw .tooManyRedirects
    }
}
