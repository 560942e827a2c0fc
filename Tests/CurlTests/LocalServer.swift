import Foundation
import Testing

@testable import Curl

/// A server script of `Tests/Servers` on a free port of its own; it ends, and removes its folder, with this process.
struct LocalServer: Sendable {
    let port: Int
    /// What the server leaves for the tests: its certificate, the mail that came.
    let folder: URL

    static let http = LocalServer("http_server.py")
    static let https = LocalServer("http_server.py", ["tls"])

    var origin: String { "http://127.0.0.1:\(port)" }

    init(_ script: String, _ options: [String] = []) {
        folder = FileManager.default.temporaryDirectory.appending(path: "curl-tests-\(UUID().uuidString)")
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-B", Self.scripts.appending(path: script).path, folder.path] + options
        process.standardInput = Pipe()
        process.standardOutput = output
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try process.run()
        } catch {
            Issue.record(error, "\(script) does not start")
        }
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
        Self.running.withLock { $0.append(process) }
    }

    /// Unguarded, for the tests are about other things.
    func request(_ path: String) -> Curl.Request { .init(url: origin + path, addresses: .any) }

    /// What the server saw of the requests with this key.
    func stats(_ key: String = "") async throws -> Stats {
        let response = try await Curl.shared.send(request("/stats?key=\(key)"))
        return try JSONDecoder().decode(Stats.self, from: Data(try await response.collect(upTo: 65_536)))
    }

    struct Stats: Decodable {
        let ended: Bool
        let sent: Int
        let requests: Int
        let connections: Int
        let peak_streams: Int
    }

    private static let scripts = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Servers")

    /// Holds the servers' standard input open for as long as the tests run.
    private static let running = Lock<[Process]>([])
}

final class Lock<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) { self.value = value }

    func withLock<R>(_ body: (inout Value) throws -> R) rethrows -> R {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}

extension Curl {
    static let shared = Curl()

    /// Sends and reads the whole answer.
    func text(_ request: Request) async throws -> String {
        String(decoding: try await send(request).collect(upTo: .max), as: UTF8.self)
    }
}

/// Asks until it is so; gives up after twenty seconds.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<400 {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(50))
    }
    return false
}
