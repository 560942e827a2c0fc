/// The way to the start page, which may lead to another name of the same site.
struct Arrival {
    private let fetcher: PageFetcher
    private var robots: [String: Robots] = [:]

    init(_ fetcher: PageFetcher) { self.fetcher = fetcher }

    func arrive(at start: PageAddress) async throws(ReadingProblem) -> (Site, FetchedPage) {
        var arrival = self
        return try await arrival.follow(start)
    }

    private mutating func follow(_ start: PageAddress) async throws(ReadingProblem) -> (Site, FetchedPage) {
        var address = start
        var hosts: Set<String> = []
        for _ in 0...Site.maximumRedirects {
            hosts.insert(address.host)
            let robots = try await robots(of: address)
            guard robots.allows(address.target) else { throw .robotsForbid }
            switch try await answer(of: address) {
            case .page(let page): return (Site(fetcher, robots, main: address, hosts: hosts), page)
            case .redirect(let next):
                try check(next, from: address)
                address = next
            }
        }
        throw .unreachable(.tooManyRedirects)
    }

    private mutating func robots(of address: PageAddress) async throws(ReadingProblem) -> Robots {
        if let known = robots[address.origin] { return known }
        let found = try await fetcher.robots(of: address)
        robots[address.origin] = found
        return found
    }

    private func answer(of address: PageAddress) async throws(ReadingProblem) -> PageFetcher.Answer {
        do {
            return try await fetcher.fetch(address)
        } catch .stopped {
            throw .cancelled
        } catch {
            throw .unreachable(error)
        }
    }

    /// The same site is the same name, with or without "www.".
    private func check(_ next: PageAddress, from address: PageAddress) throws(ReadingProblem) {
        try Website.check(next.text, addresses: fetcher.addresses)
        guard Self.bareName(next) == Self.bareName(address) else { throw .leadsElsewhere(next.host) }
        guard next.isSecure || !address.isSecure else { throw .unreachable(.redirectNotAllowed(.downgrade)) }
    }

    private static func bareName(_ address: PageAddress) -> Substring { address.host.trimmingPrefix("www.") }
}
