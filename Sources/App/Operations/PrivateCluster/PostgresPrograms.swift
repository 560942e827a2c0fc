import FoundationEssentials
import Glibc

/// Where Postgres's own programs are.
struct PostgresPrograms {
    private static let packages = "/usr/lib/postgresql"

    /// The folder with `initdb`, `pg_ctl` and `postgres`.
    let directory: String

    /// Those for a cluster made by `version`, such as “15”, or else the first in PATH, or the newest installed.
    init(for version: String?, at path: String) throws(ClusterError) {
        let candidates = [version].compactMap { $0.map(Self.packaged) } + Self.inPath() + Self.installed()
        let present = candidates.filter { access($0 + "/pg_ctl", X_OK) == 0 && access($0 + "/initdb", X_OK) == 0 }
        guard let first = present.first else { throw .noPrograms }
        if let version, let installed = Self.version(first), installed != version {
            throw .wrongVersion(path: path, made: version, installed: installed)
        }
        directory = first
    }

    private static func packaged(_ version: String) -> String { "\(packages)/\(version)/bin" }

    /// A link to the program counts where it leads to.
    private static func inPath() -> [String] {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").compactMap { folder in
            Folder.realPath("\(folder)/pg_ctl").map { String($0.prefix(upTo: $0.lastIndex(of: "/") ?? $0.startIndex)) }
        }
    }

    private static func installed() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: packages)) ?? []
        return names.compactMap { Int($0) }.sorted(by: >).map { packaged("\($0)") }
    }

    /// As the folder's name has it; nil for a layout that we don't know, where Postgres itself will say so.
    private static func version(_ directory: String) -> String? {
        guard directory.hasPrefix(packages + "/") else { return nil }
        return directory.dropFirst(packages.count + 1).split(separator: "/").first.map(String.init)
    }
}
