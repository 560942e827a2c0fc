import FoundationEssentials
import Glibc
import Postgres
import Testing

@testable import App

func openCluster(_ folder: String) throws -> PrivateCluster { try PrivateCluster.open(dataDirectory: folder) { _ in } }

/// A folder for a cluster, and what was opened in it closed at the end, also of a test that failed.
func withCluster(_ body: (_ folder: String) async throws -> Void) async throws {
    try await withFolder { folder in
        do {
            try await body(folder)
        } catch {
            stopWhatIsLeft(in: folder)
            throw error
        }
        stopWhatIsLeft(in: folder)
    }
}

private func stopWhatIsLeft(in folder: String) {
    if let pid = postmaster(in: folder + "/postgres/data"), isRunning(pid) { kill(pid, SIGQUIT) }
}

/// The first row's first value, a text; an empty one where there is no row.
func ask(_ cluster: PrivateCluster, _ sql: SQL) async throws -> String {
    var configuration = Postgres.Configuration(cluster.conninfo)
    configuration.maximumConnections = 1
    let postgres = Postgres(configuration)
    do {
        let value = try await postgres.query(sql).first?.get(0, as: String.self) ?? ""
        await postgres.close()
        return value
    } catch {
        await postgres.close()
        throw error
    }
}

/// The server's process, as it notes it in its files.
func postmaster(in data: String) -> pid_t? {
    (try? String(contentsOfFile: data + "/postmaster.pid", encoding: .utf8))?.split(separator: "\n").first.flatMap { pid_t($0) }
}

/// A process that has ended counts as gone, even if nobody has asked how.
func isRunning(_ pid: pid_t) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
    return !status.contains(") Z")
}

func mode(_ path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
}

func socketFolder(_ cluster: PrivateCluster) -> String {
    cluster.conninfo.split(separator: " ").first { $0.hasPrefix("host=") }.map { String($0.dropFirst(5)) } ?? ""
}

/// The TCP ports that a process listens on.
func listeningPorts(of pid: pid_t) throws -> [String] {
    let own = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").compactMap { link in
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\(link)")
    }
    return try ["tcp", "tcp6"].flatMap { file in
        try String(contentsOfFile: "/proc/\(pid)/net/\(file)", encoding: .utf8).split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            return fields.count > 9 && fields[3] == "0A" && own.contains("socket:[\(fields[9])]") ? String(fields[1]) : nil
        }
    }
}
