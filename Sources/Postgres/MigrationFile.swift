import Glibc

/// A numbered file of statements, such as `0001_accounts.sql`.
struct MigrationFile: Sendable {
    static let maximumBytes = 8 * 1_024 * 1_024

    let name: String
    let number: Int
    let text: String

    /// All of a folder, by their numbers.
    static func all(in directory: String) throws(PostgresError) -> [MigrationFile] {
        var files: [MigrationFile] = []
        for name in try names(in: directory) where name.hasSuffix(".sql") { files.append(try MigrationFile(name, in: directory)) }
        files.sort { $0.number < $1.number }
        for (file, next) in zip(files, files.dropFirst()) where file.number == next.number {
            throw .migration("\(file.name) and \(next.name) have the same number.")
        }
        return files
    }

    private init(_ name: String, in directory: String) throws(PostgresError) {
        guard let number = Int(name.prefix { $0.isASCII && $0.isNumber }) else {
            throw .migration("\(name) doesn't begin with a number, which says when its turn is.")
        }
        guard let bytes = Self.bytes(ofFile: "\(directory)/\(name)") else { throw .migration("\(name) can't be read.") }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw .migration("\(name) isn't text in UTF-8.")
        }
        self.name = name
        self.number = number
        self.text = text
    }

    private static func names(in directory: String) throws(PostgresError) -> [String] {
        guard let folder = opendir(directory) else { throw .migration("There is no folder \(directory).") }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names
    }

    /// nil where there is no such file, or it is too long.
    private static func bytes(ofFile path: String) -> [UInt8]? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 * 1_024)
        while bytes.count <= maximumBytes {
            let count = fread(&part, 1, part.count, file)
            if count == 0 { return ferror(file) == 0 ? bytes : nil }
            bytes += part.prefix(count)
        }
        return nil
    }
}
