import FoundationEssentials
import Glibc
import Testing

@testable import App

/// With real servers, each in a folder of its own.
@Suite("A private Postgres", .serialized)
struct PrivateClusterTests {
    @Test("A new folder gets one that answers, and closing stops it")
    func fresh() async throws {
        try await withCluster { folder in
            let cluster = try openCluster(folder)
            let pid = try #require(postmaster(in: folder + "/postgres/data"))
            #expect(try await ask(cluster, "select (6 * 7)::text") == "42")
            #expect(isRunning(pid))
            cluster.close()
            #expect(!isRunning(pid))
            await #expect(throws: (any Error).self) { try await ask(cluster, "select '1'") }
        }
    }

    @Test("Rows are there again after a restart, text is UTF-8, commits are on the disk")
    func keeps() async throws {
        try await withCluster { folder in
            let first = try openCluster(folder)
            _ = try await ask(first, "create table kept as select 'still here' as words")
            first.close()
            let second = try openCluster(folder)
            defer { second.close() }
            #expect(try await ask(second, "select words from kept") == "still here")
            #expect(try await ask(second, "select lower('ÄÉЖ') || current_setting('server_encoding')") == "äéжUTF8")
            #expect(try await ask(second, "select current_setting('fsync') || current_setting('synchronous_commit')") == "onon")
        }
    }

    @Test("A second process shares it, and the last one out stops it")
    func shared() async throws {
        try await withCluster { folder in
            let first = try openCluster(folder)
            let pid = try #require(postmaster(in: folder + "/postgres/data"))
            let second = try openCluster(folder)
            #expect(postmaster(in: folder + "/postgres/data") == pid && second.conninfo == first.conninfo)
            first.close()
            #expect(isRunning(pid))
            #expect(try await ask(second, "select '1'") == "1")
            second.close()
            #expect(!isRunning(pid))
        }
    }

    @Test("Of several that start at once, one makes the database and all use it")
    func together() async throws {
        try await withCluster { folder in
            let conninfos = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        let cluster = try openCluster(folder)
                        defer { cluster.close() }
                        return try await ask(cluster, "select system_identifier::text from pg_control_system()")
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(conninfos.count == 1)
            #expect(postmaster(in: folder + "/postgres/data") == nil)
        }
    }

    @Test("After kill -9 of the app, the next one takes the same server over")
    func killedOwner() async throws {
        try await withCluster { folder in
            await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
                let cluster = try openCluster(folder)
                kill(getpid(), SIGKILL)
                cluster.close()
            }
            let left = try #require(postmaster(in: folder + "/postgres/data"))
            #expect(isRunning(left))
            let cluster = try openCluster(folder)
            #expect(postmaster(in: folder + "/postgres/data") == left)
            #expect(try await ask(cluster, "select '1'") == "1")
            cluster.close()
            #expect(!isRunning(left))
        }
    }

    @Test("After kill -9 of Postgres, it is started anew, with its rows", .timeLimit(.minutes(1)))
    func killedServer() async throws {
        try await withCluster { folder in
            let first = try openCluster(folder)
            _ = try await ask(first, "create table kept as select 'kept' as word")
            let killed = try #require(postmaster(in: folder + "/postgres/data"))
            kill(killed, SIGKILL)
            while isRunning(killed) { try await Task.sleep(for: .milliseconds(1)) }
            let second = try openCluster(folder)
            let pid = try #require(postmaster(in: folder + "/postgres/data"))
            #expect(pid != killed)
            #expect(try await ask(second, "select word from kept") == "kept")
            first.close()
            #expect(isRunning(pid))
            second.close()
            #expect(!isRunning(pid))
        }
    }

    @Test("A number that another program has by now isn't taken for the server")
    func reusedNumber() async throws {
        try await withCluster { folder in
            let first = try openCluster(folder)
            let file = folder + "/postgres/data/postmaster.pid"
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let pid = try #require(postmaster(in: folder + "/postgres/data"))
            first.close()
            try text.replacing("\(pid)", with: "\(getpid())", maxReplacements: 1).write(toFile: file, atomically: false, encoding: .utf8)
            let second = try openCluster(folder)
            defer { second.close() }
            #expect(try await ask(second, "select '1'") == "1")
            #expect(postmaster(in: folder + "/postgres/data") != getpid())
        }
    }

    @Test("Files that were cut off in the making are made again")
    func halfMade() async throws {
        try await withCluster { folder in
            try openCluster(folder).close()
            rename(folder + "/postgres/data", folder + "/postgres/data.new")
            unlink(folder + "/postgres/data.new/global/pg_control")
            let cluster = try openCluster(folder)
            defer { cluster.close() }
            #expect(try await ask(cluster, "select '1'") == "1")
            #expect(mode(folder + "/postgres/data.new") == nil)
        }
    }

    @Test("Only its user comes near the files and the socket, and nothing listens on a network")
    func isPrivate() async throws {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(server) }
        #expect(listen(server, 1) == 0)
        #expect(try listeningPorts(of: getpid()).count >= 1, "what is looked for would be found")
        try await withCluster { folder in
            umask(0)
            defer { umask(0o022) }
            let cluster = try openCluster(folder)
            defer { cluster.close() }
            for path in [folder + "/postgres", folder + "/postgres/data", socketFolder(cluster)] { #expect(mode(path) == 0o700, "\(path)") }
            #expect(mode(socketFolder(cluster) + "/.s.PGSQL.5432") == 0o700)
            for path in ["/postgres.use", "/postgres.lock", "/postgres/postgres.log", "/postgres/setup.log"] { #expect(mode(folder + path) == 0o600, "\(path)") }
            let pid = try #require(postmaster(in: folder + "/postgres/data"))
            #expect(try listeningPorts(of: pid) == [])
            #expect(try await ask(cluster, "select current_setting('listen_addresses')") == "")
        }
    }

    @Test("It gets nothing of our environment and files, and Ctrl-C doesn't reach it")
    func inheritsNothing() async throws {
        setenv("FRONTDESK_TEST_SECRET", "swordfish", 1)
        setenv("PGDATA", "/nonexistent", 1)
        defer { unsetenv("FRONTDESK_TEST_SECRET"); unsetenv("PGDATA") }
        try await withCluster { folder in
            let file = open(folder + "/ours", O_CREAT | O_RDWR, 0o600)
            defer { close(file) }
            let cluster = try openCluster(folder)
            defer { cluster.close() }
            let pid = try #require(postmaster(in: folder + "/postgres/data"))
            #expect(getsid(pid) != getsid(0) && getpgid(pid) != getpgid(0))
            let environment = try String(contentsOfFile: "/proc/\(pid)/environ", encoding: .utf8)
            #expect(environment.contains("PATH=") && !environment.contains("swordfish"))
            let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").compactMap {
                try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\($0)")
            }
            #expect(!files.isEmpty && !files.contains { $0.hasPrefix(folder) && !$0.hasPrefix(folder + "/postgres/") })
        }
    }

    @Test("The folder's name may be long, and have blanks, quotes and what means something to a shell", arguments: [
        "a folder", "it's \"quoted\" $(touch x) `id` ; & % ? # , \\", "läden и магазины", String(repeating: "x", count: 200), String(repeating: "long/", count: 60),
    ])
    func unusualNames(_ name: String) async throws {
        try await withCluster { folder in
            let data = "\(folder)/\(name)"
            let cluster = try openCluster(data)
            #expect(try await ask(cluster, "select '1'") == "1")
            let pid = try #require(postmaster(in: data + "/postgres/data"))
            cluster.close()
            #expect(!isRunning(pid))
        }
    }

    @Test("A folder may be named relative to where we are, or by a link")
    func relative() async throws {
        try await withCluster { folder in
            symlink(folder, folder + "/link")
            let direct = try openCluster(folder)
            defer { direct.close() }
            let linked = try openCluster(folder + "/link/./../" + (folder.split(separator: "/").last ?? ""))
            #expect(linked.conninfo == direct.conninfo)
            linked.close()
        }
    }
}
