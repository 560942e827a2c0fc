import Testing

@testable import Curl

@Suite("A server that misbehaves") struct FailureTests {
    let server = LocalServer.http

    @Test(
        "Silence ends a transfer, wherever it falls",
        arguments: [
            ("/hang", CurlError.silent(bytesReceived: 0)), ("/hang-in-headers", .silent(bytesReceived: 0)),
            ("/hang-in-body", .silent(bytesReceived: 10)),
        ])
    func silence(path: String, error: CurlError) async throws {
        let key = "silence\(path.dropFirst())"
        var request = server.request("\(path)?key=\(key)")
        request.timeouts = .init(total: nil, silence: .seconds(3))
        #expect(await failure(of: request) == error)
        #expect(try await eventually { try await server.stats(key).ended })
    }

    @Test("The time for everything ends what drips for ever and what never answers")
    func total() async throws {
        var request = server.request("/drip")
        request.timeouts = .init(total: .seconds(3), silence: .seconds(30))
        let error = await failure(of: request)
        if case .timedOut(.body, let bytes) = error { #expect(bytes > 0) } else { Issue.record("\(String(describing: error))") }
        request.url = server.origin + "/hang"
        request.timeouts.total = .seconds(1)
        #expect(await failure(of: request) == .timedOut(.headers, bytesReceived: 0))
    }

    @Test("A handshake that is never answered ends with the time to connect")
    func connectTimeout() async throws {
        let url = "https://127.0.0.1:\(server.port)/"  // this server waits for a request that it understands
        let request = Curl.Request(url: url, timeouts: .init(connect: .milliseconds(300)), addresses: .any)
        #expect(await failure(of: request) == .timedOut(.connect, bytesReceived: 0))
    }

    @Test("The bytes before a break are read, then comes the error", arguments: ["/cut", "/cut-chunked", "/reset"])
    func cut(path: String) async throws {
        var chunks = try await Curl.shared.send(server.request(path)).body.makeAsyncIterator()
        var received: [UInt8] = []
        let error = await #expect(throws: CurlError.self) {
            while let chunk = try await chunks.next() { received += chunk }
        }
        #expect(String(decoding: received, as: UTF8.self).hasPrefix("0123456789"))
        #expect(error?.category == "cut")
        #expect(error?.isTransient == true)
    }

    @Test("A connection that ends before the answer is cut, one that is refused has not come about")
    func noAnswer() async throws {
        #expect(await failure(of: server.request("/silent-connection"))?.category == "cut")
        let refused = await failure(of: .init(url: "http://127.0.0.1:1/", addresses: .any))
        #expect(refused?.category == "connect")
        #expect(refused?.isTransient == true)
    }

    @Test(
        "What is not HTTP is no answer",
        arguments: [
            ("/not-http", "protocol_violation"), ("/gzip-transfer", "protocol_violation"), ("/bad-chunks", "cut"),
        ])
    func violation(path: String, category: String) async throws {
        #expect(await failure(of: server.request(path))?.category == category)
    }

    @Test("An absurd length is no answer", arguments: ["-5", "abc", "99999999999999999999999"])
    func lengths(value: String) async throws {
        #expect(await failure(of: server.request("/bad-length?value=\(value)")) != nil)
    }

    @Test("Bytes beyond the announced length belong to nobody")
    func excess() async throws {
        let curl = Curl()
        for _ in 0..<3 {
            #expect(try await curl.text(server.request("/short-length")) == "hello")
            #expect(try await curl.text(server.request("/status?code=404")) == "no")
        }
    }

    @Test("A body may have as many bytes as allowed and not one more")
    func limit() async throws {
        var request = server.request("/bytes?count=1600")
        request.maximumBodyBytes = 1600
        #expect(try await Curl.shared.text(request).utf8.count == 1600)
        request.maximumBodyBytes = 1599
        #expect(await failure(of: request) == .bodyTooLarge(limit: 1599))
    }

    @Test("An endless or enormous body is left at the limit", arguments: ["endless-body", "huge-length"])
    func endlessBody(path: String) async throws {
        let key = "limit-\(path)"
        var request = server.request("/\(path)?key=\(key)")
        request.maximumBodyBytes = 1_000_000
        #expect(await failure(of: request) == .bodyTooLarge(limit: 1_000_000))
        #expect(try await eventually { try await server.stats(key).ended })
    }

    @Test("Reading whole what is too large fails and closes the connection")
    func collect() async throws {
        var request = server.request("/endless-body?key=collect")
        request.maximumBodyBytes = .max
        do {
            let response = try await Curl.shared.send(request)
            await #expect(throws: CurlError.bodyTooLarge(limit: 100_000)) { try await response.collect(upTo: 100_000) }
        }
        #expect(try await eventually { try await server.stats("collect").ended })
    }

    @Test("Endless headers are left at the limit", arguments: ["endless-headers", "endless-header", "endless-interim"])
    func endlessHeaders(path: String) async throws {
        let key = "limit-\(path)"
        let error = await failure(of: server.request("/\(path)?key=\(key)"))
        #expect(error == .headersTooLarge(limit: HeadReader.maximumBytes))
        #expect(try await eventually { try await server.stats(key).ended })
    }

    @Test("A compressed body is unpacked when asked for, and counted unpacked")
    func compression() async throws {
        var request = server.request("/gzip")
        #expect(try await Curl.shared.send(request).collect(upTo: 6000).starts(with: [0x1f, 0x8b]))
        request.acceptsCompression = true
        #expect(try await Curl.shared.text(request) == String(repeating: "hello ", count: 1000))
        request.maximumBodyBytes = 5999
        #expect(await failure(of: request) == .bodyTooLarge(limit: 5999))
    }

    @Test("A gzip bomb goes off nowhere")
    func bomb() async throws {
        var request = server.request("/gzip-bomb")
        request.acceptsCompression = true
        #expect(await failure(of: request) == .bodyTooLarge(limit: 1_048_576))
    }
}

@Suite("TLS") struct TLSTests {
    let server = LocalServer.https

    @Test("A certificate of an authority we trust is taken, one of nobody is not")
    func authority() async throws {
        let request = Curl.Request(url: "https://127.0.0.1:\(server.port)/hello", addresses: .any)
        #expect(try await trusting().text(request) == "hello")
        let error = await failure(of: request)
        #expect(error?.category == "tls")
        #expect(error?.isTransient == false)
    }

    @Test("A certificate for another name is refused")
    func otherName() async throws {
        var request = Curl.Request(url: "https://localhost:\(server.port)/hello", addresses: .any)
        #expect(try await trusting().text(request) == "hello")
        request.url = "https://other.example.com:\(server.port)/hello"
        #expect(await failure(of: request, trusting())?.category == "tls")
    }

    @Test("Speaking TLS to a server without it fails")
    func noTLS() async throws {
        let port = MailServer.plain.port  // a server that speaks first
        let request = Curl.Request(url: "https://127.0.0.1:\(port)/", addresses: .any)
        #expect(await failure(of: request)?.category == "tls")
    }

    @Test("A redirect from https to http is followed only where that is allowed")
    func downgrade() async throws {
        let target = LocalServer.http.origin + "/hello"
        var request = Curl.Request(url: "https://127.0.0.1:\(server.port)/redirect?to=\(target)", addresses: .any)
        request.redirects = 1
        #expect(await failure(of: request, trusting()) == .redirectNotAllowed(.downgrade))
        request.allowsDowngrade = true
        #expect(try await trusting().text(request) == "hello")
    }

    private func trusting() -> Curl {
        var configuration = Curl.Configuration()
        configuration.certificateAuthorities = server.folder.appending(path: "certificate.pem").path
        configuration.lookup = { _ in ["127.0.0.1"] }
        return Curl(configuration)
    }
}

/// The error that the request, or the reading of its answer, ends with.
func failure(of request: Curl.Request, _ curl: Curl = .shared) async -> CurlError? {
    do {
        return await readingFailure(of: try await curl.send(request).body)
    } catch {
        return error
    }
}

func readingFailure(of body: Curl.Body) async -> CurlError? {
    do {
        for try await _ in body {}
        return nil
    } catch {
        return error
    }
}
