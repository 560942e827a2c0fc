import FoundationEssentials
import Glibc
import Testing

@testable import App

@Suite(.serialized, .clusterTemplate) struct PrivateClusterRefusalTests {
    @Test("A data folder under a file is refused with the reason") func underAFile() async throws {
        await #expect { try await open("/etc/passwd/data") } throws: {
            "\($0)" == "/etc/passwd/data can't be written: Not a directory."
        }
    }

    @Test("A data folder on a file system that can't be written is refused with the reason") func readOnly() async throws {
        await #expect { try await open("/proc/data") } throws: { "\($0)".hasPrefix("/proc/data can't be written: ") }
    }

    @Test("A folder's name with a line break is refused") func lineBreak() async throws {
        await #expect { try await open("/tmp/frontdesk\ntest") } throws: { "\($0)".contains("line break") }
    }

    @Test("A cluster of a Postgres that isn't installed is left alone") func otherVersion() async throws {
        try await withMadeCluster { folder in
            let version = folder + "/postgres/data/PG_VERSION"
            let descriptor = Glibc.open(version, O_WRONLY | O_TRUNC)
            _ = write(descriptor, "9\n", 2)
            close(descriptor)
            await #expect { try await open(folder) } throws: {
                "\($0)".contains("was made by Postgres 9, but only Postgres") || "\($0)".contains("initialized by PostgreSQL version 9")
            }
            #expect(access(folder + "/postgres/data/base", F_OK) == 0)
        }
    }

    @Test("A server that can't start says what Postgres said") func damaged() async throws {
        try await withMadeCluster { folder in
            unlink(folder + "/postgres/data/global/pg_control")
            await #expect { try await open(folder) } throws: {
                "\($0)".contains("didn't start") && "\($0)".contains("pg_control")
            }
        }
    }

    @Test("A disk without room is named as the reason", .enabled(if: geteuid() == 0, "only root may mount a small one"))
    func diskFull() async throws {
        try await withFolder { folder in
            guard try await Program(["mount", "-t", "tmpfs", "-o", "size=16m", "none", folder]).run() == 0 else {
                try Test.cancel("nothing may be mounted here")
            }
            await #expect { try await open(folder) } throws: { "\($0)" == "The disk that holds \(folder)/postgres is full." }
            _ = try await Program(["umount", folder]).run()
        }
    }

    @Test("A cluster of another user's is refused with that user's name", .enabled(if: geteuid() != 0, "root may use them all"))
    func ofAnotherUser() throws {
        #expect { try ServerUser(owner: 0, of: "/srv/postgres") } throws: { "\($0)".hasPrefix("/srv/postgres belongs to root.") }
    }

    @Test("A start that is called off while the database is made leaves nothing in the way") func calledOff() async throws {
        try await withFolder { folder in
            let start = Task { try await open(folder) }
            while access(folder + "/postgres/data.new/base", F_OK) != 0 { try await Task.sleep(for: .milliseconds(5)) }
            start.cancel()
            await #expect(throws: CancellationError.self) { try await start.value }
            let cluster = try await open(folder)
            #expect(try psql(cluster, "select 1") == "1")
            await cluster.close()
        }
    }
}
