import FoundationEssentials
import Glibc

/// Where the private cluster lives.
struct ClusterFiles {
    static let superuser = "frontdesk"
    /// Where the cluster goes when its user can't enter the folder that it should be in.
    private static let elsewhere = "/var/lib/frontdesk"

    /// The folder with everything in it, owned by the server's user.
    let location: String
    private let socketDirectory: String

    /// Below `location`, where the programs run: they hand these names to a shell, which `location` may not be fit for.
    static let data = "data"
    static let log = "postgres.log"

    var data: String { "\(location)/\(Self.data)" }
    var log: String { "\(location)/\(Self.log)" }
    var setupLog: String { location + "/setup.log" }
    var conninfo: String { "host=\(socketDirectory) user=\(Self.superuser) dbname=postgres application_name=frontdesk" }

    /// `dataDirectory` must exist.
    init(dataDirectory: String, user: ServerUser) throws {
        let note = dataDirectory + "/postgres.path"
        let fingerprint = dataDirectory.withCString { Fingerprint(UnsafeRawBufferPointer(start: $0, count: strlen($0))).text }
        if let noted = try? String(contentsOfFile: note, encoding: .utf8) {
            location = noted.trimmingBlanks
        } else if user.isOther, !user.canEnter(dataDirectory) {
            location = "\(Self.elsewhere)/\(fingerprint)"
            try location.write(toFile: note, atomically: true, encoding: .utf8)
        } else {
            location = dataDirectory + "/postgres"
        }
        // Short and plain, whatever the data directory is called: a socket's path has at most 107 bytes.
        socketDirectory = "\(user.isOther ? "/run" : "/tmp")/frontdesk-\(fingerprint)"
        if location.hasPrefix(Self.elsewhere) { try Self.make(Self.elsewhere, mode: 0o755, owner: nil) }
        try Self.make(location, mode: 0o700, owner: user)
        try Self.make(socketDirectory, mode: 0o700, owner: user)
    }

    /// The data directory, made if it isn't there, by its full path.
    static func prepare(_ directory: String) throws -> String {
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw Refusal(words: "The data directory \(directory) can't be made. Set DATA_DIR to a folder that can be written.")
        }
        guard let path = realpath(directory, nil) else { throw Refusal(words: "The data directory \(directory) can't be read.") }
        defer { free(path) }
        return String(cString: path)
    }

    /// The major version of what is there; nil where nothing is.
    var version: Int? {
        (try? String(contentsOfFile: data + "/PG_VERSION", encoding: .utf8)).flatMap { Int($0.trimmingBlanks) }
    }

    /// Whether something takes connections at the socket.
    var socketAnswers: Bool {
        let path = socketDirectory + "/.s.PGSQL.5432"
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    /// Small, on this machine only. What is stored is safe against a power cut, as by default.
    func writeSettings() throws {
        let settings = """
            listen_addresses = ''
            unix_socket_directories = '\(socketDirectory)'
            unix_socket_permissions = 0700
            max_connections = 50
            shared_buffers = 64MB
            log_timezone = 'UTC'
            timezone = 'UTC'

            """
        let path = data + "/frontdesk.conf"
        try settings.write(toFile: path, atomically: false, encoding: .utf8)
        chmod(path, 0o644)
    }

    func removeSocketDirectory() { rmdir(socketDirectory) }

    func append(_ text: String, to path: String) throws {
        let whole = try String(contentsOfFile: path, encoding: .utf8) + text
        try whole.write(toFile: path, atomically: false, encoding: .utf8)
    }

    var endOfLog: String { Self.end(of: log) }
    var endOfSetupLog: String { Self.end(of: setupLog) }

    private static func end(of path: String) -> String {
        let lines = ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(whereSeparator: \.isNewline)
        return lines.suffix(8).joined(separator: "\n")
    }

    /// A folder of exactly this mode and owner. One that somebody else made first isn't used.
    private static func make(_ path: String, mode: mode_t, owner: ServerUser?) throws {
        let isNew = mkdir(path, mode) == 0
        guard isNew || errno == EEXIST else { throw Refusal(words: "\(path) can't be made: \(String(cString: strerror(errno))).") }
        if isNew, let owner { chown(path, owner.id, owner.group) }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == owner?.id ?? getuid() else {
            throw Refusal(words: "\(path) belongs to someone else, so it isn't used.")
        }
        chmod(path, mode)
    }
}
