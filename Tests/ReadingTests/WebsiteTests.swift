import Synchronization
import Testing

@testable import Reading

@Suite("Reading a website") struct WebsiteTests {
    private func page(_ title: String, _ body: String) -> String { "<!doctype html><title>\(title)</title><main>\(body)</main>" }

    @Test("follows the site's own links once and gives each page's passages with its address")
    func links() async throws {
        let server = SiteServer(pages: [
            "/": page(
                "Shop",
                "<p>We bake. <a href='hours#x'>Hours</a> <a href='/HOURS/../hours?utm_source=a'>again</a> "
                    + "<a href='http://other.example/'>other</a> <a href='a.pdf'>Prices</a> <a href='b.jpg'>b</a> <a href='gone'>gone</a>"),
            "/hours": page("Hours", "<h2>Weekdays</h2><p>Nine to five. <a href='/'>Home</a> <a rel=nofollow href='/no'>no</a>"),
            "/no": page("No", "<p>Not this."),
        ])
        let (pages, document) = try await server.read()
        let found = Set(pages.map { "\($0.url.dropFirst(server.origin.count)) \($0.status)" })
        #expect(found == ["/ read", "/a.pdf skipped", "/hours read", "/gone failed"])
        #expect(pages.first { $0.url.hasSuffix("gone") }?.problem == PageProblem.notFound.sentence)
        #expect(document.title == "Shop")
        #expect(
            document.passages().map { [$0.url ?? "", $0.title, $0.text] } == [
                [server.origin + "/", "Shop", "We bake. Hours again other Prices b gone"],
                [server.origin + "/hours", "Weekdays", "Nine to five. Home no"],
            ])
        #expect(server.requests.sorted() == ["/", "/gone", "/hours", "/robots.txt"])
    }

    @Test("tells its progress page by page")
    func progress() async throws {
        let server = SiteServer(pages: [
            "/": page("A", "<p>One <a href=b>b</a><a href=c>c</a>"), "/b": page("B", "<p>Two"), "/c": page("C", "<p>Three"),
        ])
        let seen = Mutex<[Website.Progress]>([])
        _ = try await server.read("/", progress: { progress in seen.withLock { $0.append(progress) } })
        let all = seen.withLock { $0 }
        #expect(all.map(\.done) == [1, 2, 3] && all.last?.total == 3)
        #expect(all.allSatisfy { $0.done <= $0.total && $0.page.status == .read })
    }

    @Test("obeys robots.txt, for every page and for the start")
    func robots() async throws {
        let server = SiteServer { path in
            switch path {
            case "/robots.txt": .typed("text/plain", "User-agent: FrontdeskBot\nDisallow: /private\nDisallow: /*?")
            case "/": .html("<p>Hello <a href=/private/x>x</a> <a href='/y?z'>y</a> <a href=/to>to</a>")
            case "/to": .redirect("/private/z")
            default: .html("<p>secret")
            }
        }
        let (pages, document) = try await server.read()
        #expect(document.passages().count == 1)
        #expect(pages.dropFirst().allSatisfy { $0.status == .skipped && $0.problem == PageProblem.robots.sentence } && pages.count == 4)
        #expect(Set(server.requests) == ["/", "/robots.txt", "/to"])
        #expect(await server.problem("/private/start") == .robotsForbid)
        #expect(!server.requests.contains("/private/start"))
    }

    @Test("does not begin where robots.txt can't be had", arguments: [500, 503, 429])
    func brokenRobots(status: Int) async {
        let server = SiteServer { $0 == "/robots.txt" ? .status(status) : .html("<p>Hello") }
        #expect(await server.problem() == .robotsUnavailable)
        #expect(server.requests == ["/robots.txt"])
    }

    @Test("takes a sitemap, and one of sitemaps, for the list of pages")
    func sitemap() async throws {
        let origin = Mutex("")
        let site = SiteServer { path in
            let origin = origin.withLock { $0 }
            return switch path {
            case "/index.xml":
                .typed(
                    "application/xml",
                    "<?xml version='1.0'?><sitemapindex xmlns='x'><sitemap><loc>\(origin)/map.xml</loc></sitemap>"
                        + "<sitemap><loc>http://other.example/map.xml</loc></sitemap></sitemapindex>")
            case "/map.xml":
                .typed(
                    "text/xml",
                    "<urlset><url><loc> \(origin)/a?x=1&amp;y=2 </loc><image><loc>\(origin)/i</loc></image></url>"
                        + "<url><loc>\(origin)/b</loc></url>"
                        + "<url><loc>http://other.example/</loc></url><url><loc>\(origin)/c")
            case "/a?x=1&y=2": .html("<title>A</title><p>Page a <a href=/d>d</a>")
            case "/b": .html("<title>B</title><p>Page b")
            default: nil
            }
        }
        origin.withLock { $0 = site.origin }
        for start in ["/index.xml", "/map.xml"] {
            let (pages, document) = try await site.read(start)
            #expect(pages.map(\.title).sorted() == ["A", "B"] && document.passages().count == 2)
        }
        #expect(!site.requests.contains("/d") && !site.requests.contains("/i"))
    }

    @Test("leaves out pages that ask for it, copies, and what is no page")
    func skipped() async throws {
        let server = SiteServer { path in
            switch path {
            case "/robots.txt": nil
            case "/": .html("<title>T</title><p>Start " + (1...9).map { "<a href=/\($0)>\($0)</a>" }.joined())
            case "/1": .html("<meta name=robots content=noindex><p>One")
            case "/2": .html("<p>Two", "X-Robots-Tag: noindex\r\n")
            case "/3": .html("<link rel=canonical href='/'><p>Three")
            case "/4": .html("<title>T</title><p>Start " + (1...9).map { "<a href=/\($0)>\($0)</a>" }.joined())
            case "/5": .typed("application/pdf", "%PDF-")
            case "/6": .typed("image/png", "x")
            case "/7": .html("<title>Nothing</title><nav>Menu</nav>")
            case "/8": .redirect("http://other.example/")
            case "/9": .redirect("/")
            default: nil
            }
        }
        let (pages, document) = try await server.read()
        let problems = Dictionary(uniqueKeysWithValues: pages.map { ($0.url.dropFirst(server.origin.count), $0.problem) })
        let copy = PageProblem.copy(of: server.origin + "/").sentence
        #expect(
            problems == [
                "/": nil, "/1": PageProblem.noindex.sentence, "/2": PageProblem.noindex.sentence, "/3": copy, "/4": copy,
                "/5": PageProblem.file.sentence, "/6": PageProblem.notAPage.sentence, "/7": PageProblem.noText.sentence,
                "/8": PageProblem.elsewhere.sentence, "/9": copy,
            ])
        #expect(pages.allSatisfy { $0.url.hasSuffix("/") ? $0.status == .read : $0.status == .skipped } && document.passages().count == 1)
    }

    @Test("keeps what stands on every page once, and the start page's foot")
    func boilerplate() async throws {
        let server = SiteServer { path in
            guard path != "/robots.txt" else { return nil }
            return .html(
                "<title>Page \(path)</title><div>We use cookies on this site</div><p>This is page \(path).</p>"
                    + (1...6).map { "<a href='/\($0)'>n</a>" }.joined() + "<footer>Call 0123 456</footer>")
        }
        let (pages, document) = try await server.read()
        let texts = document.sections.map(\.markdown)
        #expect(
            pages.count == 7 && texts.count { $0.contains("cookies") } == 1 && texts[0].contains("cookies") && texts[0].contains("0123"))
        #expect(texts.dropFirst().allSatisfy { $0.contains("This is page") && !$0.contains("0123") })
    }

    @Test("reads pages in the encoding that the server names, and compressed ones")
    func encodings() async throws {
        let server = SiteServer { path in
            switch path {
            case "/": .typed("text/html; charset=windows-1251", Array("<p>".utf8) + [0xCF, 0xF0, 0xE8] + Array(" <a href=z>z</a>".utf8))
            case "/z": .typed("text/html", deflated(Array("<p>packed text".utf8), windowBits: 31), "Content-Encoding: gzip\r\n")
            default: nil
            }
        }
        #expect(try await server.read().document.sections.map(\.markdown) == ["При z", "packed text"])
    }
}
