import FoundationEssentials
import Glibc

extension Secrets {
    /// Those that the configuration names, or one of this data directory's own, made the first time.
    static func load(_ configuration: Configuration) throws -> Secrets {
        if !configuration.secretKeys.isEmpty { return try Secrets(keys: configuration.secretKeys) }
        return try Secrets(keys: [key(inFile: try Folder.make(configuration.dataDirectory) + "/secret_key")])
    }

    /// Two processes that start together make one: the file comes into being whole, and the second finds it there.
    private static func key(inFile path: String) throws -> [UInt8] {
        if let known = read(path) { return known }
        let key = Array(Token().hash)
        let own = "\(path).\(Token().text)"
        guard write(Data(key).base64EncodedString(), to: own) else {
            throw ConfigurationError(problems: ["No key could be written to \(path). Set SECRET_KEYS, or make the folder writable."])
        }
        defer { unlink(own) }
        if link(own, path) != 0, errno != EEXIST {
            throw ConfigurationError(problems: ["No key could be written to \(path). Set SECRET_KEYS, or make the folder writable."])
        }
        // Never another one in place of a key that was lost: all that it has encrypted would be lost too.
        guard let kept = read(path) else {
            throw ConfigurationError(problems: ["\(path) holds no key. Put it back from a copy, or set SECRET_KEYS."])
        }
        return kept
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        return Data(base64Encoded: text.trimmingBlanks).map(Array.init)
    }

    private static func write(_ text: String, to path: String) -> Bool {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
        let bytes = Array(text.utf8)
        return Glibc.write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
    }
}
