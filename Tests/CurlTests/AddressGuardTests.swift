import Glibc
import Testing

@testable import Curl

@Suite("The address guard") struct AddressGuardTests {
    @Test(
        "An address of ours, of a private network or of a cloud's inside is refused at save and at run",
        arguments: [
            "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1",
            "169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "198.19.255.255",
            "192.0.2.1", "198.51.100.7", "203.0.113.7", "224.0.0.1", "240.0.0.1", "255.255.255.255",
            "[::1]", "[::]", "[fd00::1]", "[fd00:ec2::254]", "[fe80::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[100::1]",
            // IPv4 inside IPv6: mapped, compatible, NAT64, 6to4, Teredo, ISATAP's kind of link-local
            "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:8.8.8.8]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
            "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[::ffff:0:127.0.0.1]", "[fe80::5efe:127.0.0.1]",
        ])
    func privateAddress(host: String) async {
        await expectRefusal(of: "http://\(host)/", .addressNotAllowed(.privateAddress))
    }

    @Test(
        "A host in a spelling that only some parsers understand is refused",
        arguments: [
            "2130706433", "0x7f000001", "0X7F.1", "017700000001", "127.1", "127.0.1", "0177.0.0.1", "127.0.0.1.", "127.0.0.01",
            "example.com.", "example..com", "1.2.3.4.5", "example.1", "example.0x7f", "%31%32%37.0.0.1", "ex%61mple.com",
            "[fe80::1%25eth0]", "exa_mple!.com", "example.com%00.evil.example",
        ])
    func oddHost(host: String) async {
        await expectRefusal(of: "http://\(host)/") { error in
            [.addressNotAllowed(.oddHost), .invalidURL(.malformed), .addressNotAllowed(.privateAddress)].contains(error)
        }
    }

    @Test(
        "A name that becomes an address by the rules for international names is refused",
        arguments: [
            "①②⑦.⓪.⓪.①", "１２７.0.0.1", "127。0。0。1", "ⓛocalhost", "loc\u{ad}alhost", "localhost\u{200b}", "xn--exmple-cua.①",
        ])
    func lookalikes(host: String) async {
        await expectRefusal(of: "http://\(host)/") { error in
            [.invalidURL(.oddHost), .addressNotAllowed(.oddHost)].contains(error)
        }
    }

    @Test(
        "A name that exists only in some network is refused",
        arguments: [
            "localhost", "LOCALHOST", "foo.localhost", "router", "db.internal", "printer.local", "nas.lan", "x.home.arpa",
            "metadata.google.internal", "x.onion", "a.test",
        ])
    func localName(host: String) async {
        await expectRefusal(of: "http://\(host)/", .addressNotAllowed(.localName))
    }

    @Test("Our own name is refused in any case", arguments: ["https://desk.example.net/", "https://DESK.example.NET/x"])
    func ownName(url: String) async {
        await expectRefusal(of: url, .addressNotAllowed(.ownName))
    }

    @Test(
        "Only http and https",
        arguments: [
            "file:///etc/passwd", "ftp://example.com/", "gopher://example.com/", "dict://example.com/", "ldap://example.com/",
            "data:text/plain,x", "javascript:alert(1)", "smtp://example.com/", "scp://example.com/",
        ])
    func scheme(url: String) async {
        await expectRefusal(of: url) { error in error.category == "invalid_url" }
        #expect(throws: CurlError.self) { try AddressPolicy.any.check(ParsedURL(url)) }
    }

    @Test(
        "User names, backslashes, blanks and control characters are refused, whatever the policy",
        arguments: [
            "http://user:pw@example.com/", "http://user@example.com/", "http://good.example@127.0.0.1/", "http://@127.0.0.1/",
            "http://good.example\\@127.0.0.1/", "http:\\\\127.0.0.1/", "http://exa mple.com/", "http://example.com/\r\nX: y",
            "http://example.com/\0", "\thttp://example.com/", "http://exam\nple.com/", "",
            "http://", "http:///", "http://[::1", "http://[]/", "http://[1.2.3.4]/", "//example.com/", "example.com",
            "http://" + String(repeating: "a", count: 9000) + ".com/",
        ])
    func syntax(url: String) async {
        await expectRefusal(of: url) { error in error.category == "invalid_url" || error.category == "address_not_allowed" }
    }

    @Test(
        "What is checked is what is requested: the host before #, ? and /",
        arguments: [
            "http://127.0.0.1#@good.example.com/", "http://127.0.0.1?@good.example.com/", "http://127.0.0.1/@good.example.com/",
            "http:127.0.0.1/", "http:/127.0.0.1/", "http:///127.0.0.1/", "http://127.0.0.1:80#.good.example.com/",
        ])
    func oneHost(url: String) async {
        await expectRefusal(of: url) { error in ["invalid_url", "address_not_allowed"].contains(error.category) }
    }

    @Test("Only the usual ports of the web", arguments: [22, 25, 5432, 6379, 0, 11434, 65535])
    func ports(port: Int) async {
        await expectRefusal(of: "http://example.com:\(port)/", .addressNotAllowed(.port))
    }

    @Test("A port that is no port is refused", arguments: ["65536", "99999999999999999999", "-1", "8o", "0x50"])
    func noPort(port: String) async {
        await expectRefusal(of: "http://example.com:\(port)/") { error in error.category == "invalid_url" }
    }

    @Test(
        "The public internet is let through",
        arguments: [
            "https://www.example.com/page?q=1#x", "http://example.com:8080/", "HTTPS://EXAMPLE.com", "http://93.184.215.14/",
            "https://exämple.de/", "https://xn--exmple-cua.de/", "http://[2606:4700::6810:84e5]:443/", "https://a_b.example.com/",
            "http://172.32.0.1/", "http://100.128.0.1/", "http://192.0.1.1/", "http://198.20.0.1/", "http://223.255.255.255/",
        ])
    func publicURL(url: String) throws {
        try AddressPolicy.publicOnly.check(url)
    }

    @Test(
        "A name is refused for any private address among its own, before anything is connected to",
        arguments: [
            ["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["fd00::1", "2606:4700::6810:84e5"],
        ])
    func names(addresses: [String]) async {
        let curl = Curl(answering: ["name.example.com": addresses])
        let request = Curl.Request(url: "http://name.example.com:8080/")
        #expect(await failure(of: request, curl) == .addressNotAllowed(.privateAddress))
        #expect(curl.metrics.connections == 0)
    }

    @Test("An operator's own server can be let through, and nothing beside it")
    func allowing() async throws {
        let server = LocalServer.http
        var request = server.request("/hello")
        request.addresses = .publicOnly
        #expect(await failure(of: request) == .addressNotAllowed(.privateAddress))
        request.addresses = .publicOnly.allowing(["127.0.0.1:\(server.port)"])
        #expect(try await Curl.shared.text(request) == "hello")
        for other in ["http://127.0.0.1:8080/", "http://127.0.0.2:\(server.port)/", "http://[::1]:\(server.port)/"] {
            request.url = other
            #expect(await failure(of: request) == .addressNotAllowed(.privateAddress))
        }
        try AddressPolicy.publicOnly.allowing(["[::1]:8080", "Models.lan"]).check("http://[::1]:8080/")
        try AddressPolicy.publicOnly.allowing(["[::1]:8080", "Models.lan"]).check("http://models.lan:11434/")
    }

    @Test("Each problem has a sentence for its owner")
    func sentences() {
        #expect(throws: CurlError.addressNotAllowed(.privateAddress)) { try AddressPolicy.publicOnly.check("http://10.0.0.1/") }
        #expect(URLProblem.privateAddress.sentence.contains("private network"))
    }

    /// At save and at run; no name is looked up and nothing connected to.
    private func expectRefusal(of url: String, _ expected: CurlError) async {
        await expectRefusal(of: url) { $0 == expected }
    }

    private func expectRefusal(of url: String, _ isExpected: (CurlError) -> Bool) async {
        let curl = Curl(answering: [:])
        let policy = AddressPolicy.publicOnly.refusing(["desk.example.net"])
        do throws(CurlError) {
            try policy.check(url)
            Issue.record("\(url) would be saved")
        } catch {
            #expect(isExpected(error), "\(url): \(error)")
        }
        let error = await failure(of: .init(url: url, addresses: policy), curl)
        #expect(error.map(isExpected) == true, "\(url): \(String(describing: error))")
        #expect(curl.metrics.connections == 0)
    }
}

@Suite("Names") struct ResolvingTests {
    @Test("A name is looked up once, and connected to at the addresses that were checked")
    func pinned() async throws {
        let lookups = Lock(0)
        var configuration = Curl.Configuration()
        configuration.lookup = { _ in
            lookups.withLock { $0 += 1 }
            return lookups.withLock { $0 } == 1 ? ["127.0.0.1"] : ["127.0.0.99"]
        }
        // No other resolver knows this name.
        let url = "http://rebinding.example.invalid:\(LocalServer.http.port)/echo"
        let text = try await Curl(configuration).text(.init(url: url, addresses: .any))
        #expect(text.contains("rebinding.example.invalid:\(LocalServer.http.port)"))
        #expect(lookups.withLock { $0 } == 1)
    }

    @Test("All addresses of a name are tried")
    func several() async throws {
        let curl = Curl(answering: ["several.example.com": ["::1", "127.0.0.77", "127.0.0.1"]])
        let url = "http://several.example.com:\(LocalServer.http.port)/hello"
        #expect(try await curl.text(.init(url: url, addresses: .any)) == "hello")
    }

    @Test("The resolver keeps an answer for a while, and for that name only")
    func kept() async throws {
        let addresses = Lock(["127.0.0.1"])
        let resolver = Resolver { _ in addresses.withLock { $0 } }
        #expect(try await resolver.addresses(of: "moving.example.com", Deadline(nil)) == [IPAddress("127.0.0.1")])
        addresses.withLock { $0 = ["127.0.0.2"] }
        #expect(try await resolver.addresses(of: "moving.example.com", Deadline(nil)) == [IPAddress("127.0.0.1")])
        #expect(try await resolver.addresses(of: "other.example.com", Deadline(nil)) == [IPAddress("127.0.0.2")])
    }

    @Test("A name without addresses is an error that names it")
    func unknown() async {
        let error = await failure(of: .init(url: "http://nobody.example.com/"), Curl(answering: [:]))
        #expect(error == .resolve(host: "nobody.example.com"))
    }

    @Test("The system's resolver is asked where no other is given")
    func system() async throws {
        let url = "http://localhost:\(LocalServer.http.port)/hello"
        #expect(try await Curl.shared.text(.init(url: url, addresses: .any)) == "hello")
    }

    @Test("A name server that hangs costs its own requests only: they time out or are cancelled, providers are reached")
    func hanging() async throws {
        let isReleased = Lock(false)
        var configuration = Curl.Configuration()
        configuration.lookup = { name in
            while name.hasPrefix("hang"), !isReleased.withLock({ $0 }) { usleep(10_000) }
            return ["127.0.0.1"]
        }
        let curl = Curl(configuration)
        let tasks = (0..<20).map { number in
            Task {
                let timeouts = Curl.Timeouts(total: number == 0 ? .milliseconds(300) : nil)
                return await failure(of: .init(url: "http://hang\(number).example.com/", timeouts: timeouts), curl)
            }
        }
        #expect(await tasks[0].value == .timedOut(.resolve, bytesReceived: 0))
        let provider = "http://provider.example.com:\(LocalServer.http.port)/hello"
        #expect(try await curl.text(.init(url: provider, addresses: .any)) == "hello")
        for task in tasks { task.cancel() }
        for task in tasks.dropFirst() { #expect(await task.value == .cancelled) }
        isReleased.withLock { $0 = true }
    }
}

extension Curl {
    /// With a resolver that knows these names only.
    convenience init(answering names: [String: [String]]) {
        var configuration = Configuration()
        configuration.lookup = { names[$0] ?? [] }
        self.init(configuration)
    }
}
