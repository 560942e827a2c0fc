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
    /// - Throws: `AttachmentProblem` that names the file which can't be taken, and why.
    static func read(_ files: [Multipart.File]) async throws -> [Attachment] {
        guard !files.isEmpty else { return [] }
        guard files.count <= maximumCount else { throw AttachmentProblem(.tooMany) }
        for file in files where file.bytes.count > maximumBytes { throw AttachmentProblem(.tooLarge, of: file) }
        return try await withThrowingTaskGroup(of: [Attachment].self) { group in
            group.addTask {
                var read: [Attachment] = []
                for file in files { try await read.append(self.read(file)) }
                return read
            }
            group.addTask {
                try await Task.sleep(for: readingTime)
                throw AttachmentProblem(.tooSlow)
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    private static func read(_ file: Multipart.File) async throws -> Attachment {
        let name = FileName(file.name).text
        guard Picture.kind(of: file.bytes) == nil else {
            guard let bytes = Picture.withoutMetadata(file.bytes), let picture = Picture(bytes) else {
                throw AttachmentProblem(.damagedPicture, of: file)
            }
            return Attachment(name: name, mediaType: picture.kind.rawValue, bytes: bytes, picture: picture, passages: [])
        }
        let passages = try await passages(of: file, named: name)
        guard passages.count <= maximumPassages else { throw AttachmentProblem(.tooMuchText, of: file) }
        return Attachment(name: name, mediaType: mediaType(of: file.bytes), bytes: file.bytes, picture: nil, passages: passages)
    }

    private static func passages(of file: Multipart.File, named name: String) async throws -> [SourcePassage] {
        let document: Document
        do {
            document = try await FileReader.read(file.bytes, named: name)
        } catch {
            throw error == .cancelled ? CancellationError() : AttachmentProblem(.init(error), of: file)
        }
        return document.passages().map { SourcePassage(place: $0.place, title: $0.title, text: $0.text) }
    }

    /// Of what the reader takes, and isn't a picture. HTML and tables too are shown as the text that they are.
    private static func mediaType(of bytes: [UInt8]) -> String {
        let start = String(decoding: bytes.prefix(pdfMarkWindow), as: UTF8.self)
        return start.contains("%PDF-") ? "application/pdf" : start.hasPrefix("PK") ? word : "text/plain"
    }
}

/// Why what came with a question isn't taken.
struct AttachmentProblem: Error {
    private let problem: FileWords.Problem
    private let file: String?

    /// - Parameter file: nil: all that came.
    init(_ problem: FileWords.Problem, of file: Multipart.File? = nil) {
        self.problem = problem
        self.file = file.map { FileName($0.name).text }
    }

    func failure(_ words: FileWords) -> Failure { .invalid(["file": words.sentence(problem, of: file)]) }
}

extension FileWords.Problem {
    /// What a visitor can do about it, which is less than an owner.
    fileprivate init(_ problem: ReadingProblem) {
        switch problem {
        case .empty, .noText: self = .withoutText
        case .tooLarge, .tooMuchText, .pdfTooManyPages, .pdfTooHard, .wordTooLarge: self = .tooMuchText
        case .picture: self = .otherPicture
        case .misnamed(let ending): self = .misnamed(ending)
        case .pdfPassword, .wordPassword: self = .password
        case .pdfPictures: self = .scanned
        case .pdfCut, .pdfDamaged, .wordDamaged, .wordUnsafe: self = .damaged
        case .recording, .archive, .program, .binary, .wordOld, .otherOffice, .richText: self = .other
        case .cancelled, .busy, .pdfReaderMissing, .address, .unreachable, .leadsElsewhere, .robotsForbid, .robotsUnavailable, .noPages:
            self = .later
        }
    }
}
