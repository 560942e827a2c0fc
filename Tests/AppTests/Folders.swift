import FoundationEssentials
import Glibc
import Testing

/// A folder for one test, which other users may enter.
func withFolder(_ body: (String) async throws -> Void) async throws {
    var template = Array("/tmp/frontdesk-test-XXXXXX".utf8CString)
    _ = try #require(mkdtemp(&template))
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(folder, 0o755)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
}
