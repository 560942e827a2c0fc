import Glibc

/// Why there is no private cluster, in words for the person who starts the application.
enum ClusterError: Error, CustomStringConvertible {
    case cannotWrite(path: String, reason: String)
    case unusablePath(String)
    case homeIsGone(link: String)
    case belongsToAnother(path: String, owner: String)
    case noUser(String)
    case noPrograms
    case wrongVersion(path: String, made: String, installed: String)
    case cannotRun(program: String, reason: String)
    case diskFull(path: String)
    case notMade(path: String, output: String)
    case notStarted(path: String, output: String)
    case notInTime(path: String, output: String)
    case busy(path: String)

    var description: String {
        switch self {
        case let .cannotWrite(path, reason): "\(path) can't be written: \(reason)."
        case let .unusablePath(path): "Postgres can't use a folder with a line break in its name: \(path)"
        case let .homeIsGone(link):
            "\(link) points to a folder that isn't there. Bring it back, or delete the link to begin with an empty database."
        case let .belongsToAnother(path, owner):
            "\(path) belongs to \(owner). Start the application as \(owner) or root, or choose another DATA_DIR."
        case let .noUser(name): "Postgres won't run as root, and there is no user \(name) that could run it."
        case .noPrograms: "Postgres isn't installed: no initdb and pg_ctl in PATH or /usr/lib/postgresql. bin/setup installs it."
        case let .wrongVersion(path, made, installed):
            "The database in \(path) was made by Postgres \(made), but only Postgres \(installed) is installed. "
                + "Install Postgres \(made), or move the data over with pg_dump and psql."
        case let .cannotRun(program, reason): "\(program) can't be run: \(reason)."
        case let .diskFull(path): "The disk that holds \(path) is full."
        case let .notMade(path, output): "Postgres couldn't make a database in \(path):\n\(output)"
        case let .notStarted(path, output): "Postgres didn't start in \(path):\n\(output)"
        case let .notInTime(path, output): "Postgres in \(path) wasn't ready in time:\n\(output)"
        case let .busy(path): "Another process has kept \(path) locked for too long."
        }
    }

    /// For a call that has just failed with `errno`.
    static func cannotWrite(_ path: String) -> ClusterError {
        .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
}
