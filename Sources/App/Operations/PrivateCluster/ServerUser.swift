import Glibc

/// Who runs the server: we ourselves, or another user where we are root, as which Postgres won't run.
struct ServerUser {
    /// Whom Postgres's packages make.
    static let fallback = "postgres"

    let uid: uid_t
    let gid: gid_t

    /// The user for a folder of that owner.
    init(owner: uid_t, of path: String) throws(ClusterError) {
        let us = geteuid()
        guard us != 0 || owner != 0 else { self = try .named(Self.fallback); return }
        guard us == 0 || owner == us else { throw .belongsToAnother(path: path, owner: Self.name(owner)) }
        guard let entry = getpwuid(owner) else { throw .noUser("number \(owner)") }
        self.init(entry.pointee)
    }

    /// Who would run a new cluster.
    static func forNewCluster() throws(ClusterError) -> ServerUser {
        try ServerUser(owner: geteuid(), of: "")
    }

    /// The command line that runs `arguments` as this user.
    func command(_ arguments: [String]) -> [String] {
        guard uid != geteuid() else { return arguments }
        return ["setpriv", "--reuid=\(uid)", "--regid=\(gid)", "--init-groups", "--"] + arguments
    }

    /// Asked of the system, which knows about every folder above and about access lists.
    func canEnter(_ path: String) async throws -> Bool {
        try await Program(command(["test", "-x", path])).run() == 0
    }

    private init(_ entry: passwd) {
        uid = entry.pw_uid
        gid = entry.pw_gid
    }

    private static func named(_ name: String) throws(ClusterError) -> ServerUser {
        guard let entry = getpwnam(name) else { throw .noUser(name) }
        return ServerUser(entry.pointee)
    }

    private static func name(_ uid: uid_t) -> String {
        guard let entry = getpwuid(uid), let name = entry.pointee.pw_name else { return "user \(uid)" }
        return String(cString: name)
    }
}
