import Synchronization
import Testing

@testable import Curl

@Suite("A streamed body") struct StreamingTests {
    let server = LocalServer.http

    @Test("Events come in the order they were sent, the first before the last is written")
    func order() async throws {
        let response = try await Curl.shared.send(server.request("/stream?text=token&count=50&pause=0.01"))
        #expect(try await response.eventTexts() == (0..<50).map { "token \($0)" })
    }

    @Test("Two hundred streams run at a time")
    func many() async throws {
        let server = LocalServer("http_server.py")
        let curl = Curl()
        try await withThrowingTaskGroup { group in
            for stream in 0..<200 {
                group.addTask {
                    // The server says nothing before all of them are there.
                    let path = "/stream?text=s\(stream)&count=5&pause=0.05&together=200"
                    let texts = try await curl.send(server.request(path)).eventTexts()
                    #expect(texts == (0..<5).map { "s\(stream) \($0)" })
                }
            }
            try await group.waitForAll()
        }
        #expect(try await server.stats().peak_streams == 200)
        #expect(try await eventually { curl.metrics.active == 0 && curl.metrics.completed == 200 })
    }

    @Test("A reader that lags holds the server up, is not taken for silence, and then gets everything")
    func backPressure() async throws {
        let server = LocalServer("http_server.py")
        var request = server.request("/push?key=lag&pieces=1600")
        request.maximumBodyBytes = .max
        request.timeouts.silence = .seconds(3)
        let response = try await Curl.shared.send(request)
        var chunks = response.body.makeAsyncIterator()
        var received = try #require(try await chunks.next()).count
        var sent = 0
        // Until the server gets rid of nothing more; the total it has is 100 MiB.
        #expect(
            try await eventually {
                let before = sent
                try await Task.sleep(for: .milliseconds(3500))
                sent = try await server.stats("lag").sent
                return sent == before
            })
        #expect(sent < 50 << 20)
        while let chunk = try await chunks.next() {
            #expect(chunk.count <= 2 * Transfer.highWaterBytes)
            received += chunk.count
        }
        #expect(received == 100 << 20)
    }

    @Test("A reader that has just come back has the whole time of silence before it")
    func returning() async throws {
        let loop = TransferLoop(Curl.Configuration(), thread: "test")
        let url = try ParsedURL("http://127.0.0.1/")
        let timeouts = Curl.Timeouts(total: nil, silence: .seconds(3))
        let transfer = Transfer(.http(.init(url: url.text), url), [], timeouts, Deadline(nil), loop)
        let start = transfer.started
        [UInt8](repeating: 0, count: Transfer.highWaterBytes).withUnsafeBytes { bytes in
            #expect(transfer.receive(bytes, at: start) == bytes.count)
            #expect(transfer.receive(bytes, at: start) > bytes.count, "more than there is means: later")
        }
        #expect(transfer.overdue(at: start + .seconds(2)) == nil)
        #expect(try await transfer.next()?.count == Transfer.highWaterBytes)
        #expect(transfer.overdue(at: start + .seconds(4)) == nil)
        #expect(transfer.overdue(at: start + .seconds(6)) == .silent(bytesReceived: Transfer.highWaterBytes))
        loop.stop()
    }

    @Test("Readers that lag now and then are resumed every time and lose nothing")
    func resuming() async throws {
        let curl = Curl()
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 {
                group.addTask {
                    var request = server.request("/push?pieces=48")
                    request.maximumBodyBytes = 48 << 16
                    var received: [UInt8] = []
                    for try await chunk in try await curl.send(request).body {
                        received += chunk
                        if Bool.random() { try await Task.sleep(for: .microseconds(Int.random(in: 0...5000))) }
                    }
                    #expect(received.count == 48 << 16)
                    #expect(received.starts(with: "0123456789abcdef".utf8) && received.suffix(3) == Array("def".utf8)[...])
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("Leaving the loop closes the connection")
    func leaving() async throws {
        var request = server.request("/endless-body?key=leaving")
        request.maximumBodyBytes = .max
        for try await chunk in try await Curl.shared.send(request).body {
            #expect(!chunk.isEmpty)
            #expect(try await !server.stats("leaving").ended)
            break
        }
        #expect(try await eventually { try await server.stats("leaving").ended })
    }

    @Test("An answer that nobody reads is closed")
    func dropping() async throws {
        do { _ = try await Curl.shared.send(server.request("/hang-in-body?key=dropping")) }
        #expect(try await eventually { try await server.stats("dropping").ended })
    }

    @Test(
        "Cancelling the task closes the connection, wherever the server is",
        arguments: [
            "hang", "hang-in-headers", "hang-in-body", "endless-body",
        ])
    func cancellation(path: String) async throws {
        let key = "cancel-\(path)"
        var request = server.request("/\(path)?key=\(key)")
        request.maximumBodyBytes = .max
        let sent = request
        let task = Task { for try await _ in try await Curl.shared.send(sent).body {} }
        #expect(try await eventually { try await server.stats(key).requests == 1 })
        #expect(try await !server.stats(key).ended)
        task.cancel()
        await #expect(throws: CurlError.cancelled) { try await task.value }
        #expect(try await eventually { try await server.stats(key).ended })
    }

    @Test("A task that is cancelled before it sends, sends nothing")
    func cancelledBefore() async throws {
        let request = server.request("/hello?key=before")
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            _ = try await Curl.shared.send(request)
        }
        task.cancel()
        await #expect(throws: CurlError.cancelled) { try await task.value }
        #expect(try await server.stats("before").requests == 0)
    }

    @Test("Cancelling many at any time hurts nobody else")
    func cancellationRaces() async throws {
        let curl = Curl()
        let tasks = (0..<300).map { number in
            Task {
                let path = number % 3 == 0 ? "/hello" : "/stream?text=x&count=20&pause=0.001"
                return try await curl.text(server.request(path))
            }
        }
        for (number, task) in tasks.enumerated() where number % 3 != 0 {
            for _ in 0..<(number % 50) { await Task.yield() }
            task.cancel()
        }
        for (number, task) in tasks.enumerated() {
            let result = await task.result
            if number % 3 == 0 { #expect(try result.get() == "hello") }
        }
        #expect(try await eventually { curl.metrics.active == 0 && curl.metrics.queued == 0 })
        #expect(curl.metrics.completed + curl.metrics.failed <= 300)
    }

    @Test("Two readers at a time fail, for neither could have everything")
    func twoReaders() async throws {
        let body = try await Curl.shared.send(server.request("/hang-in-body?key=two")).body
        let errors = await withTaskGroup { group in
            for _ in 0..<2 { group.addTask { await readingFailure(of: body) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(errors == [.cancelled, .cancelled])
    }

    @Test("Events that nobody wants any more close the connection, be it that reading them fails", arguments: [false, true])
    func enoughEvents(fails: Bool) async throws {
        let curl = Curl()
        let response = try await curl.send(server.request("/stream?text=x&count=10000&pause=0.01"))
        let count = Atomic(0)
        let reading = Task {
            try await response.body.readEvents { _ in
                guard count.wrappingAdd(1, ordering: .relaxed).newValue == 3 else { return .goesOn }
                if fails { throw CurlError.overloaded }
                return .isEnough
            }
        }
        if fails { await #expect(throws: CurlError.overloaded) { try await reading.value } } else { #expect(try await reading.value) }
        let read = count.load(ordering: .relaxed)
        #expect(read == 3)
        #expect(try await eventually { curl.metrics.active == 0 && curl.metrics.failed == 1 })
    }

    @Test("A task that is cancelled while it is handed events gets none afterwards")
    func cancelledEvents() async throws {
        let curl = Curl()
        for _ in 0..<20 {
            let response = try await curl.send(server.request("/stream?text=x&count=1000000&pause=0.001"))
            let count = Atomic(0)
            let isOver = Atomic(false)
            let reading = Task {
                defer { isOver.store(true, ordering: .sequentiallyConsistent) }
                return try await response.body.readEvents { _ in
                    let isLate = isOver.load(ordering: .sequentiallyConsistent)
                    #expect(!isLate)
                    count.add(1, ordering: .relaxed)
                    return .goesOn
                }
            }
            #expect(try await eventually { count.load(ordering: .relaxed) > 2 })
            reading.cancel()
            await #expect(throws: CurlError.cancelled) { try await reading.value }
        }
        #expect(try await eventually { curl.metrics.active == 0 })
    }

    @Test("A shutdown ends what is under way and refuses what comes later")
    func shutdown() async throws {
        let curl = Curl()
        let tasks = (0..<20).map { number in
            Task {
                let path = number % 2 == 0 ? "/hang?key=down\(number)" : "/hang-in-body?key=down\(number)"
                return try await curl.text(server.request(path))
            }
        }
        #expect(try await eventually { curl.metrics.active == 20 })
        await curl.shutdown()
        for task in tasks { await #expect(throws: CurlError.shutdown) { try await task.value } }
        await #expect(throws: CurlError.shutdown) { try await curl.send(server.request("/hello")) }
        await curl.shutdown()
    }

    @Test("One transfer more than is allowed is refused at once")
    func overload() async throws {
        var configuration = Curl.Configuration()
        configuration.maximumTransfers = 2
        let curl = Curl(configuration)
        let held = try await [
            curl.send(server.request("/hang-in-body?key=o1")), curl.send(server.request("/hang-in-body?key=o2")),
        ]
        await #expect(throws: CurlError.overloaded) { try await curl.send(server.request("/hello")) }
        _ = held.map(\.status)
        await curl.shutdown()
    }
}

extension Curl.Response {
    /// The texts of all events.
    fileprivate func eventTexts() async throws -> [String] {
        let texts = Mutex<[String]>([])
        let isEnough = try await body.readEvents { event in
            texts.withLock { $0.append(event.text) }
            return .goesOn
        }
        #expect(!isEnough)
        return texts.withLock { $0 }
    }
}
