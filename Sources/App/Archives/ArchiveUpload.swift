import HTTPTypes

/// Takes a file out of a request's body as it comes: a body that is the file, or a form with nothing else in it.
struct ArchiveUpload {
    enum Kind: Sendable {
        case file
        /// `multipart/form-data`, with its boundary.
        case form(String)

        init(_ contentType: String?) throws(Failure) {
            let contentType = contentType ?? ""
            let type = contentType.split(separator: ";").first?.trimmingBlanks.lowercased()
            switch type {
            case "application/zip", "application/octet-stream": self = .file
            case "multipart/form-data": self = .form(try Multipart.boundary(of: contentType))
            default: throw .archiveExpected
            }
        }
    }

    private enum Place { case head, content, behind }

    private let delimiter: [UInt8]
    private var place: Place
    /// What isn't known yet to be content.
    private var pending: [UInt8] = []
    private var content: [UInt8] = []

    init(_ kind: Kind) {
        switch kind {
        case .file: (place, delimiter) = (.content, [])
        case .form(let boundary): (place, delimiter) = (.head, Array("\r\n--\(boundary)".utf8))
        }
    }

    /// Bytes of the file that wait to be taken.
    var waiting: Int { content.count }

    mutating func add(_ bytes: [UInt8]) throws(Failure) {
        guard !delimiter.isEmpty else { return content += bytes }
        pending += bytes
        if place == .head { try readHead() }
        if place == .content { readContent() }
        // Two hyphens and a line's end; a second part would be longer.
        if place == .behind, pending.count > Self.maximumEnd { throw .onlyTheFile }
    }

    /// So many bytes of the file, or nil as long as there are fewer.
    mutating func taken(_ count: Int) -> [UInt8]? {
        guard content.count >= count else { return nil }
        defer { content.removeFirst(count) }
        return Array(content.prefix(count))
    }

    /// The rest of the file.
    mutating func end() throws(Failure) -> [UInt8] {
        guard delimiter.isEmpty || place == .behind && pending.starts(with: "--".utf8) else { throw .onlyTheFile }
        return content
    }

    private static let maximumEnd = 4

    private mutating func readHead() throws(Failure) {
        guard let end = pending.firstRange(of: Array("\r\n\r\n".utf8), from: 0) else {
            guard pending.count <= Multipart.maximumPartHeaderBytes else { throw .onlyTheFile }
            return
        }
        let head = String(validating: pending[..<end.lowerBound], as: UTF8.self)
        guard let head, Array(head.utf8).starts(with: delimiter.dropFirst(2)), head.contains("; filename=\"") else { throw .onlyTheFile }
        // The line's end before a boundary belongs to it, also where the file is empty.
        pending.removeFirst(end.upperBound)
        place = .content
    }

    private mutating func readContent() {
        if let end = pending.firstRange(of: delimiter, from: 0) {
            content += pending[..<end.lowerBound]
            pending.removeFirst(end.upperBound)
            place = .behind
        } else {
            let sure = max(0, pending.count - delimiter.count + 1)
            content += pending.prefix(sure)
            pending.removeFirst(sure)
        }
    }
}

extension Failure {
    fileprivate static let archiveExpected = Failure(
        status: .unsupportedMediaType, code: "unsupported_media_type",
        message: "Please send the archive as application/zip, or as multipart/form-data with nothing but the file.")
    fileprivate static let onlyTheFile = badRequest("Please send the archive alone, whole, in the field “file”.")
}
