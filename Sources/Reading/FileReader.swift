/// Reads an uploaded file into Markdown, whatever it is called. The work is done on a thread of its own.
public enum FileReader {
    public static let maximumBytes = 10 * 1_048_576
    /// Of what was packed.
    static let maximumTextBytes = 10 * 1_048_576

    /// `named` tells Markdown, CSV and plain text apart and nothing else; what a file is, its content says.
    public static func read(_ bytes: [UInt8], named name: String) async throws(ReadingProblem) -> Document {
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= maximumBytes else { throw .tooLarge }
        return try await ReadingRoom.files.run { stop in
            Result { () throws(ReadingProblem) in try document(bytes, fileExtension(of: name), stop) }
        }.get()
    }

    private static func document(_ bytes: [UInt8], _ name: String, _ stop: Stop) throws(ReadingProblem) -> Document {
        let document =
            switch try FileKind(of: bytes, fileExtension: name) {
            case .pdf: try PDFReader.document(bytes, stop)
            case .word: try WordReader.document(bytes)
            case .html: HTMLReader.document(bytes)
            case .csv(let text): CSVReader.document(text)
            case .text(let text): Document(title: markdownTitle(text), sections: [Section(markdown: text.string)])
            }
        guard document.words > 0 else { throw .noText }
        return document
    }

    /// Lower case, without the dot.
    private static func fileExtension(of name: String) -> String {
        guard let dot = name.lastIndex(of: ".") else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    private static func markdownTitle(_ text: Text) -> String? {
        let first = text.bytes.drop { isSpace($0) }.prefix { $0 != UInt8(ascii: "\n") }
        return first.starts(with: "# ".utf8) ? String(decoding: first.dropFirst(2), as: UTF8.self) : nil
    }
}
