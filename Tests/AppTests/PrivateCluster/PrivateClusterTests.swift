import FoundationEssentials
import Glibc
import NIOPosix
import Testing

@testable import App

/// With real clusters, each in a folder of its own.
@Suite(.serialized, .clusterTemplate) struct PrivateClusterTests {
    @Test("A new folder gets a database that answers, and closing stops its server") func freshStart() async throws {
        try await withFolder { folder in
            let cluster = try await open(folder)
            #expect(try psql(cluster, "select 6 * 7") == "42")
            #expect(isRunning(cluster.pid))
            await cluster.close()
            #expect(!isRunning(cluster.pid))
            #expect(psqlFails(cluster))
            await cluster.close()
        }
    }

    @Test("Rows are there again after a restart, which makes no new database") func keepsRows() async throws {
        try await withMadeCluster { folder in
            let first = try await open(folder)
            _ = try psql(first, "create table kept as select 'still here' as words")
            await first.close()
            let second = try await open(folder)
            #expect(try psql(second, "select words from kept") == "still here")
            await second.close()
        }
    }

    @Test("Text is UTF-8, and letters beyond ASCII have a lower case") func knowsLetters() async throws {
        try await withMadeCluster { folder in
            let cluster = try await open(folder)
            #expect(try psql(cluster, "select lower('ÄÉЖ') || current_setting('server_encoding')") == "äéжUTF8")
            await cluster.close()
        }
    }

    @Test("Changes are written to the disk before a commit is confirmed") func isDurable() async throws {
        try await withMadeCluster { folder in
            let cluster = try await open(folder)
            #expect(try psql(cluster, "select current_setting('fsync') || current_setting('synchronous_commit')") == "onon")
            await cluster.close()
        }
    }

    @Test("A second process shares the server, and the last one out stops it") func isShared() async throws {
        try await withMadeCluster { folder in
            let first = try await open(folder)
            let second = try await open(folder)
            #expect(second.pid == first.pid && second.url == first.url)
            await first.close()
            #expect(try psql(second, "select 1") == "1")
            await second.close()
            #expect(!isRunning(first.pid))
        }
    }

    @Test("Of several that start at once, one makes the database and all use it") func startedTogether() async throws {
        try await withFolder { folder in
            async let others = [open(folder), open(folder), open(folder)]
            let clusters = try await others
            #expect(Set(clusters.map(\.pid)).count == 1)
            for cluster in clusters { await cluster.close() }
            #expect(clusters.allSatisfy { !isRunning($0.pid) })
        }
    }

    @Test("After kill -9 of the application, the next start takes the same server over") func takesOver() async throws {
        try await withMadeCluster { folder in
            await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
                _ = try await PrivateCluster.open(dataDirectory: folder) { _ in }
                kill(getpid(), SIGKILL)
            }
            let left = try #require(Postmaster.serving(folder + "/postgres/data"))
            let cluster = try await open(folder)
            #expect(cluster.pid == left.pid)
            #expect(try psql(cluster, "select 1") == "1")
            await cluster.close()
            #expect(!isRunning(left.pid))
        }
    }

    @Test("After kill -9 of Postgres, the next start starts it anew") func restartsKilledServer() async throws {
        try await withMadeCluster { folder in
            let first = try await open(folder)
            _ = try psql(first, "create table kept as select 1 as one")
            kill(first.pid, SIGKILL)
            while isRunning(first.pid) { try await Task.sleep(for: .milliseconds(10)) }
            let second = try await open(folder)
            #expect(second.pid != first.pid)
            #expect(try psql(second, "select one from kept") == "1")
            await first.close()
            #expect(isRunning(second.pid))
            await second.close()
            #expect(!isRunning(second.pid))
        }
    }

    @Test("After kill -9 of Postgres, a running application starts it anew, where it was") func keepsRunning() async throws {
        try await withMadeCluster { folder in
            let first = try await open(folder)
            let second = try await open(folder)
            let watches = [first, second].map { cluster in Task { await cluster.keepRunning { _ in } } }
            _ = try psql(first, "create table kept as select 1 as one")
            kill(first.pid, SIGKILL)
            let server = try await successor(of: first.pid, folder)
            for cluster in [first, second] { #expect(try psql(cluster, "select one from kept") == "1") }
            for watch in watches { watch.cancel() }
            for watch in watches { await watch.value }
            await first.close()
            #expect(isRunning(server))
            await second.close()
            #expect(!isRunning(server))
        }
    }

    @Test("A start after kill -9 of Postgres takes the socket's place over, for those who still look there") func samePlace() async throws {
        try await withMadeCluster { folder in
            let first = try await open(folder)
            kill(first.pid, SIGKILL)
            while isRunning(first.pid) { try await Task.sleep(for: .milliseconds(10)) }
            let second = try await open(folder)
            #expect(second.url == first.url)
            #expect(try psql(first, "select 1") == "1")
            for cluster in [first, second] { await cluster.close() }
        }
    }

    @Test("A socket's place that somebody else has by now isn't used") func takenPlace() async throws {
        try await withMadeCluster { folder in
            let first = try await open(folder)
            kill(first.pid, SIGKILL)
            while isRunning(first.pid) { try await Task.sleep(for: .milliseconds(10)) }
            chmod(socketDirectory(first), 0o777)
            let second = try await open(folder)
            #expect(second.url != first.url)
            for cluster in [first, second] { await cluster.close() }
        }
    }

    @Test("A server that was stopped in an orderly way stays so") func staysStopped() async throws {
        try await withMadeCluster { folder in
            let cluster = try await open(folder)
            let watch = Task { await cluster.keepRunning { _ in } }
            kill(cluster.pid, SIGINT)
            while isRunning(cluster.pid) { try await Task.sleep(for: .milliseconds(10)) }
            try await Task.sleep(for: PrivateCluster.watchInterval * 4)
            #expect(Postmaster.serving(folder + "/postgres/data") == nil)
            watch.cancel()
            await watch.value
            await cluster.close()
        }
    }

    @Test("A number that another program has by now isn't taken for the server") func reusedNumber() async throws {
        try await withMadeCluster { folder in
            let first = try await open(folder)
            let file = folder + "/postgres/data/postmaster.pid"
            let text = try String(contentsOfFile: file, encoding: .utf8)
            await first.close()
            try text.replacing("\(first.pid)", with: "\(getpid())", maxReplacements: 1)
                .write(toFile: file, atomically: false, encoding: .utf8)
            let second = try await open(folder)
            #expect(try psql(second, "select 1") == "1")
            await second.close()
        }
    }

    @Test("Whoever else holds the server's socket isn't taken for the server") func heldSocket() async throws {
        try await withFolder { folder in
            let holder = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup).bind(
                unixDomainSocketPath: folder + "/.s.PGSQL.5432"
            ).get()
            try "\(getpid())\n\(folder)\n0\n5432\n\(folder)\n\n0 0\nready   \n".write(
                toFile: folder + "/postmaster.pid", atomically: false, encoding: .utf8)
            #expect(Postmaster.serving(folder) == nil)
            try await holder.close()
        }
    }

    @Test("A database that was killed in the making is made again") func halfMade() async throws {
        try await withMadeCluster { folder in
            let home = folder + "/postgres"
            rename(home + "/data", home + "/data.new")
            unlink(home + "/data.new/global/pg_control")
            let cluster = try await open(folder)
            #expect(try psql(cluster, "select 1") == "1")
            #expect(access(home + "/data.new", F_OK) != 0)
            await cluster.close()
        }
    }

    @Test("Only its owner may read the data or come near the socket") func isPrivate() async throws {
        try await withMadeCluster { folder in
            let cluster = try await open(folder)
            let home = folder + "/postgres"
            for path in [home, home + "/data", socketDirectory(cluster)] { #expect(mode(path) == 0o700, "\(path)") }
            for path in [home + "/log", home + "/use", folder + "/postgres.lock"] { #expect(mode(path) == 0o600, "\(path)") }
            await cluster.close()
        }
    }

    @Test("Nothing listens on a network") func noNetwork() async throws {
        try await withMadeCluster { folder in
            let cluster = try await open(folder)
            #expect(try psql(cluster, "select current_setting('listen_addresses')") == "")
            let file = try String(contentsOfFile: folder + "/postgres/data/postmaster.pid", encoding: .utf8)
            #expect(file.split(separator: "\n", omittingEmptySubsequences: false)[5] == "")
            await cluster.close()
        }
    }

    @Test("The server gets nothing of the application's environment and files") func inheritsNothing() async throws {
        setenv("FRONTDESK_TEST_SECRET", "swordfish", 1)
        let file = fopen("/etc/hostname", "r")
        defer { unsetenv("FRONTDESK_TEST_SECRET"); file.map { _ = fclose($0) } }
        try await withMadeCluster { folder in
            let cluster = try await open(folder)
            let environment = try String(contentsOfFile: "/proc/\(cluster.pid)/environ", encoding: .utf8)
            #expect(environment.contains("PATH=") && !environment.contains("swordfish"))
            let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(cluster.pid)/fd")
                .compactMap { Folder.realPath("/proc/\(cluster.pid)/fd/\($0)") }
            #expect(!files.contains("/etc/hostname") && !files.contains { $0.hasSuffix("postgres.lock") || $0.hasSuffix("/use") })
            await cluster.close()
        }
    }

    @Test("The server is in a session of its own, which Ctrl-C doesn't reach") func survivesInterrupt() async throws {
        try await withMadeCluster { folder in
            let cluster = try await open(folder)
            #expect(getsid(cluster.pid) != getsid(0) && getpgid(cluster.pid) != getpgid(0))
            await cluster.close()
        }
    }

    @Test("Nothing is left in the folder for temporary files") func cleansUp() async throws {
        try await withMadeCluster { folder in
            let first = try await open(folder)
            kill(first.pid, SIGKILL)
            while isRunning(first.pid) { try await Task.sleep(for: .milliseconds(10)) }
            let second = try await open(folder)
            for cluster in [first, second] { await cluster.close() }
            for cluster in [first, second] {
                #expect(access(socketDirectory(cluster), F_OK) != 0, "\(cluster.url) \(cluster.pid)")
            }
        }
    }

    @Test(
        "The folder's name may be long, and have blanks, quotes and a shell's special characters",
        arguments: [
            "läden, it's \"quoted\" $(touch x) `id` ; & % ? # \\", String(repeating: "long/", count: 60),
        ])
    func unusualNames(_ name: String) async throws {
        try await withFolder { folder in
            let cluster = try await open("\(folder)/\(name)")
            #expect(try psql(cluster, "select 1") == "1")
            #expect(socketDirectory(cluster).utf8.count < 80)
            await cluster.close()
        }
    }

    @Test(
        "A folder that the server's user can't enter leads to one that it can",
        .enabled(if: geteuid() == 0, "only root has another user"))
    func closedFolder() async throws {
        try await withFolder { folder in
            chmod(folder, 0o700)
            let cluster = try await open(folder + "/data")
            let home = try #require(Folder.realPath(folder + "/data/postgres"))
            #expect(home.hasPrefix("/var/lib/frontdesk/") && mode(home) == 0o700)
            _ = try psql(cluster, "create table kept as select 1 as one")
            await cluster.close()
            let again = try await open(folder + "/data")
            #expect(try psql(again, "select one from kept") == "1")
            await again.close()
            try FileManager.default.removeItem(atPath: home)
            await #expect { try await open(folder + "/data") } throws: { "\($0)".contains("isn't there") }
        }
    }

    /// The server that runs once the one with this number has gone.
    private func successor(of pid: pid_t, _ folder: String) async throws -> pid_t {
        while true {
            if let server = Postmaster.serving(folder + "/postgres/data"), server.pid != pid, server.isReady { return server.pid }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
