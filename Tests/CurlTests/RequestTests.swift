import Foundation
import Testing

@testable import Curl

@Suite("A request") struct RequestTests {
    let server = LocalServer.http

    @Test("GET answers status, headers in lower case and the body")
    func get() async throws {
        let response = try await Curl.shared.send(server.request("/hello"))
        #expect(response.status == 200)
        #expect(response.header("X-Note") == "one")
        #expect(response.headers.contains { $0 == ("set-cookie", "a=b") })
        #expect(response.url == server.origin + "/hello")
        #expect(try await response.collect(upTo: 5) == Array("hello".utf8))
    }

    @Test("What is sent arrives as it was given", arguments: ["POST", "PUT", "PATCH", "DELETE", "GET"])
    func methods(method: String) async throws {
        var request = server.request("/echo?a=%C3%A9&b=c+d")
        request.method = method
        request.headers = [("Authorization", "Bearer key"), ("Content-Type", "application/json"), ("X-Empty", "")]
        request.body = Array("{\"text\":\"grün\"}".utf8)
        let echo = try await echo(request)
        #expect(echo.method == method)
        #expect(echo.target == "/echo?a=%C3%A9&b=c+d")
        #expect(echo["authorization"] == "Bearer key")
        #expect(echo["content-type"] == "application/json")
        #expect(echo["x-empty"] == "")
        #expect(echo["expect"] == nil)
        #expect(echo.body.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } == request.body)
    }

    @Test("A large body is sent whole")
    func largeBody() async throws {
        var request = server.request("/echo")
        request.method = "POST"
        request.body = [UInt8](repeating: 120, count: 3_000_000)
        request.maximumBodyBytes = 4_000_000
        #expect(try await echo(request).body.utf8.count == 3_000_000)
    }

    @Test("A POST without a body has the length 0 and no type of its own")
    func emptyPost() async throws {
        var request = server.request("/echo")
        request.method = "POST"
        let echo = try await echo(request)
        #expect(echo["content-length"] == "0")
        #expect(echo["content-type"] == nil)
    }

    @Test("HEAD answers headers and no body")
    func head() async throws {
        var request = server.request("/hello")
        request.method = "HEAD"
        let response = try await Curl(Curl.Configuration()).send(request)
        #expect(response.status == 200)
        #expect(response.header("content-length") == "5")
    }

    @Test("Every status is an answer", arguments: [201, 400, 404, 429, 500, 503])
    func statuses(code: Int) async throws {
        let response = try await Curl.shared.send(server.request("/status?code=\(code)"))
        #expect(response.status == code)
        #expect(try await response.collect(upTo: 100) == Array("no".utf8))
    }

    @Test("An interim answer is passed over")
    func interim() async throws {
        let response = try await Curl.shared.send(server.request("/interim"))
        #expect(response.status == 200)
        #expect(response.header("link") == nil)
        #expect(try await response.collect(upTo: 100) == Array("hello".utf8))
    }

    @Test("A body that ends with the connection, and one that is empty, end well")
    func ends() async throws {
        #expect(try await Curl.shared.text(server.request("/until-close")) == "hello")
        #expect(try await Curl.shared.text(server.request("/empty")) == "")
    }

    @Test("Requests one after the other share a connection")
    func reuse() async throws {
        let curl = Curl()
        for _ in 0..<10 { #expect(try await curl.text(server.request("/hello")) == "hello") }
        #expect(curl.metrics.connections == 1)
        #expect(try await eventually { curl.metrics.completed == 10 && curl.metrics.active == 0 })
        #expect(curl.metrics.bytesReceived == 50)
    }

    @Test(
        "A header that could become two, or say where the request ends, is refused",
        arguments: [
            ("X-A", "b\r\nX-C: d"), ("X-A", "b\n"), ("X-A", "b\0c"), ("X A", "b"), ("X-A:", "b"), ("", "b"), ("X\r\nY", "b"),
            ("Content-Length", "3"), ("transfer-encoding", "chunked"), ("Host", "other.example"), ("Connection", "close"),
            ("Upgrade", "h2c"), ("TE", "gzip"),
        ])
    func badHeaders(name: String, value: String) async throws {
        var request = server.request("/hello?key=bad-header")
        request.headers = [(name, value)]
        await #expect(throws: CurlError.invalidHeader(name: name)) { try await Curl.shared.send(request) }
        #expect(try await server.stats("bad-header").requests == 0)
    }

    @Test("A method is made of capital letters", arguments: ["", "get", "GET /x", "GET\r\nX: y", "G\0T"])
    func badMethods(method: String) async throws {
        var request = server.request("/hello")
        request.method = method
        await #expect(throws: CurlError.invalidMethod) { try await Curl.shared.send(request) }
    }

    @Test("Neither errors nor descriptions nor events tell a secret")
    func secrets() async throws {
        let events = Lock<[Curl.Event]>([])
        var configuration = Curl.Configuration()
        configuration.log = { event in events.withLock { $0.append(event) } }
        let curl = Curl(configuration)
        for path in ["/cut", "/not-http", "/endless-headers", "/hello"] {
            var request = server.request("\(path)?key=SECRET")
            request.headers = [("Authorization", "Bearer SECRET")]
            request.body = Array("SECRET".utf8)
            request.method = "POST"
            #expect(!"\(request) \(String(reflecting: request))".contains("SECRET"))
            do { _ = try await curl.text(request) } catch { #expect(!String(reflecting: error).contains("SECRET")) }
        }
        await curl.shutdown()
        #expect(events.withLock { $0.count } == 4)
        #expect(!events.withLock { String(reflecting: $0) }.contains("SECRET"))
        #expect(events.withLock { $0.map(\.error?.category) } == ["cut", "protocol_violation", "headers_too_large", nil])
    }
}

/// What `/echo` says of a request.
struct Echo: Decodable {
    let method: String
    let target: String
    let headers: [[String]]
    /// Read as Latin-1: one scalar a byte.
    let body: String

    subscript(name: String) -> String? { headers.first { $0[0].lowercased() == name }?[1] }
}

func echo(_ request: Curl.Request) async throws -> Echo {
    try JSONDecoder().decode(Echo.self, from: Data(try await Curl.shared.send(request).collect(upTo: .max)))
}
