import FoundationEssentials
import Glibc
import Testing

@testable import App

@Suite("A private Postgres that can't be had", .serialized)
struct PrivateClusterRefusalTests {
    private func refusal(_ folder: String) -> String {
        do {
            try openCluster(folder).close()
            return ""
        } catch {
            return (error as? Refusal)?.words ?? "another error: \(error)"
        }
    }

    @Test("A data folder that can't be made is named, with the cure", arguments: ["/etc/passwd/data", "/proc/data"])
    func cannotBeMade(_ folder: String) {
        #expect(refusal(folder).contains(folder) && refusal(folder).contains("DATA_DIR"))
    }

    @Test("Files of a version that isn't installed are left alone")
    func otherVersion() async throws {
        try await withCluster { folder in
            try openCluster(folder).close()
            try "9\n".write(toFile: folder + "/postgres/data/PG_VERSION", atomically: false, encoding: .utf8)
            #expect(refusal(folder).contains("made by Postgres 9") && refusal(folder).contains("postgresql-9"))
            #expect(mode(folder + "/postgres/data/base") != nil)
        }
    }

    @Test("A server that can't start says what Postgres said, and the files are left alone")
    func damaged() async throws {
        try await withCluster { folder in
            try openCluster(folder).close()
            unlink(folder + "/postgres/data/global/pg_control")
            let words = refusal(folder)
            #expect(words.contains("didn't start") && words.contains("pg_control"))
            #expect(mode(folder + "/postgres/data/base") != nil)
        }
    }

    @Test("A folder for the socket that someone else made first isn't used", .enabled(if: getuid() == 0, "only root makes folders of others"), arguments: [
        "folder", "link", "file",
    ])
    func foreignSocketFolder(_ kind: String) async throws {
        try await withCluster { folder in
            let cluster = try openCluster(folder)
            let sockets = socketFolder(cluster)
            cluster.close()
            #expect(sockets.hasPrefix("/run/frontdesk-") && mode(sockets) == nil, "nothing is left of it")
            switch kind {
            case "folder":
                mkdir(sockets, 0o700)
                chown(sockets, 65_534, 65_534)
            case "link": symlink(folder, sockets)
            default: try "".write(toFile: sockets, atomically: false, encoding: .utf8)
            }
            #expect(refusal(folder) == "\(sockets) belongs to someone else, so it isn't used.")
            try FileManager.default.removeItem(atPath: sockets)
            #expect(refusal(folder) == "")
        }
    }

    @Test("A data folder that the server's user can't enter leads to one that it can", .enabled(if: getuid() == 0, "only root has another user"))
    func closedFolder() async throws {
        try await withCluster { folder in
            chmod(folder, 0o700)
            let data = folder + "/data"
            let cluster = try openCluster(data)
            let home = try String(contentsOfFile: data + "/postgres.path", encoding: .utf8)
            defer { try? FileManager.default.removeItem(atPath: home) }
            #expect(home.hasPrefix("/var/lib/frontdesk/") && mode(home) == 0o700)
            _ = try await ask(cluster, "create table kept as select 'kept' as word")
            cluster.close()
            let again = try openCluster(data)
            #expect(try await ask(again, "select word from kept") == "kept")
            again.close()
            chmod(folder, 0o755)
            let later = try openCluster(data)
            #expect(try await ask(later, "select word from kept") == "kept")
            later.close()
        }
    }
}
