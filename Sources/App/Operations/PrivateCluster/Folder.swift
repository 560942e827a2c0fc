import FoundationEssentials
import Glibc

enum Folder {
    /// Makes the folder and those above it; its absolute path, without links.
    static func make(_ path: String) throws(ClusterError) -> String {
        guard !path.contains(where: \.isNewline) else { throw .unusablePath(path) }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .cannotWrite(path)
        }
        guard let resolved = realPath(path) else { throw .cannotWrite(path) }
        return resolved
    }

    /// The absolute path without links; nil if nothing is there.
    static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Whether a folder is there that is this user's, and closed to all others.
    static func isPrivate(_ path: String, of user: ServerUser) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode == S_IFDIR | 0o700 && status.st_uid == user.uid
    }

    /// A new folder that only we may enter, named `prefix` and six characters.
    static func makePrivate(prefix: String) throws(ClusterError) -> String {
        var name = Array((prefix + "XXXXXX").utf8CString)
        guard mkdtemp(&name) != nil else { throw .cannotWrite(prefix) }
        return String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
