import FoundationEssentials
import Glibc
import Testing

@testable import App

/// A data folder for one test.
func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = try Folder.makePrivate(prefix: "/tmp/cluster-test-")
    chmod(folder, 0o755)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
}

/// A data folder with a cluster that isn't running, copied because it takes seconds to make one.
func withMadeCluster(_ body: (String) async throws -> Void) async throws {
    let template = try #require(ClusterTemplate.folder)
    try await withFolder { folder in
        _ = try await Program(["cp", "-a", template + "/postgres", folder]).run()
        try await body(folder)
    }
}

/// Makes one cluster for a suite.
struct ClusterTemplate: SuiteTrait, TestScoping {
    @TaskLocal static var folder: String?

    func provideScope(for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void) async throws {
        try await withFolder { folder in
            try await open(folder).close()
            try await Self.$folder.withValue(folder) { try await function() }
        }
    }
}

extension Trait where Self == ClusterTemplate {
    static var clusterTemplate: Self { Self() }
}

func open(_ folder: String) async throws -> PrivateCluster {
    try await PrivateCluster.open(dataDirectory: folder) { _ in }
}

/// What `psql` prints for a query with one value.
func psql(_ cluster: PrivateCluster, _ sql: String) throws -> String {
    let programs = try PostgresPrograms(for: nil, at: "")
    let pipe = try #require(popen("\(programs.directory)/psql -XAtw -v ON_ERROR_STOP=1 -c \"\(sql)\" '\(cluster.url)' 2>/dev/null", "r"))
    var bytes: [UInt8] = []
    while case let byte = fgetc(pipe), byte >= 0 { bytes.append(UInt8(truncatingIfNeeded: byte)) }
    guard pclose(pipe) == 0 else { throw QueryFailed() }
    let text = String(decoding: bytes, as: UTF8.self)
    return String(text.prefix { $0 != "\n" })
}

struct QueryFailed: Error {}

func psqlFails(_ cluster: PrivateCluster) -> Bool { (try? psql(cluster, "select 1")) == nil }

func socketDirectory(_ cluster: PrivateCluster) -> String {
    String(cluster.url.split(separator: "host=").last ?? "")
}

/// A process that has ended counts as gone, even if nobody has asked how.
func isRunning(_ pid: pid_t) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
    return !status.contains(") Z")
}

func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
}
