import Curl
import Foundation
import Synchronization
import Testing

@testable import App

/// `Tests/Servers/provider.py` on a port of its own; it ends with this process.
struct ProviderServer: Sendable {
    static let key = "sk-test-4f9c1e77aa52"
    static let shared = ProviderServer()

    let port: Int

    private init() {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-B", Self.script.path]
        process.standardInput = Pipe()
        process.standardOutput = output
        do {
            try process.run()
        } catch {
            Issue.record(error, "the provider does not start")
        }
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
        Self.running.withLock { $0.append(process) }
    }

    private static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Servers/provider.py")

    /// Holds the server's standard input open for as long as the tests run.
    private static let running = Mutex<[Process]>([])
}

/// A part of the server that only one test uses, so that it can look at what came.
struct Visit: Sendable {
    let provider: Provider
    private let prefix = "/\(UUID().uuidString)"

    init(_ provider: Provider) { self.provider = provider }

    var baseURL: String { "http://127.0.0.1:\(ProviderServer.shared.port)\(prefix)" + (provider == .anthropic ? "" : "/v1") }

    func credential(key: String = ProviderServer.key) -> Credential { Credential(provider, baseURL: baseURL, key: key) }

    /// A model whose name says what the provider does.
    func endpoint(_ mode: String) -> ModelEndpoint { ModelEndpoint(credential: credential(), model: mode) }

    func adapter() -> any ModelAdapter { credential().adapter(.forTests) }

    struct Call {
        let target: String
        let headers: JSON
        let body: JSON
        let connection: Int?
        let isLeft: Bool

        func header(_ name: String) -> String? { headers[name]?.string }
    }

    func calls() async throws -> [Call] {
        let response = try await Curl.forTests.send(
            .init(url: "http://127.0.0.1:\(ProviderServer.shared.port)/calls?\(prefix)", addresses: .any))
        guard case .array(let calls) = try JSON(parsing: try await response.collect(upTo: .max)) else { return [] }
        return calls.map { call in
            Call(
                target: String(call["target"]?.string?.dropFirst(prefix.count) ?? ""), headers: call["headers"] ?? .null,
                body: call["body"] ?? .null, connection: call["connection"]?.integer, isLeft: call["left"] == .bool(true))
        }
    }
}

extension Curl {
    static let forTests = Curl()
}

extension ModelRequest {
    /// Asks for what the mode of this name does.
    init(_ mode: String, silence: Duration = .seconds(10)) {
        self.init(
            messages: [.init(role: .system, content: "Rules."), .init(role: .user, content: "What does it cost?")], model: mode,
            timeouts: .init(connect: .seconds(5), total: .seconds(20), silence: silence))
    }
}
