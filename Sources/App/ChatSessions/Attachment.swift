import FoundationEssentials
import Reading
import Templates

/// A file that came with a question, looked through: a picture, or a text that can be answered from.
struct Attachment: Sendable {
    static let maximumBytes = 5 * 1_048_576
    /// Of one question.
    static let maximumCount = 4
    /// Of one file, and of all in a conversation together: an index of them is built with each question.
    static let maximumPassages = 500
    /// For all files of a question.
    static let readingTime = Duration.seconds(20)
    /// Stored for one person, and for one bot.
    static let maximumBytesOfPerson = 100 * 1_048_576
    static let maximumBytesOfBot = 1_024 * 1_048_576

    private static let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    /// Readers of PDF look this far for its mark.
    private static let pdfMarkWindow = 1_024

    let id = UUID()
    /// As its sender calls it, made fit to be shown.
    let name: String
    let mediaType: String
    let bytes: [UInt8]
    /// nil where it isn't a picture.
    let picture: Picture?
    let passages: [SourcePassage]

    /// Reads all files of a question.
    /// - Throws: `Failure.invalid` that names the file which can't be taken, and why.
    static func read(_ files: [Multipart.File]) async throws -> [Attachment] {
        guard !files.isEmpty else { return [] }
        for file in files where file.bytes.count > maximumBytes { throw Failure.file(file, "It can have up to 5 MB.") }
        return try await withThrowingTaskGroup(of: [Attachment].self) { group in
            group.addTask {
                var read: [Attachment] = []
                for file in files { try await read.append(self.read(file)) }
                return read
            }
            group.addTask {
                try await Task.sleep(for: readingTime)
                throw Failure.invalid(["file": "Your files take too long to read. Please send fewer, or save them in a simpler form."])
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    private static func read(_ file: Multipart.File) async throws -> Attachment {
        let name = FileName(file.name).text
        guard Picture.kind(of: file.bytes) == nil else {
            guard let bytes = Picture.withoutMetadata(file.bytes), let picture = Picture(bytes) else {
                throw Failure.file(file, "This picture is damaged or too large. Please save it again, smaller.")
            }
            return Attachment(name: name, mediaType: picture.kind.rawValue, bytes: bytes, picture: picture, passages: [])
        }
        let passages = try await passages(of: file, named: name)
        guard passages.count <= maximumPassages else {
            throw Failure.file(file, "There is more text in it than can be read for a question. Please send the part that matters.")
        }
        return Attachment(name: name, mediaType: mediaType(of: file.bytes), bytes: file.bytes, picture: nil, passages: passages)
    }

    private static func passages(of file: Multipart.File, named name: String) async throws -> [SourcePassage] {
        let document: Document
        do {
            document = try await FileReader.read(file.bytes, named: name)
        } catch {
            throw unreadable(file, error)
        }
        return document.passages().map { SourcePassage(place: $0.place, title: $0.title, text: $0.text) }
    }

    private static func unreadable(_ file: Multipart.File, _ problem: ReadingProblem) -> any Error {
        if problem == .cancelled { return CancellationError() }
        return Failure.file(file, problem == .picture ? "A picture can be a PNG, JPEG, GIF or WebP." : problem.sentence)
    }

    /// Of what the reader takes, and isn't a picture. HTML and tables too are shown as the text that they are.
    private static func mediaType(of bytes: [UInt8]) -> String {
        let start = String(decoding: bytes.prefix(pdfMarkWindow), as: UTF8.self)
        return start.contains("%PDF-") ? "application/pdf" : start.hasPrefix("PK") ? word : "text/plain"
    }
}

extension Failure {
    fileprivate static func file(_ file: Multipart.File, _ problem: String) -> Failure { .invalid(["file": "“\(FileName(file.name).text)”: \(problem)"]) }
}
