import HTTPTypes
import Hummingbird
import Testing

@testable import App

@Suite("The rules for every request")
struct RequestRulesTests {
    private func status(_ request: Request, scheme: String = "https") -> Int? {
        do {
            try RequestRules.check(request, scheme: scheme)
            return nil
        } catch {
            return error.status.code
        }
    }

    @Test(
        "Ordinary addresses pass",
        arguments: [
            "/", "/ask", "/ask/0b5e/events", "/static/app.1.css", "/?a=b&c=d", "/%C3%A4%20b", "/a+b", "/a..b", "/.well-known/x", "/ä", "//",
            "/?next=%0d%0aSet-Cookie:%20x=1", "/?q=a%5Cb",
        ])
    func fine(_ target: String) {
        #expect(status(Request(.get, target)) == nil)
    }

    @Test(
        "Addresses that don't decode, or decode to something else than a path, are refused",
        arguments: [
            "", "*", "http://evil.example/", "evil.example:443", "ask", "?a", "/%00", "/a%00.html", "/%ff%fe", "/%zz", "/%", "/a%2",
            "/%0d%0aX:y", "/%1b",
            "/%7f", "/a\\b", "/a%5Cb", "/static/..%2f..%2fetc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd", "/%c0%af", "/%e0%80%af",
            "/%ed%a0%bd%ed%b8%80", "/?q=%C0%AF", "/?q=%zz", "/?q=%ff", "/?a=1&a=2", "/?a&b&a", "/?a=1&%61=2",
            "/?_method=put&_method=delete",
        ])
    func refused(_ target: String) {
        #expect(status(Request(.get, target)) == 400)
    }

    @Test("An address has 8 KiB at most")
    func length() {
        let longest = "/" + String(repeating: "a", count: RequestRules.maximumTargetBytes - 1)
        #expect(status(Request(.get, longest)) == nil)
        #expect(status(Request(.get, longest + "a")) == 414)
        #expect(status(Request(.get, "/?" + String(repeating: "a=1&", count: 20_000))) == 414)
    }

    @Test(
        "Only a browser on our own pages changes anything",
        arguments: [
            (["Sec-Fetch-Site": "same-origin"], nil), (["Sec-Fetch-Site": "none"], nil), ([:], nil),
            (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "same-site"], 403), (["Sec-Fetch-Site": "CROSS-SITE"], 403),
            (["Sec-Fetch-Site": ""], 403), (["Sec-Fetch-Site": "same-origin, cross-site"], 403),
            (["Origin": "https://desk.example"], nil), (["Origin": "https://DESK.example:443"], nil),
            // Another scheme, port or host, or none, is another origin.
            (["Origin": "http://desk.example"], 403), (["Origin": "https://desk.example:8443"], 403),
            (["Origin": "https://www.desk.example"], 403),
            (["Origin": "https://evil.example/://desk.example"], 403), (["Origin": "x://desk.example"], 403),
            (["Origin": "://desk.example"], 403),
            (["Origin": "https://x@desk.example"], 403), (["Origin": "https://evildesk.example"], 403),
            (["Origin": "https://desk.example/"], 403),
            (["Origin": ""], 403), (["Origin": "desk.example"], 403), (["Origin": "file://"], 403),
            (["Origin": "https://evil.example"], 403), (["Origin": "null"], 403), (["Origin": "https://desk.example.evil.example"], 403),
            (["Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"], nil),
        ] as [([String: String], Int?)])
    func crossSite(_ headers: [String: String], _ expected: Int?) throws {
        var fields = HTTPFields()
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        for method in [HTTPRequest.Method.post, .put, .patch, .delete] { #expect(status(Request(method, "/ask", fields)) == expected) }
        for method in [HTTPRequest.Method.get, .head] { #expect(status(Request(method, "/ask", fields)) == nil) }
    }

    @Test(
        "A host that can't be one is refused",
        arguments: [
            "", " ", "a b", "a\tb", "desk.example:0", "desk.example:65536", "desk.example:99999999999999999999", "desk.example:",
            "desk.example:80:80", "desk.example:+1",
            "desk.example:a", ":80", "a/b", "a@b", "a,b", "[::1", "::1", "[1.2.3.4]", "[x]", "[]", "[::1]80", "a..b", ".a", "<b>", "a\\b",
            "ä", String(repeating: "a", count: 256),
        ])
    func host(_ host: String) {
        for method in [HTTPRequest.Method.get, .post, .options] { #expect(status(Request(method, "/", host: host)) == 400) }
    }

    @Test(
        "A host that can be one is fine, and so is none, from a client of before 1997",
        arguments: [
            "desk.example", "DESK.example.", "localhost", "127.0.0.1:8080", "[::1]:8080", "[2001:db8::7]", "xn--bcher-kva.example:65535",
            "my_desk", nil,
        ])
    func fineHost(_ host: String?) { #expect(status(Request(.get, "/", host: host)) == nil) }

    @Test("Where browsers reach us without TLS, an origin with it is another")
    func plainOrigin() {
        #expect(status(Request(.post, "/ask", [.origin: "http://desk.example"]), scheme: "http") == nil)
        #expect(status(Request(.post, "/ask", [.origin: "https://desk.example"]), scheme: "http") == 403)
    }

    @Test("Compressed bodies are refused")
    func compressed() {
        #expect(status(Request(.post, "/ask", [.contentEncoding: "gzip"])) == 415)
    }

    @Test("A key that is sent twice is refused")
    func twoKeys() {
        var fields: HTTPFields = [.authorization: "Bearer a"]
        #expect(status(Request(.post, "/api/v1/ask", fields)) == nil)
        fields.append(HTTPField(name: .authorization, value: "Bearer b"))
        #expect(status(Request(.post, "/api/v1/ask", fields)) == 400)
    }

    @Test("A body that is announced too large is refused before it comes")
    func announced() {
        for type in ["application/json", "application/x-www-form-urlencoded", "text/plain"] {
            #expect(status(Request(.post, "/ask", [.contentType: type, .contentLength: "\(RequestBodyLimit.fields)"])) == nil)
            #expect(status(Request(.post, "/ask", [.contentType: type, .contentLength: "\(RequestBodyLimit.fields + 1)"])) == 413)
        }
        #expect(status(Request(.post, "/ask", [.contentLength: "18446744073709551616"])) == 413)
    }
}
