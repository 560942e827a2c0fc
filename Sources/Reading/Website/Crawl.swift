/// One reading of a site: what was found, what was read, what is still to be visited.
struct Crawl: Sendable {
    /// A site should not feel us.
    private static let maximumRequests = 2
    private static let visitsPerPage = 2
    private static let maximumSitemaps = 20
    private static let maximumSitemapDepth = 2
    /// Of pages that were not visited, so that the list stays readable.
    private static let maximumUnvisitedResults = 100

    private let site: Site
    private let limits: Website.Limits
    private let delay: Duration
    private var frontier = Frontier()
    private var results: [Website.PageResult] = []
    /// By their place in `results`.
    private var texts: [Int: [Block]] = [:]
    private var textBytes = 0
    private var contents: [[Block]: String] = [:]
    private var visits = 0
    private var sitemaps = 0
    private var running = 0
    private var unvisited = 0
    private var title: String?

    private struct Visit: Sendable {
        var entry: Frontier.Entry
        var outcome: Result<Found, PageProblem>
    }

    private enum Found: Sendable {
        case page(HTMLPage, PageAddress, targets: [PageAddress])
        case sitemap(pages: [PageAddress], sitemaps: [PageAddress])
    }

    init(_ site: Site, _ limits: Website.Limits) {
        self.site = site
        self.limits = limits
        delay = max(limits.delay, site.robots.delay ?? .zero)
    }

    mutating func begin(with page: FetchedPage, _ progress: (Website.Progress) async -> Void) async {
        let entry = Frontier.Entry(address: page.address, depth: 0, isSitemap: Sitemap(page.bytes) != nil)
        _ = frontier.note(page.address)
        visits = 1
        await take(Visit(entry: entry, outcome: await Self.look(at: page, entry, site)), progress)
    }

    mutating func run(_ progress: (Website.Progress) async -> Void) async {
        await withTaskGroup(of: Visit.self) { group in
            repeat {
                while running < Self.maximumRequests, let entry = await nextEntry() {
                    running += 1
                    let site = site
                    group.addTask { await Self.visit(entry, site) }
                    try? await Task.sleep(for: delay)
                }
                guard let visit = await group.next() else { return }
                running -= 1
                await take(visit, progress)
            } while !Task.isCancelled
        }
        listUnvisited()
    }

    /// Drops what stands on most pages, and cuts the passages.
    consuming func finish() async throws(ReadingProblem) -> (pages: [Website.PageResult], document: Document) {
        let read = texts.keys.sorted()
        let blocks: [[Block]] = read.map { texts[$0] ?? [] }
        let (pages, title) = (results, title)
        let (results, document) = try await ReadingRoom.pages.run { _ in
            var pages = pages
            var sections: [Section] = []
            for (index, blocks) in zip(read, Boilerplate.removed(from: blocks)) {
                pages[index].words = blocks.reduce(0) { $0 + wordCount($1.text) }
                if blocks.contains(where: { !$0.isHeading }) {
                    sections.append(Section(url: pages[index].url, markdown: Self.titled(blocks, pages[index].title).markdown))
                } else {
                    pages[index].status = .skipped
                    pages[index].problem = PageProblem.noText.sentence
                }
            }
            return (pages, Document(title: title, sections: sections))
        }
        guard document.words > 0 else { throw Self.problem(of: results) }
        return (results, document)
    }

    /// The start page says best why there is nothing.
    private static func problem(of results: [Website.PageResult]) -> ReadingProblem {
        results.first?.problem == PageProblem.noindex.sentence ? .unreachable(.noindex) : .noPages
    }

    /// A page without a main heading goes by its title.
    private static func titled(_ blocks: [Block], _ title: String) -> [Block] {
        let hasHeading = title.isEmpty || blocks.contains { $0.kind == .heading(1) }
        return hasHeading ? blocks : [Block(kind: .heading(1), text: title)] + blocks
    }
}

// MARK: Visiting

extension Crawl {
    private var isOutOfTime: Bool { ContinuousClock.now >= site.fetcher.deadline }

    private mutating func nextEntry() async -> Frontier.Entry? {
        while !Task.isCancelled, !isOutOfTime, textBytes < limits.textBytes, texts.count + running < limits.pages,
            visits < limits.pages * Self.visitsPerPage, let entry = frontier.next()
        {
            if site.robots.allows(entry.address.target) {
                visits += 1
                return entry
            }
            addUnvisited(entry.address, .robots)
            await Task.yield()
        }
        return nil
    }

    private static func visit(_ entry: Frontier.Entry, _ site: Site) async -> Visit {
        do {
            let page = try await site.visit(entry.address)
            return Visit(entry: entry, outcome: await look(at: page, entry, site))
        } catch {
            return Visit(entry: entry, outcome: .failure(error))
        }
    }

    private static func look(at page: FetchedPage, _ entry: Frontier.Entry, _ site: Site) async -> Result<Found, PageProblem> {
        do {
            return try await ReadingRoom.pages.run { _ in
                if entry.isSitemap { return read(sitemap: page, site) }
                guard !page.kind.isXML else { return .failure(.notAPage) }
                let read = page.read(isStart: entry.depth == 0)
                return .success(.page(read, page.address, targets: targets(of: read, at: page.address, site)))
            }
        } catch {
            return .failure(error == .cancelled ? .stopped : .overloaded)
        }
    }

    private static func read(sitemap page: FetchedPage, _ site: Site) -> Result<Found, PageProblem> {
        guard let sitemap = Sitemap(page.bytes) else { return .failure(.notAPage) }
        func own(_ addresses: [String]) -> [PageAddress] { addresses.compactMap { PageAddress($0).flatMap(site.own) } }
        return .success(.sitemap(pages: own(sitemap.pages), sitemaps: own(sitemap.sitemaps)))
    }

    private static func targets(of page: HTMLPage, at address: PageAddress, _ site: Site) -> [PageAddress] {
        guard !page.isNofollow else { return [] }
        let base = page.base.flatMap { address.following($0) } ?? address
        return page.links.compactMap { $0.isNofollow ? nil : base.following($0.address).flatMap(site.own) }
    }

    private mutating func take(_ visit: Visit, _ progress: (Website.Progress) async -> Void) async {
        let address = visit.entry.address
        switch visit.outcome {
        case .success(.sitemap(let pages, let sitemaps)): return follow(pages, sitemaps, from: visit.entry)
        case .success(.page(let page, let final, let targets)):
            // Whoever gave a sitemap has said which pages to read.
            if sitemaps == 0 { for target in targets { add(target, depth: visit.entry.depth + 1) } }
            take(page, at: final, visit.entry)
        case .failure(let problem): add(address, problem)
        }
        guard let last = results.last else { return }
        let known = min(visits + frontier.count, limits.pages * Self.visitsPerPage)
        await progress(Website.Progress(done: visits - running, total: max(known, visits - running), page: last))
    }

    private mutating func take(_ page: HTMLPage, at address: PageAddress, _ entry: Frontier.Entry) {
        if entry.depth == 0 { title = page.title ?? page.blocks.title }
        let title = page.title ?? page.blocks.title ?? ""
        if page.isNoindex { return add(address, .noindex, title) }
        let redirected = address != entry.address && !frontier.note(address)
        let canonical = page.canonical.flatMap { address.following($0) }.flatMap(site.own)
        if redirected { return add(entry.address, .copy(of: address.text), title) }
        if let canonical, canonical != address, !frontier.note(canonical) { return add(address, .copy(of: canonical.text), title) }
        guard page.blocks.contains(where: { !$0.isHeading }) else { return add(address, .noText, title) }
        if let twin = contents[page.blocks] { return add(address, .copy(of: twin), title) }
        let url = (canonical ?? address).text
        contents[page.blocks] = url
        texts[results.count] = page.blocks
        textBytes += page.blocks.reduce(0) { $0 + $1.text.utf8.count }
        let words = page.blocks.reduce(0) { $0 + wordCount($1.text) }
        results.append(Website.PageResult(url: url, title: String(title.prefix(200)), status: .read, problem: nil, words: words))
    }

    private mutating func follow(_ pages: [PageAddress], _ further: [PageAddress], from entry: Frontier.Entry) {
        sitemaps += 1
        if entry.depth < Self.maximumSitemapDepth {
            for target in further.prefix(Self.maximumSitemaps) {
                frontier.add(Frontier.Entry(address: target, depth: entry.depth + 1, isSitemap: true))
            }
        }
        for target in pages { add(target, depth: 1) }
    }

    private mutating func add(_ target: PageAddress, depth: Int) {
        switch LinkTarget(target) {
        case .page: frontier.add(Frontier.Entry(address: target, depth: depth))
        case .file: if frontier.note(target) { addUnvisited(target, .file) }
        case .nothing: break
        }
    }
}

// MARK: Results

extension Crawl {
    private mutating func add(_ address: PageAddress, _ problem: PageProblem, _ title: String = "") {
        let status: Website.PageResult.Status = problem.isFailure ? .failed : .skipped
        results.append(
            Website.PageResult(url: address.text, title: String(title.prefix(200)), status: status, problem: problem.sentence, words: 0))
    }

    private mutating func addUnvisited(_ address: PageAddress, _ problem: PageProblem) {
        guard unvisited < Self.maximumUnvisitedResults else { return }
        unvisited += 1
        add(address, problem)
    }

    private mutating func listUnvisited() {
        let problem: PageProblem = isOutOfTime ? .outOfTime : textBytes >= limits.textBytes ? .overText : .overPages(limits.pages)
        while unvisited < Self.maximumUnvisitedResults, let entry = frontier.next() {
            addUnvisited(entry.address, site.robots.allows(entry.address.target) ? problem : .robots)
        }
    }
}
