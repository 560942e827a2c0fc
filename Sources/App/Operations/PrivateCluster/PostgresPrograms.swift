import FoundationEssentials

/// The server's programs, found where Debian and Ubuntu put them or in PATH.
struct PostgresPrograms {
    let initdb: String
    let pgCtl: String

    /// Of the version that made the files, or else the newest.
    init(for version: Int?) throws {
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap { Int($0) }.sorted(by: >)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let wanted = versions.filter { version == nil || $0 == version }.map { "\(root)/\($0)/bin" }
        let folders = wanted + (version == nil || versions.isEmpty ? path.split(separator: ":").map(String.init) : [])
        guard let folder = folders.first(where: { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }) else {
            throw Refusal(words: Self.missing(version, has: versions))
        }
        initdb = folder + "/initdb"
        pgCtl = folder + "/pg_ctl"
    }

    private static func missing(_ version: Int?, has versions: [Int]) -> String {
        guard let version, !versions.isEmpty else {
            return "There is no Postgres on this machine. bin/setup installs it, or set DATABASE_URL to one elsewhere."
        }
        let installed = versions.map(String.init).joined(separator: ", ")
        return "The data in DATA_DIR was made by Postgres \(version), and only \(installed) is installed. Install postgresql-\(version)."
    }
}
