import Testing

@testable import Curl

@Suite("Redirects") struct RedirectTests {
    let server = LocalServer.http

    @Test("A redirect is the answer where none are to be followed")
    func none() async throws {
        let response = try await Curl.shared.send(server.request("/redirect?to=/hello"))
        #expect(response.status == 302)
        #expect(response.header("location") == "/hello")
    }

    @Test("As many are followed as allowed, and the address that answered is told")
    func several() async throws {
        let response = try await Curl.shared.send(redirecting("/hops/3", times: 3))
        #expect(response.url == server.origin + "/hops/0")
        #expect(try await response.collect(upTo: 100) == Array("arrived".utf8))
        #expect(await failure(of: redirecting("/hops/4", times: 3)) == .tooManyRedirects(limit: 3))
        #expect(await failure(of: redirecting("/loop", times: 10)) == .tooManyRedirects(limit: 10))
    }

    @Test(
        "None leads to another scheme",
        arguments: [
            "file:///etc/passwd", "gopher://example.com/", "ftp://example.com/", "data:text/plain,x", "javascript:alert(1)",
            "smtp://127.0.0.1/",
        ])
    func schemes(target: String) async {
        for policy in [AddressPolicy.any, guarding] {
            #expect(await failure(of: redirecting("/redirect?to=\(target)", policy)) == .redirectNotAllowed(.scheme))
        }
    }

    @Test(
        "From a site that may be reached none leads to an address that may not",
        arguments: [
            ("http://169.254.169.254/latest/meta-data", URLProblem.privateAddress), ("http://127.0.0.1:8080/", .privateAddress),
            ("http://[::ffff:127.0.0.1]/", .privateAddress), ("http://0x7f000001/", .oddHost), ("http://localhost/", .localName),
            ("//10.0.0.1/", .privateAddress), ("http://example.com:22/", .port), ("http://user@example.com/", .userInfo),
            ("http://127.0.0.1%5c@example.com/", .oddCharacters), ("http://inside.example.com/", .privateAddress),
            ("///10.0.0.1/", .oddHost),
        ])
    func inside(target: String, problem: URLProblem) async throws {
        let curl = Curl(answering: ["inside.example.com": ["10.0.0.1"]])
        let request = redirecting("/redirect?to=\(target)", guarding)
        #expect(await failure(of: request, curl) == .redirectNotAllowed(problem))
        #expect(curl.metrics.connections == 1)
        // The same site may send us on to itself.
        #expect(try await curl.text(redirecting("/redirect?to=/hello", guarding)) == "hello")
    }

    @Test("Credentials stay at the origin they were meant for")
    func credentials() async throws {
        let other = "http://localhost:\(server.port)/echo"
        for (target, authorization) in [("/echo", "Bearer key" as String?), (server.origin + "/echo", "Bearer key"), (other, nil)] {
            var request = redirecting("/redirect?to=\(target)")
            request.headers = [("Authorization", "Bearer key"), ("X-API-Key", "key"), ("Cookie", "a=b"), ("Accept", "a/b")]
            let echo = try await echo(request)
            #expect(echo["authorization"] == authorization)
            #expect((echo["x-api-key"] != nil) == (authorization != nil))
            #expect((echo["cookie"] != nil) == (authorization != nil))
            #expect(echo["accept"] == "a/b")
        }
    }

    @Test(
        "What becomes of a POST goes by the status",
        arguments: [
            (301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST"),
        ])
    func posts(code: Int, method: String) async throws {
        var request = redirecting("/redirect?to=/echo&code=\(code)")
        request.method = "POST"
        request.body = Array("text".utf8)
        request.headers = [("Content-Type", "text/plain")]
        let echo = try await echo(request)
        #expect(echo.method == method)
        #expect(echo.body == (method == "POST" ? "text" : ""))
        #expect(echo["content-type"] == (method == "POST" ? "text/plain" : nil))
    }

    @Test("A body is not sent on to another origin")
    func bodies() async {
        var request = redirecting("/redirect?to=http://localhost:\(server.port)/echo&code=307")
        request.method = "POST"
        request.body = Array("text".utf8)
        #expect(await failure(of: request) == .redirectNotAllowed(.bodyElsewhere))
    }

    /// The guard with the test server as the one site on the public internet.
    private var guarding: AddressPolicy { .publicOnly.allowing(["127.0.0.1:\(server.port)"]) }

    private func redirecting(_ path: String, _ policy: AddressPolicy = .any, times: Int = 3) -> Curl.Request {
        var request = server.request(path)
        request.redirects = times
        request.addresses = policy
        return request
    }
}
