import Glibc
import NIOPosix
import Postgres

/// Whether something can be written wherever the server has to: a full disk answers whoever only reads.
///
/// That is tried at most every few seconds, however many ask.
actor Readiness {
    static let interval = Duration.seconds(5)
    /// A database that takes longer isn't ready: whoever asks us doesn't wait for ever either.
    static let patience = Duration.seconds(2)

    struct Folder: Sendable {
        let name: String
        let path: String
    }

    private let postgres: Postgres
    private let folders: [Folder]
    private var latest: (begun: ContinuousClock.Instant, problem: Task<String?, Never>)?

    init(_ postgres: Postgres, folders: [Folder]) {
        self.postgres = postgres
        self.folders = folders
    }

    /// A sentence without details, as anybody may read it; nil if all is well.
    func problem() async -> String? {
        guard await answers("select from messages limit 0") else { return "the database can't be reached" }
        if let latest, latest.begun + Self.interval > .now { return await latest.problem.value }
        let problem = Task { await writingProblem() }
        latest = (.now, problem)
        return await problem.value
    }

    private func writingProblem() async -> String? {
        guard await answers("select try_writing()") else { return "the database can't write" }
        for folder in folders {
            let isWritable = try? await NIOThreadPool.singleton.runIfActive { TrialFile.canBeWritten(in: folder.path) }
            guard isWritable == true else { return "\(folder.name) can't be written" }
        }
        return nil
    }

    private func answers(_ statement: SQL) async -> Bool {
        await withTaskGroup(of: Bool.self) { [postgres] group in
            group.addTask { (try? await postgres.query(statement)) != nil }
            group.addTask {
                try? await Task.sleep(for: Self.patience)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }
}

/// A file without a name, gone when it is closed, however the process ends.
enum TrialFile {
    /// The largest file that is read, about.
    private static let bytes = [UInt8](repeating: 0x78, count: 1_048_576)

    static func canBeWritten(in folder: String) -> Bool {
        var path = Array("\(folder)/frontdesk-trial-XXXXXX".utf8CString)
        let file = mkstemp(&path)
        guard file >= 0 else { return false }
        defer { close(file) }
        unlink(path)
        return write(file, bytes, bytes.count) == bytes.count
    }
}

extension Configuration {
    /// Where files are written, beside what Postgres writes.
    var writtenFolders: [Readiness.Folder] {
        let own = databaseURL == nil || secretKeys.isEmpty ? [Readiness.Folder(name: "the data folder", path: dataDirectory)] : []
        return own + [Readiness.Folder(name: "the temporary folder", path: "/tmp")]
    }
}
