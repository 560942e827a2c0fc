import Curl

/// Gets one page, without following where it leads.
struct PageFetcher: Sendable {
    private static let agent = "FrontdeskBot/1.0"
    private static let robotsRedirects = 3

    enum Answer: Sendable {
        case page(FetchedPage)
        case redirect(to: PageAddress)
    }

    let curl: Curl
    let addresses: AddressPolicy
    let limits: Website.Limits
    let deadline: ContinuousClock.Instant

    func fetch(_ address: PageAddress) async throws(PageProblem) -> Answer {
        do {
            let response = try await curl.send(request(address.text, redirects: 0))
            if (300..<400).contains(response.status), let location = response.header("location") {
                guard let next = address.following(location) else { throw PageProblem.redirectNotAllowed(.malformed) }
                return .redirect(to: next)
            }
            if let problem = Self.problem(of: response.status) { throw problem }
            let kind = try FetchedPage.Kind(response.header("content-type"))
            let bytes = try await response.collect(upTo: limits.pageBytes)
            let isNoindex = response.headers.contains { $0.name == "x-robots-tag" && Self.forbids($0.value) }
            return .page(FetchedPage(address: address, kind: kind, bytes: bytes, isNoindex: isNoindex))
        } catch let problem as PageProblem {
            throw problem
        } catch let error as CurlError {
            throw PageProblem(error)
        } catch {
            throw .brokeOff
        }
    }

    /// A site without a robots.txt forbids nothing; one whose robots.txt can't be had may forbid everything.
    func robots(of address: PageAddress) async throws(ReadingProblem) -> Robots {
        do {
            let response = try await curl.send(request(address.origin + "/robots.txt", redirects: Self.robotsRedirects))
            switch response.status {
            case 200..<300: return Robots(try await start(of: response))
            case 429, 500...: throw ReadingProblem.robotsUnavailable
            default: return .allowingAll
            }
        } catch let problem as ReadingProblem {
            throw problem
        } catch CurlError.redirectNotAllowed, CurlError.tooManyRedirects {
            return .allowingAll
        } catch CurlError.addressNotAllowed(let problem) {
            throw .address(problem)
        } catch let error as CurlError {
            switch PageProblem(error) {
            case .stopped: throw .cancelled
            case .brokeOff, .tooSlow: throw .robotsUnavailable
            case let problem: throw .unreachable(problem)
            }
        } catch {
            throw .robotsUnavailable
        }
    }

    /// What is too long counts as far as it is read.
    private func start(of response: Curl.Response) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in response.body where bytes.count < Robots.maximumBytes {
            bytes += chunk
            if bytes.count >= Robots.maximumBytes { break }
        }
        return Array(bytes.prefix(Robots.maximumBytes))
    }

    private func request(_ url: String, redirects: Int) -> Curl.Request {
        let left = max(.milliseconds(1), ContinuousClock.now.duration(to: deadline))
        let timeouts = Curl.Timeouts(connect: .seconds(10), total: min(limits.pageTime, left), silence: nil)
        var request = Curl.Request(
            url: url, headers: [("User-Agent", Self.agent), ("Accept", "text/html, application/xhtml+xml, text/plain, application/xml")],
            timeouts: timeouts, maximumBodyBytes: limits.pageBytes, addresses: addresses, redirects: redirects)
        request.acceptsCompression = true
        return request
    }

    private static func problem(of status: Int) -> PageProblem? {
        switch status {
        case 200..<300: nil
        case 401, 407: .signInOnly
        case 404, 410: .notFound
        case 429, 500...: .serverTrouble(status: status)
        default: .refused(status: status)
        }
    }

    private static func forbids(_ value: String) -> Bool {
        let words = value.lowercased().split { $0 == "," || $0 == " " }
        return words.contains("noindex") || words.contains("none")
    }
}

/// A page as it came.
struct FetchedPage: Sendable {
    struct Kind: Sendable {
        var isPlain = false
        var isXML = false
        var charset: String?

        init(_ contentType: String?) throws(PageProblem) {
            let parts = (contentType ?? "text/html").lowercased().split(separator: ";")
            let type = parts.first.map { $0.filter { $0 != " " } } ?? ""
            switch type {
            case "text/html", "application/xhtml+xml", "": break
            case "text/plain", "text/markdown": isPlain = true
            case "text/xml", "application/xml": isXML = true
            default: throw type.hasPrefix("application/") ? .file : .notAPage
            }
            let charset = parts.dropFirst().map { $0.filter { !" \"'".contains($0) } }.first { $0.hasPrefix("charset=") }
            self.charset = charset.map { String($0.dropFirst("charset=".count)) }
        }
    }

    var address: PageAddress
    var kind: Kind
    var bytes: [UInt8]
    var isNoindex: Bool

    /// A start page also keeps its foot, where shops write how to reach them.
    func read(isStart: Bool) -> HTMLPage {
        guard kind.isPlain else {
            var page = HTMLReader.page(bytes, charset: kind.charset, keepsFooter: isStart)
            page.isNoindex = page.isNoindex || isNoindex
            return page
        }
        var page = HTMLPage()
        page.isNoindex = isNoindex
        let text = Text(bytes, charset: kind.charset)?.string ?? ""
        if text.utf8.contains(where: isWordByte) { page.blocks = [Block(kind: .paragraph, text: text)] }
        return page
    }
}
