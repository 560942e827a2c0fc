import Testing

@testable import Curl
@testable import Reading

@Suite("A website that makes trouble") struct WebsiteTroubleTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"

    @Test(
        "is refused where its address leads inside, elsewhere than the web, or to odd places",
        arguments: [
            "http://127.0.0.1/", "http://localhost/", "http://0.0.0.0/", "http://[::1]/", "http://[::]/", "http://10.1.2.3/",
            "http://169.254.169.254/", "http://100.64.0.1/", "http://[fd00::1]/", "http://2130706433/", "http://0x7f000001/",
            "http://017700000001/", "http://127.1/", "http://127.0.0.1./", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/", "file:///etc/passwd", "ftp://example.com/", "gopher://example.com/", "data:text/html,x",
            "javascript:alert(1)", "http://user:pw@example.com/", "http://good.example@127.0.0.1/", "http://127.0.0.1#@good.example/",
            "http://good.example\\@127.0.0.1/", "http://example.com:22/", "http://example.com:0/", "http://example.com:65536/", "", " ",
            "localhost", "127.0.0.1", "not an address", "https://example.com/" + String(repeating: "a", count: 2_001),
        ])
    func addresses(url: String) async {
        #expect(throws: ReadingProblem.self) { try Website.check(url) }
        let curl = Curl()
        await #expect(throws: ReadingProblem.self) { try await Website().read(start: url, using: curl) }
        #expect(curl.metrics.connections == 0)
    }

    @Test("is accepted by its name alone, and never by ours")
    func check() throws {
        #expect(try Website.check("www.example.com/shop") == "https://www.example.com/shop")
        #expect(try Website.check("http://example.com:8080/a?b") == "http://example.com:8080/a?b")
        let policy = AddressPolicy.publicOnly.refusing(["desk.example.net"])
        #expect(throws: ReadingProblem.address(.ownName)) { try Website.check("https://desk.example.net/", addresses: policy) }
    }

    @Test(
        "that leads inside, to another site or round in a circle is left",
        arguments: [
            ("http://169.254.169.254/", ReadingProblem.address(.privateAddress)), ("http://localhost/", .address(.localName)),
            ("file:///etc/passwd", .unreachable(.redirectNotAllowed(.malformed))),
            ("gopher://x/", .unreachable(.redirectNotAllowed(.malformed))),
            ("https://other.example/", .leadsElsewhere("other.example")), ("/start", .unreachable(.tooManyRedirects)),
        ])
    func redirects(target: String, expected: ReadingProblem) async {
        let server = SiteServer { $0 == "/robots.txt" ? nil : .redirect(target) }
        #expect(await server.problem("/start") == expected)
    }

    @Test(
        "that never ends its headers, drips, says nothing or says no HTTP is given up in time",
        arguments: [
            SiteServer.Answer.forever("HTTP/1.1 200 OK\r\n", "X-A: b\r\n"), .forever(ok + "Content-Length: 100000\r\n\r\n", "x"),
            .forever("", ""),
            .raw("220 mail.example ready\r\n"), .raw(""), .raw(ok + "Content-Length: 1000\r\n\r\nshort"),
        ])
    func slow(answer: SiteServer.Answer) async throws {
        let start = SiteServer { $0 == "/robots.txt" ? nil : answer }
        guard case .unreachable(let problem) = await start.problem("/", { $0.pageTime = .milliseconds(1500) }) else {
            return #expect(Bool(false), "It was read.")
        }
        #expect([.tooSlow, .brokeOff].contains(problem))
        let robots = SiteServer { $0 == "/robots.txt" ? answer : .html("<p>Hello") }
        #expect(await robots.problem("/", { $0.pageTime = .milliseconds(1500) }) == .robotsUnavailable)
        // One such page harms no other.
        let server = SiteServer {
            ["/": .html("<p>Hello <a href=slow>s</a><a href=b>b</a>"), "/slow": answer, "/b": .html("<p>Other")][$0]
        }
        let pages = try await server.read("/") { $0.pageTime = .seconds(5) }.pages
        #expect(pages.map(\.status.rawValue).sorted() == ["failed", "read", "read"])
    }

    @Test(
        "that sends without end, or packs much into little, is cut at the cap",
        arguments: [
            SiteServer.Answer.forever(ok + "\r\n", String(repeating: "<p>more", count: 1000), isFast: true),
            .typed("text/html", deflated([UInt8](repeating: 0x20, count: 32 * 1_048_576), windowBits: 31), "Content-Encoding: gzip\r\n"),
            .forever("HTTP/1.1 200 OK\r\n", String(repeating: "X-Header: again\r\n", count: 1000), isFast: true),
        ])
    func large(answer: SiteServer.Answer) async throws {
        let server = SiteServer { ["/": .html("<p>Hello <a href=large>l</a>"), "/large": answer][$0] }
        let pages = try await server.read().pages
        #expect(pages.map(\.status) == [.read, .failed] && pages[1].problem == PageProblem.tooLarge.sentence)
    }

    @Test("that sends more than it said is read as far as it said")
    func longer() async throws {
        let server = SiteServer { $0 == "/" ? .raw(Self.ok + "Content-Length: 8\r\n\r\n<p>Hello and more") : nil }
        #expect(try await server.read().document.sections.map(\.markdown) == ["Hello"])
    }

    @Test(
        "without end, as a calendar by its path or its query, or a login that leads to itself, comes to an end",
        arguments: [
            "/calendar/%", "/calendar?day=%", "/login?next=/login%", "/a/%/a/%",
        ])
    func endless(pattern: String) async throws {
        let server = SiteServer { path in
            guard path != "/robots.txt" else { return nil }
            let number = Int(path.reversed().prefix { $0.isNumber }.reversed().map(String.init).joined()) ?? 0
            let next = pattern.replacing("%", with: String(number + 1))
            return .html("<p>Day \(number) <a href='\(next)'>next</a> <a href='b'>down</a><a href='?\(number)'>q</a>")
        }
        let pages = try await server.read("/") { $0.pages = 100 }.pages
        #expect(pages.count { $0.status == .read } <= 100 && server.requests.count <= 201)
    }

    @Test("of ten thousand links is read up to the cap, and the rest is named as left")
    func many() async throws {
        let server = SiteServer { path in
            guard path != "/robots.txt" else { return nil }
            return .html("<p>Page \(path)" + (path == "/" ? (0..<10_000).map { "<a href='/\($0)'>\($0)</a>" }.joined() : ""))
        }
        let (pages, document) = try await server.read("/") { $0.pages = 30 }
        #expect(pages.count { $0.status == .read } == 30 && document.sections.count == 30)
        #expect(pages.count { $0.problem == PageProblem.overPages(30).sentence } == 100 && server.requests.count == 31)
    }

    @Test("whose links start elsewhere is not followed there")
    func base() async throws {
        let server = SiteServer(pages: ["/": "<base href='http://other.example/'><p>Hello <a href=a>a</a><a href='/b'>b</a>"])
        #expect(try await server.read().pages.count == 1)
        #expect(server.requests.count == 2)
    }

    @Test("is left when there is no time, or too much text, and what was read is kept")
    func bounds() async throws {
        let server = SiteServer { path in
            guard path != "/robots.txt" else { return nil }
            return .html("<p>Page \(path) of text " + (0..<50).map { "<a href='/\($0)'>\($0)</a>" }.joined())
        }
        let timely = try await server.read("/") { limits in
            limits.delay = .milliseconds(400)
            limits.totalTime = .seconds(3)
        }.pages
        #expect(timely.contains { $0.status == .read } && timely.contains { $0.problem == PageProblem.outOfTime.sentence })
        let short = try await server.read("/") { $0.textBytes = 500 }.pages
        #expect(short.contains { $0.problem == PageProblem.overText.sentence })
    }

    @Test(
        "without text, or whose start can't be had, is told in words",
        arguments: [
            (SiteServer.Answer.html("<nav>Menu</nav>"), ReadingProblem.noPages), (.status(404), .unreachable(.notFound)),
            (.status(401), .unreachable(.signInOnly)), (.status(503), .unreachable(.serverTrouble(status: 503))),
            (.status(451), .unreachable(.refused(status: 451))), (.typed("application/pdf", "%PDF"), .unreachable(.file)),
            (.html("<meta name=robots content=noindex><p>x"), .unreachable(.noindex)), (.typed("application/xml", "<a/>"), .noPages),
        ])
    func start(answer: SiteServer.Answer, expected: ReadingProblem) async {
        let server = SiteServer { $0 == "/robots.txt" ? nil : answer }
        #expect(await server.problem() == expected)
    }

    @Test("of an unknown name or a closed port is told in words")
    func nowhere() async {
        var configuration = Curl.Configuration()
        configuration.lookup = { _ in [] }
        let curl = Curl(configuration)
        await #expect(throws: ReadingProblem.unreachable(.unknownName)) {
            try await Website().read(start: "nowhere.example.com", using: curl)
        }
        let gone = SiteServer { _ in nil }.origin
        await #expect(throws: ReadingProblem.unreachable(.noAnswer)) {
            try await Website().read(start: gone, using: Curl(), addresses: .any)
        }
    }

    @Test("nobody waits for any more is not read on")
    func cancelled() async throws {
        let server = SiteServer {
            $0 == "/robots.txt" ? nil : .html("<p>Page \($0)" + (0..<50).map { "<a href='/\($0)'>\($0)</a>" }.joined())
        }
        let task = Task { await server.problem("/", { $0.delay = .milliseconds(100) }) }
        while server.requests.count < 4 { try await Task.sleep(for: .milliseconds(10)) }
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(server.requests.count < 20)
    }
}
