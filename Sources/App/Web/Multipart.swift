import StreamSafe

/// A form with files: `multipart/form-data`, RFC 7578. Strict: what isn't well-formed is refused as a whole.
struct Multipart: Sendable {
    /// Bytes of a boundary: RFC 2046, section 5.1.1.
    static let maximumBoundary = 70
    static let maximumParts = 50
    static let maximumPartHeaderBytes = 8 * 1_024
    /// Bytes of a field that isn't a file.
    static let maximumFieldBytes = 256 * 1_024

    struct File: Sendable {
        /// As the sender calls it: never a path of ours.
        let name: String
        let bytes: [UInt8]
    }

    private(set) var fields: [String: String] = [:]
    /// In their order.
    private(set) var files: [File] = []
    private let maximumFiles: Int

    init(parsing bytes: [UInt8], boundary: String, maximumFiles: Int = 1) throws(Failure) {
        self.maximumFiles = maximumFiles
        let delimiter = Array("--\(boundary)".utf8)
        guard bytes.starts(with: delimiter) else { throw .unreadable }
        var start = delimiter.count
        for _ in 0...Self.maximumParts {
            if bytes[start...].elementsEqual("--".utf8) || bytes[start...].starts(with: "--\r\n".utf8) { return }
            guard bytes[start...].starts(with: "\r\n".utf8), let end = bytes.firstRange(of: Array("\r\n".utf8) + delimiter, from: start)
            else { throw .unreadable }
            try read(bytes[(start + 2)..<max(end.lowerBound, start + 2)])
            start = end.upperBound
        }
        throw .badRequest("There are too many parts in this form.")
    }

    private mutating func read(_ part: ArraySlice<UInt8>) throws(Failure) {
        guard let head = Array(part.prefix(Self.maximumPartHeaderBytes)).firstRange(of: Array("\r\n\r\n".utf8), from: 0) else {
            throw .unreadable
        }
        guard let headers = String(validating: part.prefix(head.lowerBound), as: UTF8.self)?.streamSafe else { throw .unreadable }
        let content = part.dropFirst(head.upperBound)
        guard let name = Self.parameter("name", in: headers) else { throw .unreadable }
        if let fileName = Self.parameter("filename", in: headers) {
            // A browser sends an empty one where none was chosen.
            if fileName.isEmpty, content.isEmpty { return }
            guard files.count < maximumFiles else {
                throw .badRequest("Please send \(maximumFiles == 1 ? "one file" : "up to \(maximumFiles) files") at a time.")
            }
            files.append(File(name: fileName, bytes: Array(content)))
        } else {
            guard content.count <= Self.maximumFieldBytes, let text = String(validating: content, as: UTF8.self)?.streamSafe else {
                throw .unreadable
            }
            guard fields.updateValue(text, forKey: name) == nil else { throw .badRequest("A field was sent twice.") }
        }
    }

    /// Of `Content-Disposition: form-data; name="…"`. Browsers write a quotation mark as %22.
    private static func parameter(_ name: String, in headers: String) -> String? {
        let lines = headers.split(whereSeparator: \.isNewline).filter { $0.lowercased().hasPrefix("content-disposition:") }
        guard lines.count == 1, let line = lines.first, line.lowercased().contains("form-data") else { return nil }
        guard let range = line.firstRange(of: "; \(name)=\"") else { return nil }
        let rest = line[range.upperBound...]
        guard let end = rest.firstIndex(of: "\"") else { return nil }
        return String(rest[..<end]).replacing("%22", with: "\"").replacing("%0D", with: "").replacing("%0A", with: "")
    }

    /// That of a media type such as `multipart/form-data; boundary=x`.
    static func boundary(of contentType: String) throws(Failure) -> String {
        guard let range = contentType.firstRange(of: "boundary=") else { throw .unreadable }
        var boundary = contentType[range.upperBound...].prefix { $0 != ";" }.trimmingBlanks
        if boundary.count > 1, boundary.hasPrefix("\""), boundary.hasSuffix("\"") { boundary = String(boundary.dropFirst().dropLast()) }
        guard (1...maximumBoundary).contains(boundary.utf8.count), boundary.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .unreadable
        }
        return boundary
    }
}

extension Failure {
    fileprivate static let unreadable = badRequest("This form can't be read.")
}

extension [UInt8] {
    /// The first place of `pattern` at or after `start`.
    func firstRange(of pattern: [UInt8], from start: Int) -> Range<Int>? {
        guard let first = pattern.first, count >= pattern.count else { return nil }
        return withUnsafeBufferPointer { bytes in
            var place = start
            while place + pattern.count <= bytes.count {
                guard let next = bytes[place...].firstIndex(of: first), next + pattern.count <= bytes.count else { return nil }
                if bytes[next..<(next + pattern.count)].elementsEqual(pattern) { return next..<(next + pattern.count) }
                place = next + 1
            }
            return nil
        }
    }
}
